"""Servers that a test may break, and figures that are printed at the end of the run."""

import json
from collections.abc import Iterator
from typing import Protocol

import pytest

from surveys.database.embedded import Server, running
from surveys.database.engine import Database
from tests.faults.halls import database_on

FIGURE = "figure"


class Note(Protocol):
    """Keeps the figures of a test."""

    def __call__(self, **figures: object) -> None: ...


@pytest.fixture
def note(record_property: object, request: pytest.FixtureRequest) -> Note:
    """Print what was measured under the test's name."""

    def keep(**figures: object) -> None:
        # Plain values only: reports travel between processes.
        plain = json.loads(json.dumps(figures, default=str))
        request.node.user_properties.append((FIGURE, plain))

    return keep


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose files lie open to the tests of one process."""
    with running(tmp_path_factory.mktemp("own") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def own_database(own_server: Server) -> Iterator[Database]:
    """A migrated database on it."""
    with database_on(own_server) as database:
        yield database


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, and loudly what could not run on this machine."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
    ]
    for report in reports:
        for name, figures in getattr(report, "user_properties", ()):
            if name == FIGURE:
                words = ", ".join(f"{name} {value}" for name, value in figures.items())
                terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {words}")
    for report in terminalreporter.stats.get("skipped", ()):
        if "tests/faults" in report.nodeid:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            terminalreporter.write_line(f"DID NOT RUN {report.nodeid}: {reason}", red=True)
