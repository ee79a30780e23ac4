"""What a survey methodologist would say about a questionnaire; none of it forbids to use it.

Wording is judged by lists of words, so it is a hint and no verdict. What the rules rest on:
docs/questionnaires.md.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from surveys.questionnaires.reading_time import answering_seconds, reading_seconds, texts
from surveys.questionnaires.remarks import Remark
from surveys.setup.questionnaires import (
    ORDINAL,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
)
from surveys.setup.words import Words

LONGEST_ITEM_SECONDS: Final = 20
LONGEST_FORM_SECONDS: Final = {"recognition": 120, "democratic": 300, "reverse": 300, "member": 300}
MOST_SCORED_ITEMS: Final = 12

_COLON: Final = re.compile("[：:]")
_LEADING: Final = {
    "zh": re.compile(
        "难道|众所周知|毫无疑问|显而易见|不言而喻|不是吗|对吧|是吧|您一定|想必|应当承认"
        "|卓有成效|成效显著|显著成效|优异|卓越|大幅提升|明显改善|高度重视|日益"
    ),
    "en": re.compile(
        r"\b(don't you|isn't it|of course|obviously|surely|clearly|as everyone knows|no doubt"
        r"|excellent|outstanding|great|remarkable|greatly|significantly|much better)\b",
        re.IGNORECASE,
    ),
}
# A comma between two names of one thing is no fault; a sign or word that joins two is.
_JOINED: Final = {
    "zh": re.compile("、|以及|并且|(?<![您我你])(?:和|与|及)(?!\\{)|同时"),
    "en": re.compile(r"\b(and|or|as well as)\b|&|/", re.IGNORECASE),
}
_NEGATIVE: Final = re.compile(
    r"^(非常|很|十分|比较|较)?(不|差|劣)|^(very |fairly |rather )?(dis|not |un|poor|bad)",
    re.IGNORECASE,
)
_NEUTRAL: Final = re.compile(
    r"^(一般|中等|普通|尚可|说不清)|^(average|neutral|neither|fair$|so-so)", re.IGNORECASE
)


def warnings(content: QuestionnaireContent) -> tuple[Remark, ...]:
    """Everything worth a second thought, in the order of the form."""
    return (
        *_of_the_whole(content),
        *(_of_scale(content.options, "") if _shares_scale(content) else ()),
        *(remark for item in content.items for remark in _of_item(item)),
    )


def _of_the_whole(content: QuestionnaireContent) -> Iterator[Remark]:
    limit = LONGEST_FORM_SECONDS[content.kind]
    for language in content.languages:
        seconds = round(answering_seconds(content, language))
        if seconds > limit:
            yield Remark("takes_long", value=str(seconds), expected=(str(limit), language))
    if content.quota is not None and content.quota_item is None:
        yield Remark("quota_never_applies")
    scored = sum(item.weight > 0 for item in content.items)
    if scored > MOST_SCORED_ITEMS:
        yield Remark("many_items", value=str(scored), expected=(str(MOST_SCORED_ITEMS),))
    for language in ("en", *content.title.further):
        lacking = sum(language not in each.by_language for each in texts(content))
        if lacking:
            yield Remark("language_incomplete", value=str(lacking), expected=(language,))


def _of_item(item: Item) -> Iterator[Remark]:
    for language, text in item.text.by_language.items():
        seconds = round(reading_seconds(text, language))
        if seconds > LONGEST_ITEM_SECONDS:
            longest = (str(LONGEST_ITEM_SECONDS), language)
            yield Remark("item_long", item.code, str(seconds), longest)
    if item.answered:
        yield from (Remark("leading", item.code, word) for word in _found(_LEADING, item.text))
    if item.kind in ORDINAL or item.kind is ItemKind.YES_NO:
        joined = _found(_JOINED, _heads(item.text))
        yield from (Remark("double_barrelled", item.code, word) for word in joined)
    if item.kind is ItemKind.NUMBER and not item.options:
        yield Remark("no_dont_know", item.code)
    elif item.kind is ItemKind.RATING and item.options:
        yield from _of_scale(item.options, item.code)


def _of_scale(options: Sequence[Option], item: str) -> Iterator[Remark]:
    """A scale: without "don't know", points not falling, more good answers than bad ones."""
    unscored = [option for option in options if option.points is None]
    if not unscored:
        yield Remark("no_dont_know", item)
    scored = [option for option in options if option.points is not None]
    points = [option.points for option in scored if option.points is not None]
    steps = [before - after for before, after in pairwise(points)]
    if any(step <= 0 for step in steps):
        written = " ".join(format(each.normalize(), "f") for each in points)
        yield Remark("points_not_falling", item, written)
    elif steps and max(steps) >= 2 * min(steps):
        yield Remark("steps_uneven", item, _plain(max(steps)), (_plain(min(steps)),))
    good, bad = _sides(scored)
    if good != bad:
        yield Remark("scale_unbalanced", item, str(good), (str(bad),))


def _sides(options: Sequence[Option]) -> tuple[int, int]:
    labels = [option.label.zh for option in options]
    bad = sum(bool(_NEGATIVE.search(label)) or label.endswith("差") for label in labels)
    neutral = sum(bool(_NEUTRAL.search(label)) for label in labels)
    return len(labels) - bad - neutral, bad


def _shares_scale(content: QuestionnaireContent) -> bool:
    return any(item.kind is ItemKind.RATING and not item.options for item in content.items)


def _heads(words: Words) -> Words:
    """The words before the colon: behind it stands what is meant."""
    texts = {tag: _COLON.split(text)[0] for tag, text in words.by_language.items()}
    return Words(**{tag: text or "？" for tag, text in texts.items()})


def _found(patterns: dict[str, re.Pattern[str]], words: Words) -> Iterator[str]:
    for language, pattern in patterns.items():
        match = pattern.search(words.by_language.get(language, ""))
        if match:
            yield match[0]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
