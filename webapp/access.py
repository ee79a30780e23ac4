"""Who may come: every view says so, and the application refuses to start otherwise.

``@public`` or ``@role(Role.ORGANIZER, Role.ADMIN)`` marks the view itself, so its place among the
decorators does not matter. What is marked is enforced before each request, in one place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, Request, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.accounts.sessions import account_of
from surveys.errors import Refused
from surveys.models import Account, Role
from webapp.context import config, database, now
from webapp.way_back import nearest_page

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Roles of which one is needed; empty for everybody, signed in or not."""

    roles: tuple[Role, ...] = ()

    def __str__(self) -> str:
        if self.roles == tuple(Role):
            return "signed in"
        return ", ".join(self.roles) or "public"


class UnmarkedView(Exception):
    """A view that does not say who may come."""


def public(view: View) -> View:
    """Mark a view that everybody may call."""
    view.access = Access()  # type: ignore[attr-defined]
    return view


def role(*roles: Role) -> Callable[[View], View]:
    """Mark a view that needs one of these roles."""
    if not roles:
        raise ValueError("roles: at least one")

    def mark(view: View) -> View:
        view.access = Access(roles)  # type: ignore[attr-defined]
        return view

    return mark


def signed_in_only(view: View) -> View:
    """Mark a view for every account, whatever its roles."""
    return role(*Role)(view)


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return a view's mark."""
    return getattr(view, "access", None)


def require_marks(app: Flask) -> None:
    """Raise UnmarkedView unless every endpoint says who may come."""
    unmarked = sorted(name for name, view in app.view_functions.items() if not access_of(view))
    if unmarked:
        raise UnmarkedView(f"mark these views @public or @role(…): {', '.join(unmarked)}")


def session_cookie() -> str:
    """Return the name of the cookie with the log-in's secret."""
    return "__Host-login" if config().https else "gongping_login"


def _account() -> Account | None:
    """Return the account of this request's log-in, asked for once a request."""
    if "account" not in g:
        g.account = None
        secret = request.cookies.get(session_cookie())
        if secret and "accounts" in current_app.blueprints:
            with database().transaction() as session:
                g.account = account_of(session, secret=secret.encode(), now=now())
    return cast("Account | None", g.account)


def signed_in() -> bool:
    """Whether somebody is logged in."""
    return _account() is not None


def current_account() -> Account:
    """Return the account that is logged in; only for views that need a role.

    Raises
    ------
    Refused : ``not_signed_in``
    """
    account = _account()
    if account is None:
        raise Refused("not_signed_in")
    return account


def holds(*roles: Role | str) -> bool:
    """Whether somebody is logged in who holds one of these roles (for templates)."""
    account = _account()
    return account is not None and account.holds(*(Role(role) for role in roles))


def account_name() -> str:
    """Return the name of who is logged in, or nothing (for templates)."""
    account = _account()
    return account.name if account else ""


def may_open(endpoint: str) -> bool:
    """Whether who asks may open the page of an endpoint, if need be after logging in."""
    access = access_of(current_app.view_functions[endpoint])
    if access is None:
        return False
    return not access.roles or not signed_in() or holds(*access.roles)


def expects_json(asked: Request) -> bool:
    """Whether the answer, an error too, goes to a program."""
    return asked.path.startswith("/api/")


def local_path(target: str | None) -> str | None:
    """Return the target if it stays on this host, else None.

    Browsers read a backslash as a slash and skip control characters, so neither may occur.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    return None if "\\" in target or not target.isprintable() else target


def _way_to_login() -> Response:
    if expects_json(request) or "accounts" not in current_app.blueprints:
        abort(401)
    # A form that was posted cannot be taken up again by a redirect: its page can.
    if request.method == "GET":
        target: str | None = request.full_path.rstrip("?")
    else:
        target = nearest_page(may_open)
        flash(
            gettext("Your log-in had ended, so nothing was saved. Log in and do it again."), "warn"
        )
    return redirect(url_for("accounts.login", next=target))


def enforce() -> Response | None:
    """Before each request: let in, lead to the log-in, or refuse (403)."""
    if request.endpoint is None:
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise UnmarkedView(request.endpoint)
    if not access.roles:
        return None
    account = _account()
    if account is None:
        return _way_to_login()
    if not account.holds(*access.roles):
        raise Refused("role_needed", roles=access.roles)
    return None
