"""The embedded server after kills, stale files and long paths."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surveys.database.embedded import Server, start, stop
from surveys.database.embedded.locks import held
from tests.surveys.database.households import Household, ask, ask_server, eventually


@contextmanager
def innocent_process(household: Household) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's own account that has nothing to do with the server."""
    uid = household.server_uid
    sleeper = subprocess.Popen(["sleep", "60"], user=uid if os.geteuid() == 0 else None)
    yield sleeper
    sleeper.kill()
    sleeper.wait()


def leave_stale_pid_file(household: Household, pid: int) -> None:
    """Kill the server and have its pid files name another process."""
    server: Server = household.call(start, household.data_dir)
    household.kill_postmaster()
    for path in (
        household.cluster / "postmaster.pid",
        server.socket_dir / ".s.PGSQL.5432.lock",
    ):
        _, *rest = path.read_text().splitlines(keepends=True)
        path.write_text("".join([f"{pid}\n", *rest]))


def test_a_stale_pid_file_with_a_reused_pid_does_not_hinder_the_start(
    household: Household,
) -> None:
    with innocent_process(household) as innocent:
        leave_stale_pid_file(household, innocent.pid)
        assert household.call(ask, household.data_dir, "SELECT 1") == "1"
        assert household.postmaster != innocent.pid
        assert innocent.poll() is None


def test_stop_sends_no_signal_to_the_process_a_stale_pid_file_names(household: Household) -> None:
    with innocent_process(household) as innocent:
        leave_stale_pid_file(household, innocent.pid)
        assert eventually(lambda: not held(household.data_dir / "alive.lock"))
        household.call(stop, household.data_dir)
        assert innocent.poll() is None


def test_a_killed_server_comes_back_with_what_it_acknowledged(household: Household) -> None:
    def fill() -> None:
        server = start(household.data_dir)
        ask_server(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000)")

    household.call(fill)
    household.kill_postmaster()
    assert household.call(ask, household.data_dir, "SELECT count(*) FROM kept") == "1000"


def test_a_server_killed_under_load_comes_back(household: Household) -> None:
    def busy() -> None:
        with pytest.raises(Exception, match=r"terminat|closed|connection"):
            ask(household.data_dir, "SELECT count(*) FROM generate_series(1, 1000000000)")

    household.call(start, household.data_dir)
    errand = household.begin(busy)
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1000000000)'"
    assert eventually(lambda: household.call(ask, household.data_dir, running) == "1")
    household.kill_postmaster()
    assert household.call(ask, household.data_dir, "SELECT 1") == "1"
    errand.answer()


def test_every_process_killed_at_once_leaves_nothing_in_the_way(household: Household) -> None:
    household.call(start, household.data_dir)
    pids = "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity"
    children = household.call(ask, household.data_dir, pids).split()
    os.kill(household.postmaster, signal.SIGSTOP)
    for pid in (*map(int, children), household.postmaster):
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGKILL)
    assert household.call(ask, household.data_dir, "SELECT 1") == "1"


def test_a_long_path_gets_a_short_socket(household: Household) -> None:
    data_dir = _deep(household)
    server: Server = household.call(start, data_dir)
    assert len(os.fsencode(server.socket_dir / ".s.PGSQL.5432")) <= 107
    assert not server.socket_dir.is_relative_to(data_dir)
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700
    household.call(stop, data_dir)
    server.socket_dir.rmdir()


def test_a_second_process_finds_the_short_socket(household: Household) -> None:
    data_dir = _deep(household)
    first: Server = household.call(start, data_dir)
    assert household.call(start, data_dir) == first
    assert household.call(ask, data_dir, "SELECT 1") == "1"
    household.call(stop, data_dir)
    first.socket_dir.rmdir()


def test_a_short_socket_folder_cleaned_away_is_made_again(household: Household) -> None:
    data_dir = _deep(household)
    first: Server = household.call(start, data_dir)
    household.call(stop, data_dir)
    first.socket_dir.rmdir()
    second: Server = household.call(start, data_dir)
    assert household.call(ask, data_dir, "SELECT 1") == "1"
    household.call(stop, data_dir)
    second.socket_dir.rmdir()


def test_a_short_socket_folder_open_to_others_is_not_trusted(household: Household) -> None:
    data_dir = _deep(household)
    first: Server = household.call(start, data_dir)
    household.call(stop, data_dir)
    first.socket_dir.chmod(0o777)
    second: Server = household.call(start, data_dir)
    assert second.socket_dir != first.socket_dir
    household.call(stop, data_dir)
    first.socket_dir.rmdir()
    second.socket_dir.rmdir()


def _deep(household: Household) -> Path:
    """The ready-made cluster, moved to where a socket's path would be too long."""
    deep = household.folder
    for name in ("评" * 20, "y" * 60):
        deep = deep / name
        household.call(deep.mkdir)
    household.data_dir.rename(deep / "data")
    return deep / "data"
