"""Workers as processes: killed, stopped, started with the server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.database.engine import Database
from surveys.jobs import begin_job
from surveys.models import Job, JobState
from tests.conftest import NOW
from webapp.commands.worker_beside import started, worker_beside

# A worker that does nothing but wait for a file, and finds dead ones quickly.
WORKER = """
import sys, time
from pathlib import Path
import surveys.jobs.worker as worker
worker.HEARTBEAT_SECONDS, worker.DEAD_AFTER_SECONDS, worker.LOOK_SECONDS = 0.2, 1.0, 0.3
from webapp.jobs import work

@work("wait")
def wait(session, task):
    while not Path(sys.argv[1]).exists():
        task.progress("waiting", 0.5)
        time.sleep(0.05)

from webapp.commands import gongping
gongping(["worker"])
"""


@pytest.fixture
def done(tmp_path: Path) -> Path:
    return tmp_path / "done"


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "GONGPING_DATA_DIR": str(tmp_path),
        "GONGPING_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "GONGPING_BOX_DATABASE_URL": database.box_engine.url.render_as_string(hide_password=False),
    }


@pytest.fixture
def start(environment: dict[str, str], done: Path) -> Callable[[], subprocess.Popen[bytes]]:
    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", WORKER, str(done)], env=environment)

    return started


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def job_id(database: Database) -> int:
    with database.transaction() as session:
        return begin_job(session, kind="wait", now=NOW, by=None)


def reaches(database: Database, job_id: int, wanted: Callable[[Job], bool]) -> bool:
    """Whether the job comes to that within a minute."""
    for _ in range(600):
        with database.transaction() as session:
            if wanted(session.get_one(Job, job_id)):
                return True
        time.sleep(0.1)
    return False


def test_a_job_whose_worker_is_killed_is_done_by_another(
    database: Database,
    start: Callable[[], subprocess.Popen[bytes]],
    done: Path,
    job_id: int,
) -> None:
    with ending(start()) as first:
        assert reaches(database, job_id, lambda job: job.state is JobState.RUNNING)
        first.kill()
    done.touch()
    with ending(start()):
        assert reaches(database, job_id, lambda job: job.state is JobState.DONE)
    with database.transaction() as session:
        assert session.get_one(Job, job_id).attempt == 2


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_a_worker_that_is_stopped_puts_its_job_back(
    database: Database,
    start: Callable[[], subprocess.Popen[bytes]],
    job_id: int,
    number: signal.Signals,
) -> None:
    with ending(start()) as worker:
        assert reaches(database, job_id, lambda job: job.state is JobState.RUNNING)
        worker.send_signal(number)
        assert worker.wait(10) == 0
    with database.transaction() as session:
        assert session.get_one(Job, job_id).state is JobState.WAITING


def latest_worker(database: Database, *, after: int) -> int:
    """The number of a worker that came after another, within a minute; 0 if none did."""
    found = text("SELECT coalesce(max(id), 0) FROM procrastinate_workers")
    for _ in range(600):
        with database.transaction() as session:
            if (number := int(session.scalar(found) or 0)) > after:
                return number
        time.sleep(0.1)
    return 0


@pytest.mark.slow
def test_the_worker_beside_a_server_is_started_again_and_ends_with_it(
    database: Database, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def noted(given: Mapping[str, str]) -> subprocess.Popen[bytes]:
        begun.append(started(given))
        return begun[-1]

    monkeypatch.setattr("webapp.commands.worker_beside.started", noted)
    with worker_beside(environment):
        first = latest_worker(database, after=0)
        begun[0].kill()
        assert latest_worker(database, after=first)
    assert [process.poll() is not None for process in begun] == [True, True]
