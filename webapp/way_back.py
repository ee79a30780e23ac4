"""From a page that cannot be shown, or a form not taken, to the nearest page that can be shown."""

from collections.abc import Callable

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def nearest_page(may_open: Callable[[str], bool]) -> str | None:
    """Return the path of the nearest page above this request that its reader may open.

    A form's own page is the nearest; a page that was asked for and failed is none.

    Parameters
    ----------
    may_open : whether the reader may open the page of an endpoint
    """
    path = request.path.rstrip("/")
    if request.method != "POST":
        path = path.rpartition("/")[0]
    while path and not _is_page(path, may_open):
        path = path.rpartition("/")[0]
    return path or None


def _is_page(path: str, may_open: Callable[[str], bool]) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _values = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return may_open(endpoint)
