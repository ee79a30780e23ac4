"""Where the server's socket lies: a folder nobody but its owner and root can enter."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from surveys.database.embedded.account import Account
from surveys.database.embedded.failure import ServerFailed

PORT = 5432  # only part of the socket's name: every cluster has a folder of its own
_LONGEST = 107 if sys.platform == "linux" else 103  # bytes of sockaddr_un.sun_path


def find_socket_dir(data_dir: Path) -> Path:
    """Where the socket lies, or would lie."""
    inside = data_dir / "cluster" / "socket"
    if _fits(inside):
        return inside
    try:
        return Path((data_dir / "socket").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return inside


def make_socket_dir(data_dir: Path, account: Account) -> Path:
    """Make the folder of the socket, of mode 0700, and remember it. The server must be down."""
    found = find_socket_dir(data_dir)
    if not _fits(found):
        found = _make_short(data_dir, account)
    elif not is_private(found, account):
        if found.parent.name == "cluster":
            account.make_folder(found)
        else:  # cleaned away from the temporary folder, or somebody else's by now
            found = _make_short(data_dir, account)
    return found


def _make_short(data_dir: Path, account: Account) -> Path:
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 (mkdtemp: ours alone)
        if _fits(Path(folder) / "gongping-12345678"):
            made = Path(tempfile.mkdtemp(prefix="gongping-", dir=folder))
            if account.other:
                os.chown(made, account.uid, account.gid, follow_symlinks=False)
            _remember(data_dir, made)
            return made
    raise ServerFailed("start", "no temporary folder has a path short enough for a socket")


def _remember(data_dir: Path, made: Path) -> None:
    note, aside = data_dir / "socket", data_dir / "socket.new"
    aside.unlink(missing_ok=True)
    with aside.open("x", encoding="utf-8") as file:
        file.write(str(made))
    owner = data_dir.stat()
    if os.geteuid() == 0:
        os.chown(aside, owner.st_uid, owner.st_gid, follow_symlinks=False)
    aside.replace(note)


def is_private(folder: Path, account: Account) -> bool:
    """Whether `folder` is a folder of the server's account that nobody else may enter."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == account.uid
        and stat.S_IMODE(found.st_mode) == 0o700
    )


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _LONGEST
