"""The command line's words: Chinese where the locale says so, English otherwise."""

import os
from functools import cache

from babel.support import NullTranslations

from webapp.languages import translations
from webapp.sentences import with_separators


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
    return _filled(str(_spoken().gettext(message)), facts)


def ngettext(singular: str, plural: str, num: int, **facts: object) -> str:
    """Return the message that fits the number, as ``%(num)s``, with its facts filled in."""
    return _filled(str(_spoken().ngettext(singular, plural, num)), {"num": num, **facts})


def _filled(text: str, facts: dict[str, object]) -> str:
    return text % with_separators(facts, locale_language()) if facts else text
