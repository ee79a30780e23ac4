"""Questionnaires that hypothesis draws: every kind of item, without faults."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from surveys.setup.questionnaires import (
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.words import Words

LETTERS = "好中一般差评价服务态度 abcXYZ&<>\"'，。？ئۇ1"
SCORED = (ItemKind.RATING, ItemKind.CHOICE, ItemKind.YES_NO, ItemKind.NUMBER)
DECIDING = (*SCORED, ItemKind.SEVERAL)

texts = st.text(LETTERS, min_size=1, max_size=12).map(lambda text: f"题{' '.join(text.split())}")


@st.composite
def words(draw: st.DrawFn) -> Words:
    """Chinese always, English and Uyghur sometimes."""
    further: dict[str, str] = {}
    if draw(st.booleans()):
        further["ug"] = draw(texts)
    return Words(zh=draw(texts), en=draw(st.just("") | texts), **further)


@st.composite
def options(draw: st.DrawFn, *, scored: bool) -> tuple[Option, ...]:
    """Two to five options, perhaps with "don't know" behind them."""
    n = draw(st.integers(2, 5))
    points = draw(st.lists(st.integers(0, 100), min_size=n, max_size=n)) if scored else [None] * n
    made = [
        Option(
            code=f"o{place}", label=draw(words()), points=None if each is None else Decimal(each)
        )
        for place, each in enumerate(points)
    ]
    if draw(st.booleans()):
        made.append(Option(code="dk", label=draw(words()), dont_know=True))
    return tuple(made)


@st.composite
def items(draw: st.DrawFn, code: str, kind: ItemKind) -> Item:
    """One item of a kind, without conditions."""
    given: dict[str, Any] = {"code": code, "kind": kind, "text": draw(words())}
    if kind in {ItemKind.CHOICE, ItemKind.SEVERAL, ItemKind.RANKING}:
        given["options"] = draw(options(scored=kind is ItemKind.CHOICE))
    if kind in {ItemKind.SEVERAL, ItemKind.RANKING}:
        n = sum(not option.dont_know for option in given["options"])
        given["most"] = draw(st.integers(1, n))
        given["fewest"] = draw(st.integers(1, given["most"]))
    if kind is ItemKind.NUMBER:
        given["low"] = draw(st.integers(0, 1))
        given["high"] = 10
        if draw(st.booleans()):
            given["options"] = (Option(code="dk", label=draw(words()), dont_know=True),)
    if kind is ItemKind.COMMENT:
        given["max_length"] = draw(st.integers(1, 200))
    if kind is not ItemKind.NOTE:
        given["required"] = draw(st.booleans())
    return Item(**given)


def values_of(content_options: tuple[Option, ...], item: Item) -> list[int]:
    """What a condition on an item may name."""
    if item.kind is ItemKind.NUMBER:
        return list(range(item.low, item.high + 1))
    if item.kind is ItemKind.YES_NO:
        return [1, 2]
    ticks = [option for option in item.options or content_options if not option.dont_know]
    return list(range(1, len(ticks) + 1))


@st.composite
def contents(draw: st.DrawFn, *, most_items: int = 7) -> QuestionnaireContent:
    """A whole form."""
    scale = draw(options(scored=True))
    kinds = [
        draw(st.sampled_from(SCORED)),
        *draw(st.lists(st.sampled_from(ItemKind), max_size=most_items - 1)),
    ]
    n_comments = 0
    made: list[Item] = []
    sections = tuple(
        Section(code=f"S{place}", title=draw(words())) for place in range(draw(st.integers(0, 2)))
    )
    for place, kind in enumerate(kinds):
        n_comments += kind is ItemKind.COMMENT
        if n_comments > 3:
            continue
        item = draw(items(f"Q{place}", kind))
        deciding = [each for each in made if each.kind in DECIDING]
        if deciding and draw(st.integers(0, 3)) == 0:
            on = draw(st.sampled_from(deciding))
            values = draw(
                st.lists(st.sampled_from(values_of(scale, on)), min_size=1, max_size=3, unique=True)
            )
            condition = Condition(
                item=on.code, values=tuple(sorted(values)), negated=draw(st.booleans())
            )
            item = item.model_copy(update={"show_if": (condition,)})
        if sections:
            half = sections[min(len(sections) - 1, 2 * place // len(kinds))]
            item = item.model_copy(update={"section": half.code})
        made.append(item)
    made[0] = made[0].model_copy(update={"weight": Decimal(100)})
    quota = None
    if made[0].kind in SCORED and draw(st.booleans()):
        quota = Quota(option=draw(st.integers(1, 2)), share=Decimal("0.3"), item="Q0")
    return QuestionnaireContent(
        code="form",
        kind=draw(st.sampled_from(["democratic", "recognition", "reverse"])),
        title=draw(words()),
        intro=draw(words()),
        options=scale,
        items=tuple(made),
        sections=sections,
        quota=quota,
        most_targets=draw(st.integers(1, 30)),
        random_order=draw(st.booleans()),
    )
