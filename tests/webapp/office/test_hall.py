"""One code on the wall of a hall, with a countdown."""

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, parse_code
from surveys.models import Batch, Role
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county
from tests.webapp.office.test_issuing import standing


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="office")


def start(organizer: Browser, polling: Polling, **changes: object) -> TestResponse:
    fields = {
        "group_id": polling.citizens.id,
        "target_ids": polling.units[0].id,
        "minutes": 20,
        **changes,
    }
    return organizer.post_form(f"{polling.url}/issuing/hall", fields)


def test_the_wall_shows_a_code_and_how_long_it_is_valid(
    organizer: Browser, polling: Polling
) -> None:
    polling.issue()
    polling.open()
    page = organizer.get(start(organizer, polling).location).text
    assert ("<svg" in page, 'data-countdown="1200"' in page, "20:00" in page) == (True, True, True)


def test_the_code_on_the_wall_admits_ballots(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    polling.issue()
    polling.open()
    code = start(organizer, polling).location.rsplit("/", 1)[1]
    assert code_hash(parse_code(code))
    with database.transaction() as session:
        batch = session.query(Batch).order_by(Batch.id.desc()).first()
    assert batch is not None
    assert batch.open_code
    # The database's clock is not the test's: its window is over.
    assert standing(database, code) in {"poster", "closed", "not_open"}


def test_the_wall_can_be_loaded_again(organizer: Browser, polling: Polling) -> None:
    address = start(organizer, polling).location
    assert organizer.get(address).text.count("<svg") == organizer.get(address).text.count("<svg")


def test_the_standing_alone_is_renewed(organizer: Browser, polling: Polling) -> None:
    fragment = organizer.get(start(organizer, polling).location + "/live").text
    assert ("Voting is not open yet" in fragment, "<html" in fragment) == (True, False)


def test_a_code_for_one_ballot_is_never_shown_on_a_wall(
    organizer: Browser, polling: Polling
) -> None:
    _batch, codes = polling.issue()
    assert organizer.get(f"{polling.url}/issuing/hall/{codes[0]}").status_code == 404


def test_a_group_that_votes_with_slips_has_no_code_for_a_hall(
    organizer: Browser, polling: Polling
) -> None:
    assert start(organizer, polling, group_id=polling.staff.id).status_code == 422


def test_no_meeting_lasts_a_week(organizer: Browser, polling: Polling) -> None:
    assert start(organizer, polling, minutes=10080).status_code == 422
