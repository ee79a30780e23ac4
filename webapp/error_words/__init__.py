"""The words of every error: status, title, what happened, what to do next.

Facts of the error stand in them as ``%(name)s``, and a per cent sign is doubled. A code that is
missing here gets the words of its status; a test lists the codes that the rooms of `surveys`
raise and fails on those without words.
"""

from typing import Final

from webapp.error_words.accounts import ACCOUNTS
from webapp.error_words.issuing import ISSUING
from webapp.error_words.opening import OPENING
from webapp.error_words.pages import PAGES
from webapp.error_words.results import RESULTS
from webapp.error_words.setup import SETUP
from webapp.error_words.statuses import BY_STATUS, ErrorWords
from webapp.error_words.voting import VOTING

WORDS: Final[dict[str, ErrorWords]] = {
    **PAGES,
    **ACCOUNTS,
    **SETUP,
    **VOTING,
    **ISSUING,
    **OPENING,
    **RESULTS,
}

__all__ = ["BY_STATUS", "WORDS", "ErrorWords"]
