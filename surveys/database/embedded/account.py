"""Who runs the server: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.database.embedded.failure import ServerFailed

_PROC_CWD = Path("/proc/self/cwd")


@dataclass(frozen=True)
class Account:
    """The account of the server: ourselves, or an unprivileged one when we are root."""

    uid: int
    gid: int
    name: str
    other: bool

    def run(
        self,
        command: Sequence[object],
        *,
        cwd: Path,
        step: str,
        stdin: str = "",
        inherited: Sequence[int] = (),
    ) -> None:
        """Run a program as this account inside `cwd`; raise ServerFailed when it fails.

        `cwd` is entered before the account changes: its parents may be closed to the account.
        """
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            umask=0o077,
            pass_fds=tuple(inherited),
            # Ctrl-C in the terminal is for us; the server is stopped in order, by us.
            start_new_session=True,
            user=self.uid if self.other else None,
            group=self.gid if self.other else None,
            extra_groups=() if self.other else None,
        )
        if done.returncode:
            raise ServerFailed(step, done.stdout)

    def name_of(self, folder: Path) -> str:
        """How a program of this account, running inside `folder`, names that folder.

        As root the account may be unable to walk there from ``/``; the kernel's link to the
        working directory needs no walk.
        """
        return str(_PROC_CWD if self.other and _PROC_CWD.exists() else folder)

    def make_folder(self, folder: Path) -> None:
        """Make a 0700 folder of this account."""
        folder.mkdir(mode=0o700)
        if self.other:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)


def account_for(data_dir: Path) -> Account:
    """The account that runs the server of `data_dir`.

    An ordinary user runs it as himself. For root it is the owner of the cluster or of the data
    directory where that is an ordinary user, else ``postgres``, else ``nobody``.
    """
    if os.geteuid() != 0:
        return _account_of(os.geteuid(), other=False)
    for folder in (data_dir / "cluster", data_dir):
        if folder.exists() and (uid := folder.lstat().st_uid) != 0:
            return _account_of(uid, other=True)
    for name in ("postgres", "nobody"):
        try:
            return _account_of(pwd.getpwnam(name).pw_uid, other=True)
        except KeyError:
            continue
    raise ServerFailed("start", "root needs an account 'postgres' or 'nobody' to run the server")


def _account_of(uid: int, *, other: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as unknown:  # neither initdb nor peer authentication works for it
        raise ServerFailed("start", f"user {uid} has no name on this machine") from unknown
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name, other=other)
