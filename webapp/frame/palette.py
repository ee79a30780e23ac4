"""The switch between light and dark: a link that sets a cookie and comes back."""

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from webapp.access import local_path, public
from webapp.frame.blueprint import frame
from webapp.palettes import PALETTES, remember_palette


@frame.get("/palette/<name>")
@public
def switch_palette(name: str) -> Response:
    """Remember the palette for a year and go back to the page."""
    if name not in PALETTES:
        abort(404)
    return remember_palette(redirect(local_path(request.args.get("next")) or "/"), name)
