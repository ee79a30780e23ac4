"""The list of background work."""

from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.database.engine import Database
from surveys.models import Job, JobState, Role
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county
from webapp.jobs import wait_for_jobs


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def organizer(sign_in: SignIn, polling: Polling) -> Browser:
    """Somebody who has asked for all sheets."""
    browser = sign_in(Role.ORGANIZER, login="office")
    browser.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing")
    return browser


def state(database: Database) -> JobState:
    with database.transaction() as session:
        return session.query(Job).order_by(Job.id.desc()).limit(1).one().state


def test_waiting_work_is_listed_and_the_lack_of_a_worker_told(organizer: Browser) -> None:
    page = organizer.get("/office/jobs").text
    assert ("Issue and print codes" in page, "Nobody does this work now" in page) == (True, True)


def test_waiting_work_is_cancelled_at_once(organizer: Browser, database: Database) -> None:
    organizer.post_form("/office/jobs/1/cancel", page="/office/jobs")
    assert state(database) is JobState.CANCELLED


def test_what_was_cancelled_is_not_issued(organizer: Browser, database: Database) -> None:
    organizer.post_form("/office/jobs/1/cancel", page="/office/jobs")
    wait_for_jobs(organizer.application)
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM batch")) == 0


def test_cancelled_work_is_tried_again(organizer: Browser, database: Database) -> None:
    organizer.post_form("/office/jobs/1/cancel", page="/office/jobs")
    organizer.post_form("/office/jobs/1/retry", page="/office/jobs")
    wait_for_jobs(organizer.application)
    assert state(database) is JobState.DONE


def test_nobody_else_tries_it_again(organizer: Browser, sign_in: SignIn) -> None:
    organizer.post_form("/office/jobs/1/cancel", page="/office/jobs")
    other = sign_in(Role.ORGANIZER, login="other")
    answer = other.post_form("/office/jobs/1/retry", page="/account/password")
    assert answer.status_code == 404


def test_work_that_ended_is_not_cancelled(organizer: Browser) -> None:
    wait_for_jobs(organizer.application)
    answer = organizer.post_form("/office/jobs/1/cancel", page="/account/password")
    assert answer.status_code == 409


def test_an_auditor_looks_and_cancels_nothing(organizer: Browser, sign_in: SignIn) -> None:
    auditor = sign_in(Role.AUDITOR)
    told = "Issue and print codes" in auditor.get("/office/jobs").text
    answer = auditor.post_form("/office/jobs/1/cancel", page="/account/password")
    assert (told, answer.status_code) == (True, 403)


def test_the_list_alone_is_renewed(organizer: Browser) -> None:
    fragment = organizer.get("/office/jobs/live").text
    assert ("Issue and print codes" in fragment, "<html" in fragment) == (True, False)


def test_the_list_is_searched_and_saved_as_it_was_found(organizer: Browser) -> None:
    page = organizer.get("/office/jobs?q=no-such-work").text
    saved = organizer.get("/office/jobs.csv?q=print").data.decode("utf-8-sig").splitlines()
    assert ("No row holds these words" in page, saved[0], len(saved)) == (
        True,
        "No.,Work,For,Started,By,State,Reason",
        2,
    )
