"""Why the embedded database did not start, in words that say what to do next."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

from surveys.database.embedded import ServerFailed
from surveys.database.embedded.account import account_for
from webapp.commands.words import gettext as _


def why_unstarted(data_dir: Path, error: ServerFailed | OSError, *, uid: int) -> str:
    """What to tell whoever started a command.

    Parameters
    ----------
    data_dir : of the embedded server
    uid : the account that was to run it
    """
    part = foreign_part(data_dir, uid=uid)
    if part is not None:
        owner = part.lstat().st_uid
        told = _(
            "The database in %(folder)s was not started: %(part)s belongs to %(owner)s, and "
            "%(runner)s was to run it. PostgreSQL refuses files of another account.\n"
            "Nothing was changed. As root, give the folder to one account, and start again:\n"
            "  chown -R %(runner)s %(folder)s",
            folder=data_dir,
            part=part,
            owner=account_name(owner),
            runner=account_name(uid),
        )
        # PostgreSQL never runs as root.
        instead = _("Or start this as %(owner)s.", owner=account_name(owner)) if owner else ""
        return f"{told}\n{instead}".rstrip()
    return _(
        "The database in %(folder)s was not started. What was said:\n%(said)s\n"
        "Nothing was changed. Look whether the folder can be written to and the disk has room, "
        "then start again; or name another PostgreSQL in GONGPING_DATABASE_URL.",
        folder=data_dir,
        said=(error.output if isinstance(error, ServerFailed) else str(error)).strip(),
    )


def runner_of(data_dir: Path) -> int:
    """The account that runs the server of a folder; our own where none can be found."""
    try:
        return account_for(data_dir).uid
    except (ServerFailed, OSError):
        return os.geteuid()


def foreign_part(data_dir: Path, *, uid: int) -> Path | None:
    """What of the server's files belongs to another account, the outermost first; or None.

    Root may own the folder around the cluster: it lets an ordinary account run the server.
    """
    for path in _parts(data_dir):
        try:
            owner = path.lstat().st_uid
        except OSError:
            continue
        if owner != uid and not (owner == 0 and path == data_dir and os.geteuid() == 0):
            return path
    return None


def _parts(data_dir: Path) -> Iterator[Path]:
    cluster = data_dir / "cluster"
    yield data_dir
    yield cluster
    try:
        yield from sorted(cluster.iterdir())
    except OSError:
        return


def account_name(uid: int) -> str:
    """An account's name, or its number where it has none on this machine."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
