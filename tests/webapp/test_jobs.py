"""Work in the background: begun once, followed while it runs, told how it ended."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask, g

from surveys.database.engine import Database
from surveys.errors import Conflict, Invalid
from surveys.jobs import STALE_AFTER, JobStanding, beat, begin_job, latest_job
from surveys.models import JobState, Role
from tests.conftest import NOW
from tests.webapp.conftest import MakeAccount
from webapp.jobs import Progress, Work, start, wait_for_jobs

KIND = "open_box"
Start = Callable[[Work], int]


@pytest.fixture
def begin(app: Flask, make_account: MakeAccount) -> Iterator[Start]:
    """Starts work as a view would, for an account that is logged in."""
    account = make_account(Role.OFFICER)

    def begin_work(work: Work) -> int:
        with app.test_request_context():
            g.account = account
            return start(KIND, campaign_id=None, work=work)

    yield begin_work
    wait_for_jobs(app)


def standing(database: Database, *, after: timedelta = timedelta(0)) -> JobStanding:
    with database.transaction() as session:
        found = latest_job(session, kind=KIND, campaign_id=None, now=NOW + after)
    assert found is not None
    return found


def nothing(progress: Progress) -> None:
    progress("step", 1.0)


def test_work_that_ends_is_done(app: Flask, database: Database, begin: Start) -> None:
    begin(nothing)
    wait_for_jobs(app)

    assert standing(database).state is JobState.DONE


def test_an_error_of_the_domain_is_kept_with_its_facts(
    app: Flask, database: Database, begin: Start
) -> None:
    def work(_progress: Progress) -> None:
        raise Invalid("count_differs", found=3)

    begin(work)
    wait_for_jobs(app)

    found = standing(database)
    assert (found.error_code, found.error_facts) == ("count_differs", {"found": 3})


def test_an_unforeseen_error_does_not_show_its_words(
    app: Flask, database: Database, begin: Start
) -> None:
    def work(_progress: Progress) -> None:
        raise ZeroDivisionError("secret")

    begin(work)
    wait_for_jobs(app)

    found = standing(database)
    assert (found.error_code, found.error_facts) == ("unforeseen", {})


def test_the_same_work_is_not_started_twice_at_once(begin: Start) -> None:
    go_on = Event()

    def work(_progress: Progress) -> None:
        go_on.wait(10)

    begin(work)

    with pytest.raises(Conflict, match="job_running"):
        begin(nothing)
    go_on.set()


def test_work_that_failed_can_be_started_again(
    app: Flask, database: Database, begin: Start
) -> None:
    def work(_progress: Progress) -> None:
        raise Invalid("count_differs")

    begin(work)
    wait_for_jobs(app)
    begin(nothing)
    wait_for_jobs(app)

    assert standing(database).state is JobState.DONE


def test_a_job_without_beats_belonged_to_a_dead_process(database: Database) -> None:
    with database.transaction() as session:
        begin_job(session, kind=KIND, campaign_id=None, now=NOW, by=None)

    found = standing(database, after=STALE_AFTER + timedelta(seconds=1))
    assert (found.failed, found.error_code) == (True, "worker_died")


def test_a_beat_keeps_a_job_alive(database: Database) -> None:
    with database.transaction() as session:
        job_id = begin_job(session, kind=KIND, campaign_id=None, now=NOW, by=None)
        later = NOW + STALE_AFTER
        beat(session, job_id=job_id, step="outer_layer", share=0.5, now=later)

    found = standing(database, after=STALE_AFTER + timedelta(seconds=1))
    assert (found.running, found.step, found.share) == (True, "outer_layer", 0.5)


def test_after_a_dead_process_the_work_can_be_started_again(database: Database) -> None:
    with database.transaction() as session:
        first = begin_job(session, kind=KIND, campaign_id=None, now=NOW, by=None)
        later = NOW + STALE_AFTER + timedelta(seconds=1)
        second = begin_job(session, kind=KIND, campaign_id=None, now=later, by=None)

    assert second > first
