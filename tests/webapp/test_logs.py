"""One line for each request, and nothing in it that a voter sent."""

import json
import logging

import pytest

from surveys.database.engine import Database
from tests.webapp.conftest import Browser
from webapp.logs import JsonLines


@pytest.fixture
def database(worker_database: Database) -> Database:
    """Shared with others, for nothing here writes."""
    return worker_database


@pytest.fixture(autouse=True)
def _written(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="gongping.web")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What would go to standard error."""
    return [JsonLines().format(r) for r in caplog.records if r.name == "gongping.web"]


def test_a_request_is_one_line_with_its_endpoint_and_status(
    client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/healthz")

    (line,) = map(json.loads, lines(caplog))
    assert line["event"] == "request"
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "frame.healthz", 200)
    assert line["ms"] >= 0


def test_neither_path_nor_query_nor_address_nor_form_is_logged(
    client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/B/SECRETCODE?q=SECRETQUERY", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    client.post_form("/account/login", {"login": "SECRETNAME", "password": "SECRETWORD"})

    whole = " ".join(lines(caplog))
    assert whole
    assert "SECRET" not in whole
    assert "203.0.113" not in whole
