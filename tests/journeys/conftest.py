"""Journeys walk through real pages: a live server over a database of the test's own, Chromium.

``live`` is the server; ``windows.open("phone", "zh")`` gives a page on it; `browsers` has the
checks. What a page complains about in its console fails the journey.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from tests.journeys.browsers import Windows, chromium
from tests.webapp.conftest import config_for_tests
from webapp.application import create_app
from webapp.jobs import worker

HERE = Path(__file__).parent
REQUIRED = ("CI", "GONGPING_JOURNEYS")
NO_CHROMIUM = "no Chromium here: this journey did not run"


@dataclass(frozen=True)
class Live:
    """A server that answers on the loopback while the test runs."""

    url: str
    app: Flask
    database: Database
    store: KeyStore


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as a journey."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which journeys did not run."""
    left_out = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if NO_CHROMIUM in str(report.longrepr)
    ]
    if left_out:
        terminalreporter.section("JOURNEYS THAT DID NOT RUN: NO CHROMIUM", red=True, bold=True)
        for name in left_out:
            terminalreporter.line(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    path = chromium()
    if path is None:
        if any(os.environ.get(name) for name in REQUIRED):
            pytest.fail("journeys are required here, but there is no Chromium")
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def working(app: Flask) -> Iterator[None]:
    """A worker for what the pages start in the background."""
    each, loops = worker(app), []

    async def work() -> None:
        loops.append(asyncio.get_running_loop())
        await each.work(jobs=1)

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    yield
    loops[0].call_soon_threadsafe(each.stop)
    thread.join()


@pytest.fixture
def live(database: Database, tmp_path: Path) -> Iterator[Live]:
    """Serve all audiences by the real clock, in a thread, on a free port."""
    config = config_for_tests(tmp_path)
    app = create_app(config, database=database)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    store = KeyStore(config.data_dir / "keys", random_bytes=os.urandom)
    with working(app):
        yield Live(f"http://127.0.0.1:{server.server_port}", app, database, store)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def windows(browser: Browser, live: Live) -> Iterator[Windows]:
    """Windows on the live server; none may complain."""
    opened = Windows(browser, live.url)
    yield opened
    opened.close()
    assert opened.complaints == []
