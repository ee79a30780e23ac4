"""The express counter serves what the views would serve, and passes on whatever is not in order."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.surveys.casting.voting import Voting
from tests.webapp.citizen.conftest import Voter
from tests.webapp.conftest import Browser
from webapp.citizen.arrival import best_language

ANSWERS = {f"a0_{item}": "2" for item in range(7)}
DRAWN_ANEW = re.compile(r'(name="(?:csrf_token|nonce)" value=")[^"]*')


@contextmanager
def counter_closed(app: Flask) -> Iterator[None]:
    """Let the views serve everything."""
    reception = app.wsgi_app
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    yield
    app.wsgi_app = reception  # type: ignore[method-assign]


@pytest.fixture
def views(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The endpoints that Flask was asked for."""
    seen: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append("asked"))
    return seen


def alike(first: TestResponse, second: TestResponse) -> bool:
    """Same status, headers and page, but for what is drawn anew each time."""
    pages = {DRAWN_ANEW.sub(r"\1", page.text) for page in (first, second)}
    ours, theirs = (
        {name.lower(): value for name, value in page.headers if name.lower() != "content-length"}
        for page in (first, second)
    )
    return first.status == second.status and len(pages) == 1 and ours == theirs


@pytest.mark.parametrize("language", ["en", "zh-CN,zh;q=0.9,en;q=0.1", "fr", ""])
def test_a_paper_is_the_same_at_the_counter_and_in_the_view(
    app: Flask, voter: Voter, language: str
) -> None:
    voter.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    voter.open()
    first = voter.open()
    with counter_closed(app):
        second = voter.open()
    assert alike(first, second)


def test_a_receipt_is_the_same_at_the_counter_and_in_the_view(app: Flask, voter: Voter) -> None:
    ballot = voter.fields() | ANSWERS
    first = voter.send(ballot)
    with counter_closed(app):
        second = voter.send(ballot)
    assert alike(first, second)


def test_what_is_in_order_asks_no_view(voter: Voter, views: list[str]) -> None:
    voter.open()
    token = voter.client.token("/b")
    views.clear()
    paper = voter.client.post("/b/paper", data={"csrf_token": token, "code": voter.code})
    assert paper.status_code == 200
    assert views == []


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/b/paper", {"data": {"csrf_token": "forged"}}),
        ("/b/paper", {"data": {"code": "7K3F"}}),
        ("/b/paper", {"data": {"language": "zh"}}),
        ("/b/paper", {"headers": {"Sec-Fetch-Site": "cross-site"}}),
        ("/b/paper", {"headers": {"Host": "elsewhere.example"}}),
        ("/b/ballot", {"data": {"nonce": "short"}}),
        ("/b/ballot", {"data": {"a0_3": ""}}),
        ("/b/ballot", {"data": {"batch": "0"}}),
    ],
)
def test_what_is_not_in_order_is_left_to_the_views(
    app: Flask, voter: Voter, path: str, change: dict[str, dict[str, str]]
) -> None:
    """And they answer as if there were no counter."""
    fields = voter.fields()
    whole = (
        fields | ANSWERS
        if path == "/b/ballot"
        else {
            "csrf_token": fields["csrf_token"],
            "code": voter.code,
        }
    )
    data = whole | change.get("data", {})
    headers = change.get("headers", {})
    first = voter.client.post(path, data=data, headers=headers)
    with counter_closed(app):
        second = voter.client.post(path, data=data, headers=headers)
    assert first.status_code == second.status_code
    assert DRAWN_ANEW.sub("", first.text) == DRAWN_ANEW.sub("", second.text)
    assert first.status_code != 200 or "language" in data


def test_another_browsers_token_is_no_token(app: Flask, voter: Voter, voting: Voting) -> None:
    stranger = app.test_client()
    assert isinstance(stranger, Browser)
    ballot = voter.fields() | ANSWERS | {"csrf_token": stranger.token("/b")}
    assert voter.send(ballot).status_code == 400
    assert voting.n_envelopes() == 0


def test_a_form_that_is_too_long_is_left_to_the_views(voter: Voter, views: list[str]) -> None:
    ballot = voter.fields() | ANSWERS | {"unknown": "x" * 300_000}
    views.clear()
    voter.send(ballot)
    assert views == ["asked"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [("en-GB,en;q=0.8", "en"), ("zh-TW", "zh"), ("fr", "zh"), (None, "zh"), ("*", "zh")],
)
def test_the_browser_decides_the_language(header: str | None, expected: str) -> None:
    assert best_language(header) == expected


@pytest.mark.parametrize("counter_open", [True, False])
def test_no_line_tells_when_a_paper_was_shown_or_a_ballot_stored(
    app: Flask, voter: Voter, caplog: pytest.LogCaptureFixture, counter_open: bool
) -> None:
    caplog.set_level(logging.INFO, logger="gongping.web")
    with nullcontext() if counter_open else counter_closed(app):
        assert voter.send(voter.fields() | ANSWERS).status_code == 200
        assert voter.send({"csrf_token": voter.client.token("/b")}).status_code != 200
    seen = [vars(record)["facts"] for record in caplog.records if record.name == "gongping.web"]
    assert {facts["status"] for facts in seen if facts["endpoint"] == "citizen.cast"} == {404}
    assert "citizen.paper" not in {facts["endpoint"] for facts in seen}


@pytest.mark.parametrize("path", ["/b", "/B"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_door_is_the_same_at_the_counter_and_in_the_view(
    app: Flask, path: str, language: str
) -> None:
    first = Browser(app).get(path, headers={"Accept-Language": language})
    with counter_closed(app):
        second = Browser(app).get(path, headers={"Accept-Language": language})
    ours, theirs = first.headers.pop("Set-Cookie"), second.headers.pop("Set-Cookie")
    assert ours.partition(";")[2] == theirs.partition(";")[2]
    assert alike(first, second)


def test_the_doors_cookie_opens_a_paper_in_the_view_too(app: Flask, voter: Voter) -> None:
    token = voter.client.token("/b")
    with counter_closed(app):
        paper = voter.client.post("/b/paper", data={"csrf_token": token, "code": voter.code})
    assert paper.status_code == 200


def test_a_browser_keeps_the_cookie_it_has(voter: Voter, views: list[str]) -> None:
    assert "Set-Cookie" in voter.client.get("/b").headers
    assert "Set-Cookie" not in voter.client.get("/b").headers
    assert views == []
