"""The page's language and its words.

English is the language of the message ids; the catalogue's ``messages.po`` is read and compiled
in memory at start-up, so there is no compiled file to forget. The cookie decides, then the browser,
then Chinese.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any, Final, cast

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, format_date, format_datetime, format_decimal, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context

from surveys.models import Member, target_name
from webapp.sentences import with_separators

LANGUAGES: Final = {"zh": "中文", "en": "English"}
DEFAULT: Final = "zh"
COOKIE: Final = "language"
CATALOGUES: Final = Path(__file__).parent / "translations"


@cache
def translations(language: str) -> NullTranslations:
    """Compile the catalogue of a language; words that a further language lacks are Chinese."""
    path = _catalogue(language)
    if not path.exists():
        return Translations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    found = Translations(compiled)
    if language not in LANGUAGES:
        found.add_fallback(translations(DEFAULT))
    return found


def catalogue_language(tag: str) -> str:
    """The language of the frame's words on a page in `tag`: itself, or Chinese.

    A further language is added by a catalogue of its own, ``translations/<tag>/LC_MESSAGES``.
    """
    return tag if tag in LANGUAGES or _catalogue(tag).exists() else DEFAULT


def name_of_language(tag: str) -> str:
    """What a language calls itself; its tag where nobody told us.

    Examples
    --------
    >>> name_of_language("ug")
    'ئۇيغۇرچە'
    """
    try:
        named = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        named = None
    return LANGUAGES.get(tag) or named or tag


def wanted_language() -> str:
    """The tag in the cookie, which may be a questionnaire's own; "" where there is none."""
    return request.cookies.get(COOKIE, "")


def _catalogue(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


class MemoryDomain(Domain):  # type: ignore[misc]
    """Flask-Babel's words, from the catalogues above."""

    def get_translations(self) -> NullTranslations:
        """Return the words of the request's language."""
        return translations(language())

    def gettext(self, string: str, **facts: Any) -> str:
        """Return a sentence with its facts."""
        return str(super().gettext(string, **written_facts(facts)))

    def ngettext(self, singular: str, plural: str, num: int, **facts: Any) -> str:
        """Return the sentence that fits the number, with its facts."""
        text = self.get_translations().ungettext(singular, plural, num)
        return str(text) % written_facts({"num": num, **facts})


def written_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a sentence, written in the page's language."""
    return with_separators(facts, get_locale() or DEFAULT)


def _in_templates(speak: Callable[..., str]) -> Callable[..., str]:
    """Jinja fills in the facts by itself: write them first, as above."""

    @pass_context
    def spoken(context: Context, *message: Any, **facts: Any) -> str:
        if len(message) > 1:
            facts.setdefault("num", message[-1])
        return speak(context, *message, **written_facts(facts))

    return spoken


def language() -> str:
    """Return the code of the page's language: zh or en."""
    locale = get_locale()
    return DEFAULT if locale is None else str(locale.language)


def chosen_language() -> str:
    """Return the language that cookie or browser ask for."""
    if not has_request_context():
        return DEFAULT
    wanted = request.cookies.get(COOKIE)
    if wanted in LANGUAGES:
        return wanted
    return request.accept_languages.best_match(list(LANGUAGES), default=DEFAULT) or DEFAULT


def name_of(thing: Any) -> str:
    """Return `name_zh`/`name_en` (or the dict's zh/en) in the page's language.

    A member of a leading group is named with the unit: several may have one name.
    """
    if isinstance(thing, Member):
        return target_name(thing, language())
    return own_name(thing)


def post_of(member: Member) -> str:
    """Return the post that a member holds, in the page's language."""
    return member.post_zh if language() == DEFAULT else member.post_en


def own_name(thing: Any) -> str:
    """Return the name alone, where the unit stands beside a member already."""
    if thing is None:
        return ""
    if isinstance(thing, dict):
        return str(thing.get(language()) or thing.get(DEFAULT, ""))
    return str(getattr(thing, f"name_{language()}", "") or getattr(thing, f"name_{DEFAULT}", ""))


def points(value: Decimal | float | None, places: int = 2) -> str:
    """Write points with a fixed number of places, rounded half up; a dash where there are none."""
    if value is None or not isfinite(value):
        return "–"
    # Babel would round half to even, and the page would differ from the printed sheet.
    value = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return str(format_decimal(value, f"#,##0.{'0' * places}" if places else "#,##0"))


def share(value: Decimal | float | None, places: int = 1) -> str:
    """Write a share of 0..1 as per cent."""
    return "–" if value is None else f"{points(Decimal(str(value)) * 100, places)}%"


def moment(value: datetime | None) -> str:
    """Write a moment to the minute in the office's time zone: 20 Nov 2026, 15:04."""
    if value is None:
        return "–"
    return str(format_datetime(value, "yyyy年M月d日 HH:mm" if _chinese() else "d MMM yyyy, HH:mm"))


def instant(text: str) -> datetime:
    """Read a moment in the form in which JSON keeps it."""
    return datetime.fromisoformat(text)


def day(value: date | None) -> str:
    """Write a date in the page's language: 20 Nov 2026."""
    if value is None:
        return "–"
    return str(format_date(value, "yyyy年M月d日" if _chinese() else "d MMM yyyy"))


def _chinese() -> bool:
    return language() == DEFAULT


def speak(app: Flask) -> None:
    """Give the application its languages and the filters that depend on them."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    babel = Babel()
    babel.domain_instance = MemoryDomain()
    babel.init_app(app, locale_selector=chosen_language)
    for name in ("gettext", "ngettext"):
        speaker = cast("Callable[..., str]", app.jinja_env.globals[name])
        app.jinja_env.globals[name] = _in_templates(speaker)
    for name in LANGUAGES:
        translations(name)
    app.jinja_env.filters.update(
        name_of=name_of,
        own_name=own_name,
        post_of=post_of,
        points=points,
        share=share,
        moment=moment,
        day=day,
        instant=instant,
    )
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)
