"""Flask's pages in threads of their own, behind a server that speaks ASGI.

A page takes one way to a thread and one back: its form is read before, its answer is sent after.
Only what is long goes piece by piece. Why no library: docs/adr/0023-voters-in-one-event-loop.md.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from io import BytesIO, RawIOBase
from itertools import islice
from threading import Lock
from typing import Any, Final, TypeVar

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
T = TypeVar("T")

SHORT_BODY: Final = 64 * 1024
# Pieces of a page of known length that are sent together.
TOGETHER: Final = 32
# A browser that sends nothing for so long while a thread waits for it is gone.
SENDING_S: Final = 60


@dataclass(eq=False)
class Answer:
    """What Flask answered, as far as it is known; to be asked in a thread.

    Parameters
    ----------
    pieces : the body
    close : tells Flask that the answer was sent, or never will be
    """

    status: int
    headers: Headers
    pieces: Iterator[bytes]
    close: Callable[[], None]
    ended: bool = False

    def more(self) -> bytes:
        """What comes next of the body: of a stream one piece, else several."""
        streams = all(name.lower() != "content-length" for name, _ in self.headers)
        together = 1 if streams else TOGETHER
        pieces = list(islice(self.pieces, together))
        if len(pieces) < together:
            self.end()
        return b"".join(pieces)

    def end(self) -> None:
        """Close, once."""
        if not self.ended:
            self.ended = True
            self.close()


class Turns:
    """The steps of one request, one at a time and in one context, whatever threads they run in.

    Flask keeps in the context who asks. A stream enters it in one thread and leaves it in another:
    in the threads' own contexts it would stay in the first, for whoever asks there next.
    """

    def __init__(self) -> None:
        self._context = Context()
        self._lock = Lock()

    def take(self, step: Callable[..., T], *given: Any) -> T:
        """Do a step, once the one before it is done."""
        with self._lock:
            return self._context.run(step, *given)


class FlaskThreads:
    """An ASGI application over a WSGI one.

    Parameters
    ----------
    behind : the WSGI application
    threads : requests under way at a time
    """

    def __init__(self, behind: Callable[[Environ, Any], Iterable[bytes]], *, threads: int) -> None:
        self._behind = behind
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="flask")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        environ = environ_of(scope)
        loop = asyncio.get_running_loop()
        environ["wsgi.input"] = await _body(environ, receive, loop)
        turns = Turns()
        answer, body = await loop.run_in_executor(self._threads, turns.take, self._ask, environ)
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers
        ]
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            while not answer.ended:
                await send({"type": "http.response.body", "body": body, "more_body": True})
                body = await loop.run_in_executor(self._threads, turns.take, answer.more)
            await send({"type": "http.response.body", "body": body})
        finally:
            if not answer.ended:
                await loop.run_in_executor(self._threads, turns.take, answer.end)

    def _ask(self, environ: Environ) -> tuple[Answer, bytes]:
        said: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _: object = None) -> None:
            said.append((status, headers))

        pieces = self._behind(environ, start_response)
        status, headers = said[-1]
        close = getattr(pieces, "close", lambda: None)
        answer = Answer(int(status[:3]), headers, iter(pieces), close)
        return answer, answer.more()


def environ_of(scope: Scope) -> Environ:
    """A request as WSGI writes it down (PEP 3333), without its body."""
    host, port = scope.get("server") or ("localhost", 80)
    peer, _ = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # WSGI could not tell it from the header with a hyphen, which a proxy of ours may have set.
        if b"_" in raw_name:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        if name not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            name = f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        between = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{between}{value}" if name in environ else value
    return environ


async def _body(
    environ: Environ, receive: Receive, loop: asyncio.AbstractEventLoop
) -> BytesIO | RawIOBase:
    """A short form whole; anything else while it comes, as far as somebody reads it."""
    length = environ.get("CONTENT_LENGTH", "")
    if not length and "HTTP_TRANSFER_ENCODING" not in environ:
        return BytesIO()
    if length.isdecimal() and int(length) <= SHORT_BODY:
        return BytesIO(await read(receive, int(length)))
    environ["wsgi.input_terminated"] = not length
    return Coming(receive, loop)


async def read(receive: Receive, length: int) -> bytes:
    """Read a body of known length; less, if the browser goes."""
    body = b""
    while len(body) < length:
        event = await receive()
        if event["type"] != "http.request":
            break
        body += event.get("body", b"")
    return body


class Coming(RawIOBase):
    """A long body, read in a thread while it comes in the event loop.

    Parameters
    ----------
    receive : gives its pieces
    loop : where they come
    """

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive = receive
        self._loop = loop
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what is there; wait where nothing is."""
        while not self._rest and not self._ended:
            event = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result(SENDING_S)
            self._rest = event.get("body", b"")
            self._ended = not event.get("more_body", False)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    async def _next(self) -> Event:
        return await self._receive()
