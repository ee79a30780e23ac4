"""Log in and out."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from math import ceil

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from surveys.accounts import listing
from surveys.accounts.authenticate import Attempt, authenticate
from surveys.accounts.sessions import end_session, start_session
from surveys.auditing import record
from webapp.access import (
    current_account,
    local_path,
    public,
    session_cookie,
    signed_in,
    signed_in_only,
)
from webapp.accounts.blueprint import accounts
from webapp.accounts.forms import LoginForm
from webapp.context import config, database, now, random_bytes


@accounts.get("/login")
@public
def login() -> Response | str:
    """Show the form, or lead on who is logged in already."""
    target = local_path(request.args.get("next"))
    if signed_in():
        return redirect(target or url_for("frame.welcome"))
    with database().transaction() as work:
        new = not listing.anybody(work)
    return render_template("accounts/login.html", form=LoginForm(data={"next": target}), new=new)


@accounts.post("/login")
@public
def log_in() -> Response | tuple[str, int]:
    """Check name and password; a new log-in gets a new secret."""
    form = LoginForm()
    if not form.validate():
        return render_template("accounts/login.html", form=form, new=False), 422
    moment = now()
    secret = urlsafe_b64encode(random_bytes(32))
    with database().transaction() as work:
        attempt = authenticate(work, login=form.login.data, password=form.password.data, now=moment)
        if attempt.account:
            if old := request.cookies.get(session_cookie()):
                end_session(work, secret=old.encode())
            start_session(
                work,
                account_id=attempt.account.id,
                secret=secret,
                now=moment,
                lifetime=timedelta(hours=config().login_hours),
            )
    if attempt.account is None:
        form.login.errors = [*form.login.errors, refusal(attempt, moment)]
        return render_template("accounts/login.html", form=form, new=False), 401
    session.clear()  # a form token known before the log-in is worth nothing after it
    response = redirect(local_path(form.next.data) or url_for("frame.welcome"))
    response.set_cookie(
        session_cookie(), secret.decode(), secure=config().https, httponly=True, samesite="Lax"
    )
    return response


def refusal(attempt: Attempt, moment: datetime) -> str:
    """Say calmly why the log-in did not work, without telling which half was wrong."""
    if attempt.wait_until is None:
        return str(gettext("Log-in name or password is wrong."))
    seconds = ceil((attempt.wait_until - moment).total_seconds())
    if seconds <= 90:
        return str(
            ngettext(
                "Several attempts failed. Please wait %(num)s second and try again.",
                "Several attempts failed. Please wait %(num)s seconds and try again.",
                seconds,
            )
        )
    return str(
        ngettext(
            "Several attempts failed. Please wait %(num)s minute and try again.",
            "Several attempts failed. Please wait %(num)s minutes and try again.",
            ceil(seconds / 60),
        )
    )


@accounts.post("/logout")
@signed_in_only
def logout() -> Response:
    """End this browser's log-in."""
    with database().transaction() as work:
        end_session(work, secret=request.cookies[session_cookie()].encode())
        record(work, "logged_out", at=now(), by=current_account().id)
    session.clear()
    flash(gettext("You are logged out."), "good")
    response = redirect(url_for("accounts.login"))
    response.delete_cookie(session_cookie(), secure=config().https, httponly=True, samesite="Lax")
    return response
