"""File locks: the kernel drops them when their holder dies, however he dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def lock_file(path: Path) -> Iterator[int]:
    """Open a lock file; closing it at the end drops our lock, not that of who inherited it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _give_to_owner_of(path.parent, handle)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def gate(data_dir: Path) -> Iterator[None]:
    """Only one process at a time starts, joins, leaves or stops the server."""
    with lock_file(data_dir / "gate.lock") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def take(handle: int) -> bool:
    """Take the lock for ourselves alone if nobody holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def held(path: Path) -> bool:
    """Whether anybody holds the lock."""
    with lock_file(path) as handle:
        return not take(handle)


def _give_to_owner_of(folder: Path, handle: int) -> None:
    # Root looks after an ordinary user's data directory: the user must be able to come back.
    owner = folder.stat()
    if os.geteuid() == 0 and owner.st_uid != os.fstat(handle).st_uid:
        os.fchown(handle, owner.st_uid, owner.st_gid)
