"""Several processes share one embedded server."""

import os
import signal
import subprocess
import sys

import pytest

from surveys.database.embedded import create_database, running, start
from tests.surveys.database.households import Errand, Household, ask_server, eventually


def kill(errand: Errand) -> None:
    errand.process.kill()
    errand.process.join(10)


def test_two_processes_starting_at_once_get_one_server(empty_household: Household) -> None:
    def started() -> int:
        start(empty_household.data_dir)
        return empty_household.postmaster

    errands = [empty_household.begin(started) for _ in range(3)]
    assert len({errand.answer() for errand in errands}) == 1


def test_two_processes_making_a_database_at_once_both_find_it(household: Household) -> None:
    def made() -> str:
        server = start(household.data_dir)
        create_database(server, "gongping")
        return ask_server(server, "SELECT current_database()", "gongping")

    errands = [household.begin(made) for _ in range(3)]
    assert [errand.answer() for errand in errands] == ["gongping"] * 3


def test_the_only_user_stops_the_server_on_leaving(household: Household) -> None:
    with household.visitor():
        assert household.postmaster
    assert household.postmaster == 0


def test_the_first_user_to_leave_stops_nothing(household: Household) -> None:
    with household.visitor() as first, household.visitor():
        postmaster = household.postmaster
        first.leave()
        assert household.postmaster == postmaster
    assert household.postmaster == 0


def test_a_killed_user_stops_nothing_for_the_others(household: Household) -> None:
    with household.visitor() as killed, household.visitor():
        postmaster = household.postmaster
        kill(killed)
        with household.visitor():
            assert household.postmaster == postmaster
        assert household.postmaster == postmaster
    assert household.postmaster == 0


def test_a_killed_user_does_not_keep_the_server_alive(household: Household) -> None:
    with household.visitor() as killed, household.visitor() as last:
        kill(killed)
        last.leave()
        assert household.postmaster == 0


def demand_guardian(household: Household) -> None:
    """The guardian is a Python of the user's own: ours may lie where he cannot go."""
    try:
        household.call(subprocess.check_call, [sys.executable, "-c", ""])
    except AssertionError:
        pytest.skip(f"user {household.uid} cannot run {sys.executable}")


def test_the_server_stops_when_its_only_user_is_killed(household: Household) -> None:
    demand_guardian(household)
    with household.visitor() as killed:
        kill(killed)
        assert eventually(lambda: household.postmaster == 0)
        assert "database system is shut down" in (household.cluster / "server.log").read_text()


def test_the_next_user_after_a_killed_one_has_a_guardian_again(household: Household) -> None:
    demand_guardian(household)
    for _ in range(2):
        with household.visitor() as killed:
            kill(killed)
            assert eventually(lambda: household.postmaster == 0)


def test_a_server_started_to_stay_stays_when_its_user_leaves(household: Household) -> None:
    household.call(start, household.data_dir)
    with household.visitor():
        pass
    assert household.postmaster


def test_a_process_may_enter_twice(household: Household) -> None:
    def entered_twice() -> bool:
        with running(household.data_dir):
            with running(household.data_dir):
                pass
            return household.postmaster > 0

    assert household.call(entered_twice)
    assert household.postmaster == 0


def test_ctrl_c_reaches_the_process_but_not_its_server(household: Household) -> None:
    def interrupted() -> str:
        os.setsid()
        with running(household.data_dir) as server:
            try:
                os.killpg(0, signal.SIGINT)
                signal.pause()
            except KeyboardInterrupt:
                return ask_server(server, "SELECT 'still here'")
        return ""

    assert household.call(interrupted) == "still here"
    assert household.postmaster == 0
