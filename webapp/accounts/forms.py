"""The forms of accounts."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from surveys.accounts.passwords import MAXIMUM, MINIMUM

_needed = InputRequired(_("Please fill this in."))


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    login = StringField(
        _("Log-in name"),
        [_needed, Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [_needed, Length(max=MAXIMUM)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The present password, and the new one twice."""

    old = PasswordField(
        _("Present password"),
        [_needed, Length(max=MAXIMUM)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("New password"),
        [_needed, Length(MINIMUM, MAXIMUM, _("At least 10 characters."))],
        description=_("At least 10 characters; a short sentence is easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("New password once more"),
        [_needed, EqualTo("new", _("The two entries differ."))],
        render_kw={"autocomplete": "new-password"},
    )
