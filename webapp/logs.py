"""One JSON line for each request: what was called, how it ended, how long it took.

But none for a paper that was shown or a ballot that was stored: the moments of both would give the
time that a voter took, which stands in the ballot, beside the order in which codes were used.

Never a code, an address, an answer, a path or a query: the endpoint's name stands for the page.
An exception is logged by its type and places in the code; its message may quote what was sent.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

LOGGER: Final = logging.getLogger("gongping.web")
UNWRITTEN: Final = frozenset({"citizen.paper", "citizen.cast"})
_WRITER: Final = json.JSONEncoder(ensure_ascii=False)


class JsonLines(logging.Formatter):
    """Writes a record's facts as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts = getattr(record, "facts", {})
        return _WRITER.encode(
            {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **facts}
        )


def log_to_stderr() -> None:
    """Let the process write its lines to standard error; called by who starts a process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def log_request(response: Response) -> Response:
    """Write the line of this request, unless it is a voter's that went well."""
    voted = request.endpoint in UNWRITTEN and response.status_code == HTTPStatus.OK
    if not voted and LOGGER.isEnabledFor(logging.INFO):
        facts = {
            "method": request.method,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
        }
        LOGGER.info("request", extra={"facts": facts})
    return response


def log_failure(error: BaseException) -> None:
    """Write where an unforeseen exception came from, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    facts: dict[str, Any] = {
        "endpoint": request.endpoint,
        "type": type(error).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }
    LOGGER.error("failure", extra={"facts": facts})


def log_busy(endpoint: str, error: BaseException) -> None:
    """Write that a voter was asked to come again."""
    facts = {"endpoint": endpoint, "type": type(error).__name__}
    LOGGER.error("busy", extra={"facts": facts})


def _start() -> None:
    g.started = perf_counter()


def keep_log(app: Flask) -> None:
    """Let the application log every request."""
    app.before_request(_start)
    app.after_request(log_request)
