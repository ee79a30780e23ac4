"""Style sheets, scripts and pictures: each address carries the hash of its content.

So a browser may keep a file for a year and still sees the new one at once.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Flask, url_for

STATIC: Final = Path(__file__).parent / "static"
ONE_YEAR: Final = 31_536_000


@cache
def _version(filename: str) -> str:
    return sha256((STATIC / filename).read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """Return the address of a static file."""
    return url_for("static", filename=filename, v=_version(filename))


def serve_assets(app: Flask) -> None:
    """Let browsers keep static files, and give templates `asset()`."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    app.jinja_env.globals["asset"] = asset
