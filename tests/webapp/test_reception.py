"""Requests arrive in an event loop; what is no voter's goes to Flask and comes back whole."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from flask import Flask, Response, g, has_app_context, request, stream_with_context
from werkzeug.middleware.proxy_fix import ProxyFix

from surveys.database.engine import Database
from tests.conftest import NOW
from tests.webapp.conftest import config_for_tests
from webapp.application import create_app
from webapp.flask_threads import SHORT_BODY, Event, FlaskThreads
from webapp.reception import Reception

Headers = list[tuple[bytes, bytes]]


def ask(
    application: Callable[..., Any], path: str, *, headers: Headers | None = None, body: bytes = b""
) -> list[Event]:
    """What an ASGI application sends; the body comes in pieces."""
    pieces = [body[start : start + 50_000] for start in range(0, len(body), 50_000)] or [b""]
    coming: list[Event] = [
        {"type": "http.request", "body": piece, "more_body": more < len(pieces)}
        for more, piece in enumerate(pieces, start=1)
    ]
    sent: list[Event] = []

    async def receive() -> Event:
        return coming.pop(0)

    async def send(event: Event) -> None:
        sent.append(event)

    length = [(b"content-length", b"%d" % len(body))] if body else []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), *length, *(headers or [])],
        "client": ("203.0.113.9", 4711),
        "server": ("localhost", 80),
    }
    asyncio.run(application(scope, receive, send))
    return sent


def body_of(sent: list[Event]) -> bytes:
    """The body of an answer."""
    return b"".join(event["body"] for event in sent[1:])


@pytest.fixture
def plain() -> Flask:
    """An application of three views."""
    app = Flask("plain")
    app.get("/cookie", endpoint="cookie")(lambda: dict(request.cookies))
    app.get("/forwarded", endpoint="forwarded")(lambda: request.headers["X-Forwarded-For"])
    app.post("/length", endpoint="length")(lambda: str(len(request.get_data(cache=False))))
    app.post("/refused", endpoint="refused")(lambda: ("no", 413))
    return app


def streamed() -> Response:
    """An answer of many pieces that knows who asks, all the way."""
    g.asker = request.headers["X-Asker"]
    return Response(stream_with_context(g.asker for _ in range(200)))


@pytest.fixture
def threads(plain: Flask) -> FlaskThreads:
    """It in threads."""
    return FlaskThreads(plain.wsgi_app, threads=2)


def occupied() -> bool:
    """Whether Flask's context lies in this thread; long enough that each thread is asked."""
    sleep(0.05)
    return has_app_context()


def test_a_stream_leaves_nothing_behind_in_the_threads_it_passed_through(plain: Flask) -> None:
    plain.get("/streamed", endpoint="streamed")(streamed)
    plain.get("/left", endpoint="left")(lambda: g.get("asker", "nothing"))
    threads = FlaskThreads(plain.wsgi_app, threads=4)
    for _ in range(4):
        threads._threads.submit(sleep, 0.05)
    whole = body_of(ask(threads, "/streamed", headers=[(b"x-asker", b"A")]))
    left = [threads._threads.submit(occupied) for _ in range(4)]

    assert whole == b"A" * 200
    assert [each.result() for each in left] == [False] * 4
    assert {body_of(ask(threads, "/left")) for _ in range(8)} == {b"nothing"}


@pytest.mark.parametrize("length", [1, SHORT_BODY, SHORT_BODY + 1, 300_000])
def test_a_body_of_any_length_arrives_whole(threads: FlaskThreads, length: int) -> None:
    assert body_of(ask(threads, "/length", body=b"x" * length)) == b"%d" % length


def test_a_long_body_that_nobody_reads_holds_nothing_up(threads: FlaskThreads) -> None:
    assert ask(threads, "/refused", body=b"x" * 300_000)[0]["status"] == 413


def test_cookies_on_two_lines_are_two_cookies(threads: FlaskThreads) -> None:
    sent = ask(threads, "/cookie", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])
    assert body_of(sent) == b'{"a":"1","b":"2"}\n'


def test_a_header_with_an_underscore_passes_for_no_proxys(threads: FlaskThreads) -> None:
    headers = [(b"x-forwarded-for", b"192.0.2.1"), (b"x_forwarded_for", b"198.51.100.7")]
    assert body_of(ask(threads, "/forwarded", headers=headers)) == b"192.0.2.1"


def test_a_page_is_sent_at_once_and_a_stream_piece_by_piece(
    plain: Flask, threads: FlaskThreads
) -> None:
    closed: list[str] = []

    def stream() -> Response:
        pieces: Iterator[str] = iter(["one", "two"])
        response = Response(pieces, mimetype="text/event-stream")
        response.call_on_close(lambda: closed.append("closed"))
        return response

    plain.add_url_rule("/stream", view_func=stream)
    sent = [event["body"] for event in ask(threads, "/stream")[1:]]
    assert (sent, closed) == ([b"one", b"two", b""], ["closed"])
    assert len(ask(threads, "/cookie")) == 2


@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.parametrize("forwarded", ["", "198.51.100.7", "192.0.2.1, 198.51.100.7"])
def test_a_voter_behind_our_proxies_has_the_address_that_flask_sees(
    database: Database, tmp_path: Path, proxies: int, forwarded: str
) -> None:
    app = create_app(
        config_for_tests(tmp_path, proxies=proxies), database=database, clock=lambda: NOW
    )
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    seen: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": forwarded}
    ProxyFix(lambda *_: (), x_for=proxies)(seen, lambda *_: print)
    peer = Reception(app).peer({"client": ("203.0.113.9", 1)}, headers)
    assert peer == seen["REMOTE_ADDR"]


def test_who_serves_no_citizens_hands_everything_to_flask(
    database: Database, tmp_path: Path
) -> None:
    config = config_for_tests(tmp_path, audiences=("office",))
    reception = Reception(create_app(config, database=database, clock=lambda: NOW))
    assert ask(reception, "/b")[0]["status"] == 404
