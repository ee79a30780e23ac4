"""Where every request arrives: voters are served in the event loop, all others by Flask's threads.

A voter's request is mostly waiting for the box. Thousands of them wait in one loop at the price of
a few objects, where each would hold a thread; and threads that take turns at one lock cost more
than all that is done for a ballot. Figures: docs/adr/0023-voters-in-one-event-loop.md.
"""

from typing import Final

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.http import parse_list_header

from surveys.casting.shared_calls import SharedCalls
from webapp.citizen.arrival import LONGEST_FORM, Arrival
from webapp.citizen.express import ExpressCounter, Question, Serve, Served
from webapp.context import EXTENSION, Context
from webapp.flask_threads import Event, FlaskThreads, Receive, Scope, Send, read
from webapp.logs import log_busy

# Of each process: pages wait for the database, and up to eight streams hold one each. Threads that
# reckon all want the lock that the event loop needs too, so there are no more than that.
THREADS: Final = 16


class Reception:
    """An ASGI application in front of Flask's WSGI.

    Parameters
    ----------
    app : as `create_app` builds it
    """

    def __init__(self, app: Flask) -> None:
        context: Context = app.extensions[EXTENSION]
        self.app = app
        self.proxies = context.config.proxies
        self.flask = FlaskThreads(app.wsgi_app, threads=THREADS)
        self.calls = SharedCalls(context.database)
        self.served: dict[tuple[str, str], Serve] = {}
        if "citizen" in context.config.audiences:
            self.counter = ExpressCounter(app)
            self.served = self.counter.served
            self.headers = [_as_bytes(header) for header in self.counter.headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a voter, or hand on to Flask."""
        if scope["type"] != "http":
            return
        serve = self.served.get((scope["method"], scope["path"]))
        headers = headers_of(scope) if serve else None
        if serve is None or headers is None:
            await self.flask(scope, receive, send)
            return
        length = int(headers.get("content-length", "0"))
        body = await read(receive, length)
        query = scope["query_string"].decode("latin-1")
        arrival = Arrival(headers, query, self.peer(scope, headers), body)
        page = await self._served(serve, arrival, scope["path"]) if len(body) == length else None
        if page is None:
            await self.flask(scope, _again(body, receive), send)
        else:
            await self._send(page, send)

    async def _served(self, serve: Serve, arrival: Arrival, path: str) -> Served | None:
        """A voter's page where all is in order; a full hall is sent home as quickly as served."""
        try:
            try:
                found = serve(arrival)
                if isinstance(found, Question):
                    found = found.then(await self.calls.lane(found.lane).row(found.asked))
            except (OperationalError, PoolTimeout) as error:
                log_busy(f"citizen.{serve.__name__}", error)
                return self.counter.busy(arrival, path)
        except Exception:  # noqa: BLE001 - the views meet it again and have words for it
            return None
        return found

    async def _send(self, page: Served, send: Send) -> None:
        body = page.text.encode()
        headers = [
            *self.headers,
            *map(_as_bytes, page.headers),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def peer(self, scope: Scope, headers: dict[str, str]) -> str:
        """The peer's address, behind as many proxies as are ours."""
        peer: str = (scope.get("client") or ("", 0))[0]
        if not self.proxies:
            return peer
        named = parse_list_header(headers.get("x-forwarded-for", ""))
        return named[-self.proxies] if len(named) >= self.proxies else peer


def headers_of(scope: Scope) -> dict[str, str] | None:
    """The headers of a request; None where one came twice, or the body is long or of any length."""
    sent = list(scope["headers"])
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent}
    length = headers.get("content-length", "0")
    odd = (
        len(headers) < len(sent)
        or (scope["method"] == "POST" and "content-length" not in headers)
        or not length.isdecimal()
        or int(length) > LONGEST_FORM
    )
    return None if odd else headers


def _again(body: bytes, receive: Receive) -> Receive:
    """Let Flask read the body that was read already."""
    unread: list[Event] = [{"type": "http.request", "body": body, "more_body": True}]

    async def replay() -> Event:
        return unread.pop() if unread else await receive()

    return replay


def _as_bytes(header: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = header
    return name.lower().encode("latin-1"), value.encode("latin-1")
