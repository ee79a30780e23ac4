"""Server-sent events: a page hears when counts move, and asks for the new ones itself.

A listener holds one thread of the server, so there are few of them and none for long; who is not
let in asks every ten seconds, as a browser without events does.
"""

from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Final

from flask import Response

MOST_LISTENERS: Final = 8
LISTEN_S: Final = 25.0
LOOK_EVERY_S: Final = 2.0
LISTENERS: Final = BoundedSemaphore(MOST_LISTENERS)


def listen(shown: Callable[[], object]) -> Response:
    """Send an event whenever what a page shows differs from the last; ends after half a minute.

    The caller holds a place of `LISTENERS`, which is given back when the stream ends.
    """
    response = Response(_events(shown), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(LISTENERS.release)
    return response


def _events(shown: Callable[[], object]) -> Iterator[str]:
    until = monotonic() + LISTEN_S
    last = shown()
    yield "retry: 3000\n\n"
    while monotonic() < until:
        sleep(LOOK_EVERY_S)
        found = shown()
        yield ": still here\n\n" if found == last else "event: moved\ndata: 1\n\n"
        last = found
