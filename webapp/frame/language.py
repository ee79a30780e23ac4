"""The language switch: a link that sets a cookie and comes back."""

from datetime import timedelta

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from webapp.access import local_path, public
from webapp.context import config
from webapp.frame.blueprint import frame
from webapp.languages import COOKIE, LANGUAGES


@frame.get("/language/<code>")
@public
def switch_language(code: str) -> Response:
    """Remember the language for a year and go back to the page."""
    if code not in LANGUAGES:
        abort(404)
    return remember(redirect(local_path(request.args.get("next")) or "/"), code)


def remember(response: Response, code: str) -> Response:
    """Let the browser keep a language for a year."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=timedelta(days=365),
        secure=config().https,
        httponly=True,
        samesite="Lax",
    )
    return response
