"""Work in the background: queued once, done by a worker, told how it ended."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask, g
from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.database.engine import Database
from surveys.errors import Conflict, Invalid, NotFound
from surveys.jobs import JobStanding, begin_job, cancel_job, latest_job, retry_job
from surveys.jobs.standing import STALE_AFTER
from surveys.jobs.working import MOST_ATTEMPTS, JobRun, WorkStopped, beat, claimed
from surveys.models import JobState, Role
from surveys.models.base import JsonObject
from tests.conftest import NOW
from tests.webapp.conftest import MakeAccount
from webapp.jobs import WORKS, Task, start, wait_for_jobs

KIND = "a_test"
Do = Callable[[Session, Task], JsonObject | None]
Start = Callable[[Do], int]


@pytest.fixture
def begin(app: Flask, database: Database, make_account: MakeAccount) -> Iterator[Start]:
    """Queues work as a view would, for an account that is logged in."""
    account = make_account(Role.OFFICER)

    def begin_work(work: Do) -> int:
        WORKS[KIND] = work
        with app.test_request_context(), database.transaction() as session:
            g.account = account
            return start(session, KIND, seed=7)

    yield begin_work
    WORKS.pop(KIND, None)


def standing(database: Database, *, after: timedelta = timedelta(0)) -> JobStanding:
    with database.transaction() as session:
        found = latest_job(session, kind=KIND, campaign_id=None, now=NOW + after)
    assert found is not None
    return found


def nothing(session: Session, task: Task) -> None:
    task.progress("step", 1.0)


def run_of(database: Database, work: Do, **changes: object) -> JobRun:
    run = JobRun(database=database, clock=lambda: NOW, works={KIND: work})
    for name, value in changes.items():
        setattr(run, name, value)
    return run


def write(session: Session) -> None:
    """Something that only a transaction that ends leaves."""
    session.execute(text('SELECT audit.append(\'{"act": "tried"}\')'))


def n_written(database: Database) -> int:
    with database.transaction() as session:
        found = session.scalar(text("SELECT count(*) FROM audit.log WHERE body->>'act' = 'tried'"))
    return int(found or 0)


def test_work_that_waits_is_done_by_a_worker(app: Flask, database: Database, begin: Start) -> None:
    begin(nothing)
    assert standing(database).state is JobState.WAITING
    wait_for_jobs(app)
    assert standing(database).state is JobState.DONE


def test_work_is_told_what_it_was_started_with(
    app: Flask, database: Database, begin: Start
) -> None:
    begin(lambda _session, task: {"seed": task.args["seed"]})
    wait_for_jobs(app)
    assert standing(database).result == {"seed": 7}


def test_work_is_queued_only_if_its_transaction_is_committed(
    app: Flask, database: Database, begin: Start
) -> None:
    WORKS[KIND] = nothing
    with database.transaction() as session:
        begin_job(session, kind=KIND, now=NOW, by=None)
        session.rollback()
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_the_library_keeps_nothing_of_work_that_ended(
    app: Flask, database: Database, begin: Start
) -> None:
    begin(nothing)
    wait_for_jobs(app)
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_an_error_of_the_domain_is_kept_with_its_facts(
    app: Flask, database: Database, begin: Start
) -> None:
    def work(_session: Session, _task: Task) -> None:
        raise Invalid("count_differs", found=3)

    begin(work)
    wait_for_jobs(app)

    found = standing(database)
    assert (found.error_code, found.error_facts) == ("count_differs", {"found": 3})


def test_an_unforeseen_error_does_not_show_its_words(
    app: Flask, database: Database, begin: Start
) -> None:
    def work(_session: Session, _task: Task) -> None:
        raise ZeroDivisionError("secret")

    begin(work)
    wait_for_jobs(app)

    found = standing(database)
    assert (found.error_code, found.error_facts) == ("unforeseen", {})


def test_the_same_work_is_not_started_twice_at_once(begin: Start) -> None:
    begin(nothing)
    with pytest.raises(Conflict, match="job_running"):
        begin(nothing)


def test_failed_work_is_tried_again_by_who_started_it(
    app: Flask, database: Database, begin: Start
) -> None:
    def work(_session: Session, _task: Task) -> None:
        raise Invalid("count_differs")

    job_id = begin(work)
    wait_for_jobs(app)
    WORKS[KIND] = nothing
    by = standing(database).started_by or 0
    with database.transaction() as session:
        retry_job(session, job_id=job_id, now=NOW, by=by)
    wait_for_jobs(app)
    assert standing(database).state is JobState.DONE


def test_nobody_else_tries_it_again(app: Flask, database: Database, begin: Start) -> None:
    job_id = begin(nothing)
    with database.transaction() as session, pytest.raises(NotFound, match="no_job"):
        retry_job(session, job_id=job_id, now=NOW, by=0)


def test_work_that_failed_leaves_nothing(app: Flask, database: Database, begin: Start) -> None:
    def work(session: Session, _task: Task) -> None:
        write(session)
        raise Invalid("count_differs")

    begin(work)
    wait_for_jobs(app)
    assert n_written(database) == 0


def test_cancelled_before_a_worker_took_it_up_it_is_over(
    app: Flask, database: Database, begin: Start
) -> None:
    job_id = begin(lambda session, _task: write(session))
    with database.transaction() as session:
        cancel_job(session, job_id=job_id, now=NOW, by=1)
    wait_for_jobs(app)
    assert (standing(database).state, n_written(database)) == (JobState.CANCELLED, 0)


def test_cancelled_while_it_runs_it_stops_where_it_reports_progress(
    database: Database, begin: Start
) -> None:
    job_id = begin(nothing)

    def work(session: Session, task: Task) -> None:
        write(session)
        run.cancelled = True
        task.progress("step", 0.5)

    run = run_of(database, work)
    run.run(job_id)
    assert (standing(database).state, n_written(database)) == (JobState.CANCELLED, 0)


def test_a_beat_hears_that_somebody_cancelled(database: Database, begin: Start) -> None:
    job_id = begin(nothing)
    with database.transaction() as session:
        job = claimed(session, job_id=job_id, now=NOW)
    assert job is not None
    with database.transaction() as session:
        cancel_job(session, job_id=job_id, now=NOW, by=1)
    with database.transaction() as session:
        assert beat(session, job=job, step="", share=0.0, now=NOW)


def test_a_worker_that_ends_leaves_the_job_to_another(
    app: Flask, database: Database, begin: Start
) -> None:
    job_id = begin(nothing)
    with pytest.raises(WorkStopped):
        run_of(database, nothing, stopping=lambda: True).run(job_id)
    assert standing(database).state is JobState.WAITING
    run_of(database, nothing).run(job_id)
    assert standing(database).state is JobState.DONE


def test_a_job_without_beats_waits_for_another_worker(database: Database, begin: Start) -> None:
    job_id = begin(nothing)
    with database.transaction() as session:
        claimed(session, job_id=job_id, now=NOW)
    late = STALE_AFTER + timedelta(seconds=1)
    states = [standing(database).state, standing(database, after=late).state]
    assert states == [JobState.RUNNING, JobState.WAITING]


def test_a_beat_keeps_a_job_alive(database: Database, begin: Start) -> None:
    job_id = begin(nothing)
    with database.transaction() as session:
        job = claimed(session, job_id=job_id, now=NOW)
        assert job is not None
        beat(session, job=job, step="outer_layer", share=0.5, now=NOW + STALE_AFTER)
    found = standing(database, after=STALE_AFTER + timedelta(seconds=1))
    assert (found.state, found.step, found.share) == (JobState.RUNNING, "outer_layer", 0.5)


def test_work_done_by_two_workers_counts_once(database: Database, begin: Start) -> None:
    """One was taken for dead and was not."""
    job_id = begin(nothing)

    def taken_over(session: Session, _task: Task) -> None:
        run_of(database, lambda other, _task: None).run(job_id)
        write(session)

    run_of(database, taken_over).run(job_id)
    assert (standing(database).state, n_written(database)) == (JobState.DONE, 0)


def test_work_whose_worker_died_again_and_again_is_given_up(
    database: Database, begin: Start
) -> None:
    job_id = begin(nothing)
    for _ in range(MOST_ATTEMPTS + 1):
        with database.transaction() as session:
            claimed(session, job_id=job_id, now=NOW)
    assert standing(database).error_code == "worker_died"


def test_done_work_is_not_done_again(database: Database, begin: Start) -> None:
    job_id = begin(lambda session, _task: write(session))
    run_of(database, lambda session, _task: write(session)).run(job_id)
    run_of(database, lambda session, _task: write(session)).run(job_id)
    assert n_written(database) == 1
