"""Words of errors of the pages themselves."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import BY_STATUS, ErrorWords

PAGES: Final = {
    "page_too_old": ErrorWords(
        400,
        _("The page is too old"),
        _("The page was open for so long, or in a browser without cookies, that its form expired."),
        _("Go back, reload the page and send it again. Nothing was lost or done twice."),
    ),
    "role_needed": BY_STATUS[403],
    "not_signed_in": BY_STATUS[401],
}
