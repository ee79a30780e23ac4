"""The command line's words: Chinese where the locale says so, English otherwise."""

import os
from functools import cache

from babel.support import NullTranslations

from webapp.languages import translations


def locale_language(environ: dict[str, str] | None = None) -> str:
    """Return zh or en, as the environment's locale says."""
    values = os.environ if environ is None else environ
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if values.get(variable):
            return "zh" if values[variable].lower().startswith("zh") else "en"
    return "en"


@cache
def _spoken() -> NullTranslations:
    return translations("zh") if locale_language() == "zh" else NullTranslations()


def gettext(message: str, **facts: object) -> str:
    """Return the message in the locale's language, with its facts filled in."""
    text = str(_spoken().gettext(message))
    return text % facts if facts else text
