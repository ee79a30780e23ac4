"""What every answer tells the browser to refuse, and what we refuse ourselves."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from webapp.access import signed_in
from webapp.config import Config

View = TypeVar("View", bound=Callable[..., Any])

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A page within a page of ours: which one shows it, and which is shown.
FRAMING: Final = f"{POLICY}; frame-src 'self'"
FRAMED: Final = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ONE_YEAR: Final = 31_536_000
MAX_BODY: Final = 6 * 1024 * 1024  # a workbook of 5 MB with its form
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(app: Flask, config: Config) -> None:
    """Set limits, cookies, the form token and the headers."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        TRUSTED_HOSTS=list(config.trusted_hosts),
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_NAME="__Host-page" if config.https else "gongping_page",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # The token lasts as long as its cookie: a page left open over night still sends.
        WTF_CSRF_TIME_LIMIT=None,
        # Our pages send no Referer; Sec-Fetch-Site is asked instead.
        WTF_CSRF_SSL_STRICT=False,
    )
    if config.proxies:
        # The host comes from the request alone: links never follow a forwarded one.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=0
        )
    app.before_request(refuse_foreign_forms)
    app.before_request(admit_large_bodies)
    CSRFProtect(app)
    app.after_request(_headers_for(config))


def refuse_foreign_forms() -> None:
    """Refuse a form that another site sends in the name of our visitor."""
    if is_foreign(request.headers.get("Sec-Fetch-Site")) and request.method not in SAFE_METHODS:
        abort(403)


def large_body(most: int) -> Callable[[View], View]:
    """Mark a view behind a log-in that takes more than `MAX_BODY`."""

    def mark(view: View) -> View:
        view.max_body = most  # type: ignore[attr-defined]
        return view

    return mark


def admit_large_bodies() -> None:
    """Raise the limit before the form is read, for those who are logged in."""
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "max_body", None)
    if most is not None and signed_in():
        request.max_content_length = most


def framing(response: Response) -> Response:
    """Let a page show another of our pages within it."""
    response.headers["Content-Security-Policy"] = FRAMING
    return response


def framed(response: Response) -> Response:
    """Let a page be shown within another of our pages, and nowhere else."""
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def is_foreign(fetch_site: str | None) -> bool:
    """Whether ``Sec-Fetch-Site`` says that another site's page sends this."""
    return fetch_site in {"cross-site", "same-site"}


def headers_for(config: Config) -> dict[str, str]:
    """What every answer tells the browser."""
    strict = {"Strict-Transport-Security": f"max-age={ONE_YEAR}"} if config.https else {}
    return HEADERS | strict


class _headers_for:  # noqa: N801
    """Adds the headers to an answer."""

    def __init__(self, config: Config) -> None:
        self.headers = headers_for(config)

    def __call__(self, response: Response) -> Response:
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        # Nothing stays in a shared browser, unless a view says that everybody may keep it.
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
