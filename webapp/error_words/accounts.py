"""Words of errors about accounts."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

ACCOUNTS: Final = {
    "login_taken": ErrorWords(
        409,
        _("This log-in name is taken"),
        _("Another account already has the log-in name “%(login)s”."),
        _("Choose another name."),
    ),
    "no_account": ErrorWords(
        404,
        _("No such account"),
        _("No account has the log-in name “%(login)s”."),
        _("Check the spelling, or make the account."),
    ),
    "bad_login": ErrorWords(
        422,
        _("This log-in name cannot be used"),
        _("A log-in name has 2 to 40 lower-case letters, digits, dots, hyphens or underscores."),
        _("Choose another name."),
    ),
    "no_name": ErrorWords(
        422,
        _("A name is missing"),
        _("An account needs the name of its person."),
        _("Enter the name and try again."),
    ),
    "no_roles": ErrorWords(
        422,
        _("A role is missing"),
        _("An account needs at least one role."),
        _("Choose a role and try again."),
    ),
    "weak_password": ErrorWords(
        422,
        _("The password is too easy to guess"),
        _("A password needs at least %(minimum)s characters and must differ from the log-in name."),
        _("Choose a longer one; a short sentence is easy to remember."),
    ),
    "wrong_password": ErrorWords(
        422,
        _("The present password is wrong"),
        _("The password was not changed, because the present one did not match."),
        _("Enter your present password again."),
    ),
    "last_admin": ErrorWords(
        409,
        _("The last administrator stays"),
        _("Without an active administrator nobody could manage accounts any more."),
        _("Give another account the role first."),
    ),
}
