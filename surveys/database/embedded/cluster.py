"""A cluster's own life: made, started, stopped. Who calls holds the gate."""

import shlex
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from surveys.database.embedded.account import Account
from surveys.database.embedded.binaries import MAJOR, binaries_for
from surveys.database.embedded.failure import ServerFailed
from surveys.database.embedded.locks import held
from surveys.database.embedded.settings import SAFE, TUNED
from surveys.database.embedded.sockets import PORT, make_socket_dir

PATIENCE_S = 600
_WAIT = ("-s", "-w", "-t", str(PATIENCE_S))
# By the account, inside the cluster: every server process works there, whatever its number.
_KILL_ORPHANS = """
of_this_cluster() {
    read -r name 2>/dev/null <"$1/comm" && [ "$name" = postgres ] && [ "$1/cwd" -ef . ]
}
[ -f postmaster.pid ] && read -r postmaster <postmaster.pid
of_this_cluster "/proc/${postmaster:-none}" && exit
for process in /proc/[0-9]*; do
    of_this_cluster "$process" && kill -KILL "${process#/proc/}"
done
true
"""
_LOG = "server.log"
_LOG_ENOUGH = 10_000_000

# Whoever reaches the socket still has to be, says the kernel, the server's account or root.
_HBA = (
    "local all all peer map=house\nlocal replication all peer map=house\nhost all all all reject\n"
)
_IDENT = 'house "{account}" all\nhouse "root" all\n'


def make_cluster(data_dir: Path, account: Account) -> None:
    """Make the cluster unless there is one."""
    cluster = data_dir / "cluster"
    if cluster.exists():
        _demand_version(cluster)
        return
    # Made aside and renamed: an initdb that died half-way leaves nothing that looks whole.
    aside = data_dir / "cluster.new"
    if aside.exists():
        shutil.rmtree(aside)
    account.make_folder(aside)
    account.run(
        [
            binaries_for(account) / "initdb",
            f"--pgdata={account.name_of(aside)}",
            "--username=postgres",
            "--auth-local=peer",
            "--auth-host=reject",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(f"--set={name}={value}" for name, value in TUNED.items()),
        ],
        cwd=aside,
        step="initdb",
    )
    aside.rename(cluster)


def launch(data_dir: Path, account: Account, *, settings: Mapping[str, str], alive: int) -> None:
    """Start the server of a cluster of which no process lives, and wait until it serves.

    `alive` is the handle of the lock that the server's processes inherit and hold.
    """
    cluster = data_dir / "cluster"
    socket_dir = make_socket_dir(data_dir, account)
    _sweep(cluster, socket_dir)
    _write(cluster, "pg_hba.conf", _HBA, account)
    _write(cluster, "pg_ident.conf", _IDENT.format(account=account.name), account)
    inside = socket_dir.parent == cluster
    wanted = {
        **SAFE,
        "port": str(PORT),
        "unix_socket_directories": (
            f"{account.name_of(cluster)}/socket" if inside else str(socket_dir)
        ),
        **settings,
    }
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in wanted.items())
    command = [_pg_ctl(account), "start", "-D", account.name_of(cluster), "-o", options]
    try:
        account.run(
            [*command, "-l", _LOG, *_WAIT],
            cwd=cluster,
            step="start",
            inherited=[alive],
        )
    except ServerFailed as failed:
        raise ServerFailed("start", f"{failed.output}\n{_end_of_log(cluster)}") from failed


def halt(data_dir: Path, account: Account) -> None:
    """Stop the server if it runs, and wait until the last of its processes is gone."""
    cluster = data_dir / "cluster"
    alive = data_dir / "alive.lock"
    if not held(alive):
        return  # and no signal to whatever process now has the number in its pid file
    with suppress(ServerFailed):  # it may be going down on its own
        account.run(
            [_pg_ctl(account), "stop", "-D", account.name_of(cluster), "-m", "fast", *_WAIT],
            cwd=cluster,
            step="stop",
        )
    until = time.monotonic() + PATIENCE_S
    while held(alive):
        if time.monotonic() > until:
            raise ServerFailed("stop", _end_of_log(cluster))
        kill_orphans(data_dir, account)
        time.sleep(0.02)


def kill_orphans(data_dir: Path, account: Account) -> None:
    """End what a killed postmaster left behind: a busy backend would finish its query first.

    Without ``/proc`` nothing is ended; the cluster is then free when the last query is done.
    """
    with suppress(FileNotFoundError, ServerFailed):
        account.run(["/bin/sh", "-c", _KILL_ORPHANS], cwd=data_dir / "cluster", step="stop")


def _demand_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
    if found != str(MAJOR):
        raise ServerFailed("version", f"{cluster} is of PostgreSQL {found}, not {MAJOR}")


def _sweep(cluster: Path, socket_dir: Path) -> None:
    # Nobody of this cluster lives: what a killed server left would name another's process.
    for path in (
        cluster / "postmaster.pid",
        socket_dir / f".s.PGSQL.{PORT}",
        socket_dir / f".s.PGSQL.{PORT}.lock",
    ):
        path.unlink(missing_ok=True)
    log = cluster / _LOG
    if log.exists() and log.lstat().st_size > _LOG_ENOUGH:
        log.replace(cluster / f"{_LOG}.1")


def _write(cluster: Path, name: str, text: str, account: Account) -> None:
    # By the account itself: root must not follow a link laid in another's folder.
    command = ["/bin/sh", "-c", 'cat >"$0"', name]
    account.run(command, cwd=cluster, step="start", stdin=text)


def _pg_ctl(account: Account) -> Path:
    return binaries_for(account) / "pg_ctl"


def _end_of_log(cluster: Path) -> str:
    try:
        lines = (cluster / _LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-20:])
