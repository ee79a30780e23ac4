"""Files that a command writes: whole or not at all, for the owner alone, never over another."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from surveys.errors import Conflict


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file; Conflict ``file_exists`` (path)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".gongping-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where the name is taken.
        os.link(name, path)
    except FileExistsError:
        raise Conflict("file_exists", path=str(path)) from None
    finally:
        Path(name).unlink()


def require_free(path: Path) -> None:
    """Refuse a name that is taken before the work begins; Conflict ``file_exists`` (path)."""
    if path.exists():
        raise Conflict("file_exists", path=str(path))
