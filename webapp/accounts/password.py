"""The own password."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.accounts.change_password import change_password
from surveys.errors import Invalid
from webapp.access import current_account, signed_in_only
from webapp.accounts.blueprint import accounts
from webapp.accounts.forms import PasswordForm
from webapp.context import database, now, random_bytes
from webapp.errors import error_text


@accounts.get("/password")
@signed_in_only
def password() -> str:
    """Show the form."""
    return render_template("accounts/password.html", form=PasswordForm())


@accounts.post("/password")
@signed_in_only
def save_password() -> Response | tuple[str, int]:
    """Change it, and ask to log in with the new one."""
    form = PasswordForm()
    if not form.validate():
        return render_template("accounts/password.html", form=form), 422
    try:
        with database().transaction() as session:
            change_password(
                session,
                account_id=current_account().id,
                old=form.old.data,
                new=form.new.data,
                salt=random_bytes(16),
                now=now(),
            )
    except Invalid as error:
        wrong = form.old if error.code == "wrong_password" else form.new
        wrong.errors = [*wrong.errors, error_text(error)]
        return render_template("accounts/password.html", form=form), 422
    flash(gettext("Your password was changed. Please log in with the new one."), "good")
    return redirect(url_for("accounts.login"))
