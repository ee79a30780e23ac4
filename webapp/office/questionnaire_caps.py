"""What a cap on high marks can be set on: the shared scale, and every scale of an item's own."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

from surveys.questionnaires.faults import SCORED
from surveys.setup.questionnaires import Item, ItemKind, QuestionnaireContent
from webapp.languages import language


@dataclass(frozen=True)
class CapChoice:
    """An answer; `value` is what `questionnaire_fields` reads: ``2``, or ``C3.2`` of item C3."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class CapGroup:
    """The answers of one scale."""

    label: str
    choices: tuple[CapChoice, ...]


def on_shared_scale(content: QuestionnaireContent) -> list[Item]:
    """The ratings that have no scale of their own."""
    return [item for item in content.rated_items if _shares(item)]


def cap_groups(content: QuestionnaireContent) -> list[CapGroup]:
    """All answers that can be capped, scale by scale."""
    item = content.quota_item
    shared = item is None or _shares(item)
    chosen = content.quota.option if content.quota else 0
    labels = [option.label.in_language(language()) for option in content.options]
    first = tuple(
        CapChoice(str(number), label, shared and number == chosen)
        for number, label in enumerate(labels, start=1)
        if not content.options[number - 1].dont_know
    )
    return [CapGroup(gettext("Scale of the ratings"), first), *_own_scales(content)]


def _own_scales(content: QuestionnaireContent) -> Iterator[CapGroup]:
    quota, capped = content.quota, content.quota_item
    for item in content.answered_items:
        if item.kind not in SCORED or _shares(item):
            continue
        chosen = quota.option if quota and item is capped else 0
        yield CapGroup(
            f"{item.code} {item.text.in_language(language())}",
            tuple(
                CapChoice(f"{item.code}.{number}", label, number == chosen)
                for number, label in _answers(content, item)
            ),
        )


def _answers(content: QuestionnaireContent, item: Item) -> Iterator[tuple[int, str]]:
    if item.kind is ItemKind.NUMBER:
        yield from enumerate(map(str, range(item.low, item.high + 1)), start=1)
        return
    for number, option in enumerate(content.options_of(item), start=1):
        if not option.dont_know:
            yield number, option.label.in_language(language())


def _shares(item: Item) -> bool:
    return item.kind is ItemKind.RATING and not item.options
