"""One step in the building of a questionnaire; each takes a content and returns another."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from surveys.questionnaires.faults import WORDS_WANTED
from surveys.setup.questionnaires import (
    FormKind,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
)
from surveys.setup.words import Words

WANTED: Final = Words(zh=WORDS_WANTED)
DONT_KNOW_LABEL: Final = Words(zh="不了解", en="Don't know")
# What an item of a kind begins with.
BEGUN: Final[dict[ItemKind, dict[str, Any]]] = {
    ItemKind.NUMBER: {
        "low": 0,
        "high": 10,
        "options": (Option(code="dk", label=DONT_KNOW_LABEL, dont_know=True),),
    },
    ItemKind.COMMENT: {"max_length": 100},
}
WITH_OPTIONS: Final = frozenset({ItemKind.CHOICE, ItemKind.SEVERAL, ItemKind.RANKING})


def blank(code: str, kind: FormKind, options: Sequence[Option]) -> QuestionnaireContent:
    """A questionnaire with a scale and one item."""
    return QuestionnaireContent(
        code=code,
        kind=kind,
        title=WANTED,
        intro=WANTED,
        options=tuple(options),
        items=(Item(code="Q1", text=WANTED, weight=Decimal(100)),),
    )


def with_item(content: QuestionnaireContent, kind: ItemKind) -> QuestionnaireContent:
    """One more item at the end."""
    known = {item.code for item in content.items}
    code = next(f"Q{n}" for n in range(1, len(known) + 2) if f"Q{n}" not in known)
    begun = dict(BEGUN.get(kind, {}))
    if kind in WITH_OPTIONS:
        begun["options"] = tuple(Option(code=str(n), label=WANTED) for n in (1, 2, 3))
    section = content.items[-1].section if content.items else ""
    item = Item(code=code, kind=kind, text=WANTED, section=section, **begun)
    return content.model_copy(update={"items": (*content.items, item)})


def without_item(content: QuestionnaireContent, place: int) -> QuestionnaireContent:
    """The items without one, and without the conditions on it."""
    gone = content.items[place].code
    kept = tuple(
        item.model_copy(
            update={"show_if": tuple(each for each in item.show_if if each.item != gone)}
        )
        for number, item in enumerate(content.items)
        if number != place
    )
    return content.model_copy(update={"items": kept})


def moved(content: QuestionnaireContent, place: int, by: int) -> QuestionnaireContent:
    """One item moved up (-1) or down (1); at the ends nothing moves.

    In the midst of sections it first joins the next one, so that sections stay whole.
    """
    items = list(content.items)
    to = place + by
    if not 0 <= to < len(items):
        return content
    if items[place].section != items[to].section:
        items[place] = items[place].model_copy(update={"section": items[to].section})
    else:
        items[place], items[to] = items[to], items[place]
    return content.model_copy(update={"items": tuple(items)})


def on_scale(content: QuestionnaireContent, options: Sequence[Option]) -> QuestionnaireContent:
    """Another scale for all ratings."""
    return content.model_copy(update={"options": tuple(options)})
