"""The demo: one command runs a whole county, a second call is instant, Ctrl-C stops everything."""

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from surveys.database import embedded
from surveys.database.engine import Database
from surveys.publishing.board import published_periods
from surveys.scoring.period_scheme import scheme_of
from tests.surveys.publishing.published_figures import exposed_groups
from webapp.application import create_app
from webapp.commands.demo.report import NO_TOTAL, DemoReport, kept_report
from webapp.config import Config
from webapp.jobs import wait_for_jobs

GONGPING = Path(sys.executable).with_name("gongping")


def environment(data_dir: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GONGPING_")}
    return {**kept, "GONGPING_DATA_DIR": str(data_dir), "LC_ALL": "C.UTF-8", "COLUMNS": "200"}


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GONGPING, "demo", "--no-serve", *arguments],
        env=environment(data_dir),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first_run(data_dir: Path) -> subprocess.CompletedProcess[str]:
    return run(data_dir, "--seed", "2025")


@pytest.fixture(scope="module")
def report(data_dir: Path, first_run: subprocess.CompletedProcess[str]) -> DemoReport:
    assert first_run.returncode == 0, first_run.stderr
    found = kept_report(data_dir)
    assert found is not None
    return found


pytestmark = pytest.mark.slow


def test_some_thousands_of_ballots_are_cast(report: DemoReport) -> None:
    assert sum(row.n_returned for row in report.turnout) > 5000


def test_the_stuffed_batch_is_found(report: DemoReport) -> None:
    found = next(line.found_by for line in report.planted if line.plot == "Stuffed batch")
    assert found


def test_every_unit_has_a_line_in_the_totals(report: DemoReport) -> None:
    assert len({row.unit for row in report.totals}) == 56


def test_the_vetoed_unit_has_no_place(report: DemoReport) -> None:
    # Where findings leave too few votes of another one, that one has neither place nor total yet.
    placeless = [row.grade for row in report.totals if row.place is None and row.total != NO_TOTAL]
    assert placeless == ["一般"]


def test_every_unit_of_the_published_year_has_a_total(report: DemoReport) -> None:
    assert [row.unit for row in report.totals if row.total == NO_TOTAL] == []


def test_twelve_members_of_leading_groups_are_graded(report: DemoReport) -> None:
    assert len(report.persons) == 12
    assert {row.name[:2] for row in report.persons} == {"样例"}
    assert {row.grade for row in report.persons} >= {"优秀", "称职", "基本称职"}


def test_sheets_and_the_workbook_are_on_disk(report: DemoReport) -> None:
    kinds = {Path(file).suffix for file in report.files if Path(file).stat().st_size > 0}
    assert kinds == {".pdf", ".xlsx"}


def test_passwords_are_drawn_anew(report: DemoReport, tmp_path: Path) -> None:
    again = run(tmp_path, "--ballots", "500")
    assert again.returncode == 0, again.stderr
    other = kept_report(tmp_path)
    assert other is not None
    ours = {login.password for login in report.logins}
    assert ours.isdisjoint(login.password for login in other.logins)


def test_the_report_is_readable_by_its_owner_alone(data_dir: Path, report: DemoReport) -> None:
    assert report
    assert (data_dir / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_second_call_runs_nothing_again(data_dir: Path, report: DemoReport) -> None:
    again = run(data_dir)
    assert "--fresh" in again.stdout
    assert kept_report(data_dir) == report


def test_a_database_with_real_periods_is_left_alone(data_dir: Path, report: DemoReport) -> None:
    assert report
    with embedded.running(data_dir / "postgresql") as server:
        execute(server.url(), REAL)
        refused = run(data_dir, "--fresh")
        execute(server.url(), SAMPLE)
    assert (refused.returncode, "GONGPING_DATA_DIR" in refused.stderr) == (2, True)


def test_nothing_published_of_the_county_exposes_a_small_group(
    data_dir: Path, report: DemoReport
) -> None:
    assert report
    with embedded.running(data_dir / "postgresql") as server:
        database = Database(server.url(), box_url=server.url(user="gongping_box"))
        with database.transaction() as session:
            (publication,) = published_periods(session)
            scheme = scheme_of(publication.period)
            n_small, n_published, n_control = exposed_groups(publication.run.lines, scheme)
        database.dispose()
    # The control shows every group by itself.
    assert n_small > 0
    assert (n_published, n_control) == (0, n_small)


LINK = re.compile(r'href="(/[^"#?]*)')


def crawl(client: FlaskClient, start: str, most: int = 400) -> dict[str, int]:
    """Every page that links lead to, with its status."""
    seen: dict[str, int] = {}
    waiting = [start]
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith(("/static", "/language")):
            continue
        answer = client.get(path)
        seen[path] = answer.status_code
        if answer.mimetype == "text/html":
            waiting += [html.unescape(link) for link in LINK.findall(answer.text)]
    return seen


@pytest.mark.parametrize("login", ["organizer", "officer-a", "reviewer", "auditor", "admin", ""])
def test_no_page_that_the_demo_leads_to_fails(
    data_dir: Path, report: DemoReport, login: str
) -> None:
    passwords = {each.login: each.password for each in report.logins}
    with embedded.running(data_dir / "postgresql") as server:
        config = replace(
            Config.from_environment({"GONGPING_DATA_DIR": str(data_dir)}),
            trusted_hosts=("localhost",),
        )
        database = Database(server.url(), box_url=server.url(user="gongping_box"))
        app = create_app(config, database=database)
        client = app.test_client()
        if login:
            page = client.get("/account/login").text
            token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
            form = {"login": login, "password": passwords[login], "csrf_token": token}
            assert client.post("/account/login", data=form).status_code == 302
        seen = crawl(client, "/office" if login.startswith("o") else "/")
        wait_for_jobs(app)
        database.dispose()
    failed = {path: status for path, status in seen.items() if status >= 500}
    assert (failed, len(seen) > 10) == ({}, True)


# A frozen period refuses changes: only a replica's role gets past its triggers.
REAL = "SET session_replication_role = replica; UPDATE period SET sample = false WHERE id = 2"
SAMPLE = "SET session_replication_role = replica; UPDATE period SET sample = true WHERE id = 2"


def execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(data_dir: Path, report: DemoReport) -> Iterator[subprocess.Popen[bytes]]:
    assert report
    port = free_port()
    process = subprocess.Popen(
        [GONGPING, "demo", "--port", str(port)],
        env=environment(data_dir),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(f"http://127.0.0.1:{port}/readyz")
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def wait_for(url: str) -> None:
    for _ in range(150):
        try:
            with urlopen(url, timeout=2) as answer:
                if json.load(answer):
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{url} does not answer")


def test_a_taken_port_is_told_before_anything_runs(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = subprocess.run(
            [GONGPING, "demo", "--port", str(taken.getsockname()[1])],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (refused.returncode, "--port" in refused.stderr) == (2, True)


def test_ctrl_c_stops_the_server_and_its_database(
    data_dir: Path, served: subprocess.Popen[bytes]
) -> None:
    os.killpg(served.pid, signal.SIGINT)
    served.wait(timeout=30)
    left = subprocess.run(["pgrep", "-f", str(data_dir)], capture_output=True, check=False).stdout
    assert left == b""
