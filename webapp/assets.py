"""Style sheets, scripts and pictures: each address carries the hash of its content.

So a browser may keep a file for a year and still sees the new one at once. Files go out packed
where the browser reads that: on a slow line a quarter of the bytes. Pages do not, since they hold
secrets beside what visitors sent, and the length of a packed page could tell of both.
"""

import gzip
import mimetypes
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

STATIC: Final = Path(__file__).parent / "static"
ONE_YEAR: Final = 31_536_000
PACKED: Final = frozenset(
    path.name for path in STATIC.iterdir() if path.suffix in {".css", ".js", ".svg"}
)


@cache
def _version(filename: str) -> str:
    return sha256((STATIC / filename).read_bytes()).hexdigest()[:12]


@cache
def _packed(filename: str) -> bytes:
    return gzip.compress((STATIC / filename).read_bytes(), compresslevel=9, mtime=0)


def asset(filename: str) -> str:
    """Return the address of a static file."""
    return url_for("static", filename=filename, v=_version(filename))


def serve_assets(app: Flask) -> None:
    """Let browsers keep static files, packed, and give templates `asset()`."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    app.jinja_env.globals["asset"] = asset
    app.view_functions["static"] = _packing(app.view_functions["static"])


def _packing(plain: Callable[..., Any]) -> Callable[..., AnyResponse]:
    """The view of static files, which packs those that are worth it."""

    def static(filename: str) -> AnyResponse:
        if filename not in PACKED or not request.accept_encodings.quality("gzip"):
            answer: AnyResponse = plain(filename=filename)
            return answer
        packed = Response(_packed(filename), mimetype=mimetypes.guess_type(filename)[0])
        packed.headers["Content-Encoding"] = "gzip"
        packed.headers["Vary"] = "Accept-Encoding"
        packed.cache_control.public = True
        packed.cache_control.max_age = ONE_YEAR
        packed.set_etag(f"{_version(filename)}-gzip")
        return packed.make_conditional(request)

    return static
