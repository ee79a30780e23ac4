"""How long a questionnaire takes: reading everything once, then the taps."""

from collections.abc import Iterator
from typing import Final

from surveys.setup.questionnaires import Item, ItemKind, QuestionnaireContent
from surveys.setup.words import Words

# Silent reading of lay people: characters a minute where words are not set apart, else words.
CHARACTERS_A_MINUTE: Final = 240
WORDS_A_MINUTE: Final = {"en": 200}
WORDS_A_MINUTE_ELSEWHERE: Final = 150
WITHOUT_SPACES: Final = frozenset({"zh", "ja", "th", "lo", "bo", "ii"})
SECONDS_A_TAP: Final = 2
SECONDS_A_COMMENT: Final = 15


def reading_seconds(text: str, language: str) -> float:
    """Seconds to read a text once."""
    main = language.partition("-")[0]
    if main in WITHOUT_SPACES:
        return sum(not sign.isspace() for sign in text) * 60 / CHARACTERS_A_MINUTE
    return len(text.split()) * 60 / WORDS_A_MINUTE.get(main, WORDS_A_MINUTE_ELSEWHERE)


def answering_seconds(content: QuestionnaireContent, language: str, *, n_targets: int = 1) -> float:
    """Seconds for a ballot: its words are read once, its items tapped for every target."""
    reading = sum(reading_seconds(each.in_language(language), language) for each in texts(content))
    return reading + n_targets * sum(_taps(content, item) for item in content.items)


def texts(content: QuestionnaireContent) -> Iterator[Words]:
    """All words a voter reads; a scale of several items once."""
    yield from (content.title, content.intro)
    yield from (section.title for section in content.sections)
    yield from (option.label for option in content.options)
    for item in content.items:
        yield item.text
        yield from (option.label for option in item.options)


def _taps(content: QuestionnaireContent, item: Item) -> float:
    if item.kind is ItemKind.COMMENT:
        return SECONDS_A_COMMENT if item.required else 0
    n = len(content.ticks_of(item)) if item.kind is ItemKind.RANKING else int(item.answered)
    return SECONDS_A_TAP * (item.most or n if item.kind is ItemKind.RANKING else n)
