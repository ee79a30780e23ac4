"""Every error has words and a status, and the API the same code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

import surveys
from surveys.database.engine import Database
from surveys.errors import Conflict, Invalid, NotFound, Refused
from tests.webapp.conftest import Browser
from webapp.access import public
from webapp.error_words import WORDS
from webapp.errors import words_of

ROOMS = Path(surveys.__file__).parent
KINDS = {"NotFound", "Conflict", "Invalid", "Refused"}
# Files that only the command line reads, where the code itself is shown.
COMMAND_LINE = (
    "examining/cluster.py",
    "examining/files.py",
    "examining/index_table.py",
    "examining/parquet.py",
    "examining/table.py",
    "scoring/",
    "publishing/score_workbook.py",
)
IN_THE_WEB_TOO = ("scoring/score_period.py", "scoring/rulings.py")


@pytest.fixture
def database(worker_database: Database) -> Database:
    """Shared with others, for nothing here writes."""
    return worker_database


def codes_raised() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOMS.rglob("*.py")):
        place = str(path.relative_to(ROOMS))
        if place.startswith(COMMAND_LINE) and place not in IN_THE_WEB_TOO:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in KINDS:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value), place


def test_every_code_of_the_domain_has_words() -> None:
    raised = dict(codes_raised())

    assert raised, "the search finds nothing any more"
    assert {code: place for code, place in raised.items() if code not in WORDS} == {}


def test_words_take_any_facts_or_none(app: Flask) -> None:
    with app.test_request_context():
        left_open = [code for code in WORDS if "%(" in " ".join(map(str, words_of(Invalid(code))))]

    assert left_open == []


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application with pages that fail on demand."""
    errors = {
        "not_found": NotFound("no_such_word"),
        "conflict": Conflict("no_such_word"),
        "invalid": Invalid("weak_password", minimum=10),
        "refused": Refused("no_such_word"),
        "gone": Conflict("campaign_closed"),
        "busy": OperationalError("SELECT", {}, Exception("gone")),
        "bug": KeyError("ABCD-EFGH"),
    }

    def fail(kind: str) -> str:
        raise errors[kind]

    app.add_url_rule("/fail/<kind>", "fail", public(fail))
    app.add_url_rule("/api/v1/fail/<kind>", "api_fail", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("not_found", 404),
        ("conflict", 409),
        ("gone", 410),
        ("invalid", 422),
        ("refused", 403),
        ("busy", 503),
        ("bug", 500),
    ],
)
def test_each_kind_of_error_has_its_status(
    failing: Flask, client: Browser, kind: str, status: int
) -> None:
    assert client.get(f"/fail/{kind}").status_code == status


def test_facts_stand_in_the_words(failing: Flask, client: Browser) -> None:
    assert "at least 10 characters" in client.get("/fail/invalid").text


def test_the_api_answers_with_the_same_code(failing: Flask, client: Browser) -> None:
    answer = client.get("/api/v1/fail/invalid")

    assert answer.json is not None
    assert answer.json["error"] == "weak_password"
    assert answer.json["facts"] == {"minimum": 10}


def test_a_busy_database_says_when_to_come_back(failing: Flask, client: Browser) -> None:
    assert client.get("/fail/busy").headers["Retry-After"] == "3"


def test_an_unforeseen_error_is_logged_without_its_words(
    failing: Flask, client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/fail/bug")

    facts = [record.facts for record in caplog.records if record.message == "failure"]  # type: ignore[attr-defined]
    assert [fact["type"] for fact in facts] == ["KeyError"]
    assert "ABCD" not in str(facts)


def test_an_address_that_does_not_exist_is_answered_calmly(client: Browser) -> None:
    answer = client.get("/nothing/here")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_a_form_sent_after_the_log_in_ended_leads_back_to_it_through_the_log_in(
    client: Browser,
) -> None:
    answer = client.post_form("/office/periods/new", page="/account/login")
    page = client.get(answer.location)

    assert answer.location == "/account/login?next=/office/periods/new"
    assert "nothing was saved" in page.text


def test_a_missing_page_of_the_api_is_json(client: Browser) -> None:
    answer = client.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"] == "http_404"


def test_a_form_without_its_token_is_a_page_too_old(client: Browser) -> None:
    answer = client.post("/account/login", data={"login": "x"})

    assert answer.status_code == 400
    assert "too old" in answer.text


def test_a_method_that_does_not_fit_is_405(client: Browser) -> None:
    answer = client.post_form("/healthz", page="/account/login")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_413(client: Browser) -> None:
    token = client.token()

    answer = client.post(
        "/account/login",
        headers={"X-CSRFToken": token},
        data={"login": "x" * 7 * 1024 * 1024},
    )

    assert answer.status_code == 413
