"""Light or dark: as the device prefers, unless a cookie says otherwise.

The server writes the choice into the page, so nothing flickers and nothing needs a script. What
the palettes are: ``static/tokens.css``.
"""

from datetime import timedelta
from typing import Final

from flask import Flask, has_request_context, request
from werkzeug.wrappers import Response

from webapp.context import config

COOKIE: Final = "palette"
SYSTEM: Final = "system"
# Of each palette the colours in which the browser draws what is its own.
PALETTES: Final = {SYSTEM: "light dark", "light": "light", "dark": "dark"}


def chosen_palette() -> str:
    """The palette that the request's cookie asks for."""
    return known_palette(request.cookies.get(COOKIE, "")) if has_request_context() else SYSTEM


def known_palette(name: str) -> str:
    """The palette of that name, or the device's own.

    Examples
    --------
    >>> known_palette("dark"), known_palette("sepia")
    ('dark', 'system')
    """
    return name if name in PALETTES else SYSTEM


def palette_words(palette: str) -> dict[str, str]:
    """What a page's template, or the slots of a compiled page, need of the palette."""
    return {"palette": palette, "color_scheme": PALETTES[palette]}


def remember_palette(response: Response, palette: str) -> Response:
    """Let the browser keep the choice for a year, or forget it; it says nothing of the visitor."""
    if palette == SYSTEM:
        response.delete_cookie(COOKIE, secure=config().https, httponly=True, samesite="Lax")
        return response
    response.set_cookie(
        COOKIE,
        palette,
        max_age=timedelta(days=365),
        secure=config().https,
        httponly=True,
        samesite="Lax",
    )
    return response


def colour(app: Flask) -> None:
    """Tell every template the palette of its page."""
    app.context_processor(lambda: palette_words(chosen_palette()))
