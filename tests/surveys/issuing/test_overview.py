"""What the office sees of planned and issued batches."""

from pathlib import Path

import pytest

from surveys.database.engine import Database
from surveys.errors import NotFound
from surveys.issuing.issue_batch import void_batch
from surveys.issuing.overview import IssuingOverview, batch_of, issuing_overview
from surveys.models import Category
from tests.conftest import NOW
from tests.webapp.office.polling import Polling, planned_county


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


def seen(polling: Polling) -> IssuingOverview:
    with polling.database.transaction() as session:
        return issuing_overview(session, campaign_id=polling.campaign_id)


def test_a_poster_counts_as_one_code(polling: Polling) -> None:
    assert [plan.n_codes for plan in seen(polling).planned] == [6, 2]


def test_a_ballot_on_a_whole_category_is_called_by_its_name(polling: Polling) -> None:
    rated = seen(polling).planned[0].lines[0].rated
    assert isinstance(rated.whole, Category)
    assert (rated.whole.code, rated.only) == ("M1", None)


def test_a_ballot_on_one_unit_is_called_by_the_unit(polling: Polling) -> None:
    polling.issue()
    rated = seen(polling).issued[0].lines[0].rated
    assert (rated.only, rated.whole) == (rated.targets[0], None)


def test_a_void_batch_stays_listed_and_is_not_counted(polling: Polling) -> None:
    batch_id, _codes = polling.issue()
    with polling.database.transaction() as session:
        void_batch(session, batch_id=batch_id, now=NOW, by=polling.by)
    overview = seen(polling)
    assert (len(overview.issued[0].lines), overview.n_issued_codes) == (1, 0)


def test_what_came_back_is_coarse_while_voting_runs(polling: Polling) -> None:
    polling.voted(n_cast=3, n_issued=6)
    running = seen(polling).issued[0].count.n_returned
    polling.close()
    assert (running, seen(polling).issued[0].count.n_returned) == (0, 3)


def test_after_the_close_nothing_is_issued(polling: Polling) -> None:
    polling.voted()
    before = seen(polling).issuable
    polling.close()
    assert (before, seen(polling).issuable) == (True, False)


def test_a_batch_belongs_to_one_campaign(polling: Polling) -> None:
    batch_id, _codes = polling.issue()
    with (
        polling.database.transaction() as session,
        pytest.raises(NotFound, match="no_batch"),
    ):
        batch_of(session, campaign_id=polling.campaign_id + 1, batch_id=batch_id)
