"""For how many units a group's ballots are enough."""

from pathlib import Path

import pytest

from surveys.database.engine import Database
from surveys.issuing.issue_batch import void_batch
from surveys.monitoring.minimums import GroupMinimum, group_minimums
from tests.conftest import NOW
from tests.webapp.office.polling import Polling, planned_county


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


def staff_minimum(polling: Polling) -> GroupMinimum:
    with polling.database.transaction() as session:
        found = group_minimums(session, campaign_id=polling.campaign_id)
    return found[polling.staff.id]


def test_as_many_ballots_as_the_minimum_are_enough(polling: Polling) -> None:
    polling.voted(n_cast=5, n_issued=25)
    assert staff_minimum(polling).reached


def test_one_ballot_less_is_too_few(polling: Polling) -> None:
    polling.voted(n_cast=4, n_issued=25)
    assert staff_minimum(polling).short_unit_ids == {polling.units[0].id}


def test_ballots_of_several_batches_add_up(polling: Polling) -> None:
    _batch, first = polling.issue(15)
    _batch, second = polling.issue(15)
    polling.open()
    polling.cast([*first[:3], *second[:2]])
    assert staff_minimum(polling).reached


def test_a_void_batch_does_not_count(polling: Polling) -> None:
    batch_id, codes = polling.issue(25)
    polling.open()
    polling.cast(codes[:6])
    with polling.database.transaction() as session:
        void_batch(session, batch_id=batch_id, now=NOW, by=polling.by)
    assert staff_minimum(polling).n_units == 0


def test_while_voting_runs_a_small_group_is_counted_coarsely(polling: Polling) -> None:
    _batch, codes = polling.issue(12)
    polling.open()
    polling.cast(codes[:5])
    open_now = staff_minimum(polling).reached
    polling.cast(codes[5:9])
    assert (open_now, staff_minimum(polling).reached) == (True, True)
