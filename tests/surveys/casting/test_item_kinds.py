"""Every kind of item: its fields → its bytes, and what is refused."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from surveys.casting.answers import Answers, AnswerSheet
from surveys.casting.packing import Comment
from surveys.errors import Invalid
from surveys.setup.questionnaires import (
    DONT_KNOW,
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
)
from surveys.setup.words import Words


def words(text: str) -> Words:
    """The same in both languages."""
    return Words(zh=text, en=text)


def options(*points: int | None, dont_know: bool = False) -> tuple[Option, ...]:
    """Options A, B, C… with points."""
    made = [
        Option(
            code="ABCDEFG"[place],
            label=words("ABCDEFG"[place]),
            points=None if each is None else Decimal(each),
        )
        for place, each in enumerate(points)
    ]
    unknown = Option(code="DK", label=words("?"), dont_know=True)
    return (*made, unknown) if dont_know else tuple(made)


def item(kind: ItemKind, code: str = "Q1", **more: Any) -> Item:
    """One item."""
    return Item(code=code, kind=kind, text=words(code), **more)


def sheet(*items: Item, n_targets: int = 1) -> AnswerSheet:
    """A sheet with these items."""
    content = QuestionnaireContent(
        code="form",
        kind="recognition",
        title=words("t"),
        intro=words("i"),
        options=options(100, 60, 0, dont_know=True),
        items=items,
    )
    return AnswerSheet(content, n_targets)


def refused(paper: AnswerSheet, fields: dict[str, str]) -> list[tuple[str, str]]:
    """Kinds and fields of the problems."""
    with pytest.raises(Invalid) as caught:
        paper.read(fields)
    problems = caught.value.facts["problems"]
    assert isinstance(problems, tuple)
    return [(problem.kind, problem.field) for problem in problems]


SEVERAL = item(ItemKind.SEVERAL, options=options(None, None, None, dont_know=True), most=2)
RANKING = item(ItemKind.RANKING, options=options(None, None, None, None), fewest=2, most=3)
NUMBER = item(ItemKind.NUMBER, low=0, high=10, options=options(dont_know=True))


@pytest.mark.parametrize(("written", "byte"), [("0", 1), ("7", 8), ("10", 11)])
def test_a_number_is_counted_from_the_low_end_of_its_scale(written: str, byte: int) -> None:
    assert sheet(NUMBER).read({"a0_0": written}).packed == bytes([byte])


@pytest.mark.parametrize("written", ["11", "-1", "07", "1.0", "\uff17", "1e1"])
def test_a_number_off_its_scale_is_refused(written: str) -> None:
    assert refused(sheet(NUMBER), {"a0_0": written}) == [("unknown_option", "a0_0")]


def test_dont_know_stands_beside_a_scale_of_numbers() -> None:
    assert sheet(NUMBER).read({"a0_0": "dont_know"}).packed == bytes([DONT_KNOW])
    without = item(ItemKind.NUMBER, low=1, high=10)
    assert refused(sheet(without), {"a0_0": "dont_know"}) == [("unknown_option", "a0_0")]


def test_yes_is_one_and_no_is_two() -> None:
    paper = sheet(item(ItemKind.YES_NO))
    assert paper.read({"a0_0": "1"}).packed == b"\x01"
    assert paper.read({"a0_0": "2"}).packed == b"\x02"


def test_each_option_of_several_has_its_byte() -> None:
    assert sheet(SEVERAL).read({"a0_0_1": "1", "a0_0_3": "1"}).packed == b"\x01\x00\x01"


def test_dont_know_fills_all_bytes_of_several() -> None:
    assert sheet(SEVERAL).read({"a0_0_4": "1"}).packed == bytes([DONT_KNOW] * 3)


def test_dont_know_beside_a_tick_is_refused() -> None:
    assert refused(sheet(SEVERAL), {"a0_0_1": "1", "a0_0_4": "1"}) == [
        ("dont_know_and_more", "a0_0")
    ]


def test_more_ticks_than_allowed_are_refused() -> None:
    fields = {f"a0_0_{option}": "1" for option in (1, 2, 3)}
    assert refused(sheet(SEVERAL), fields) == [("too_many", "a0_0")]


def test_fewer_ticks_than_wanted_are_refused() -> None:
    two = SEVERAL.model_copy(update={"fewest": 2})
    assert refused(sheet(two), {"a0_0_1": "1"}) == [("too_few", "a0_0")]


def test_several_without_a_tick_is_missing_where_it_is_required() -> None:
    assert refused(sheet(SEVERAL), {}) == [("missing", "a0_0")]
    free = SEVERAL.model_copy(update={"required": False})
    assert sheet(free).read({}).packed == bytes(3)


def test_a_ranking_keeps_the_place_of_each_option() -> None:
    assert sheet(RANKING).read({"a0_0_3": "1", "a0_0_1": "2"}).packed == b"\x02\x00\x01\x00"


@pytest.mark.parametrize("places", [("1", "1"), ("1", "3"), ("2", "3")])
def test_places_with_gaps_or_twice_are_refused(places: Sequence[str]) -> None:
    fields = {"a0_0_1": places[0], "a0_0_2": places[1]}
    assert refused(sheet(RANKING), fields) == [("places_not_in_order", "a0_0")]


def test_a_place_beyond_the_last_is_refused() -> None:
    assert refused(sheet(RANKING), {"a0_0_1": "4"}) == [("unknown_option", "a0_0")]


def test_notes_take_no_bytes() -> None:
    paper = sheet(item(ItemKind.NOTE, "N"), item(ItemKind.RATING))
    assert paper.read({"a0_0": "2"}).packed == b"\x02"


def test_items_of_many_bytes_shift_those_behind_them() -> None:
    paper = sheet(SEVERAL, item(ItemKind.RATING, "Q2"), n_targets=2)
    fields = {"a0_0_2": "1", "a0_1": "1", "a1_0_4": "1", "a1_1": "3"}
    assert paper.read(fields).packed == bytes([0, 1, 0, 1, 255, 255, 255, 3])


def test_an_item_is_asked_where_its_condition_holds() -> None:
    first = item(ItemKind.YES_NO)
    then = item(ItemKind.RATING, "Q2", show_if=(Condition(item="Q1", values=(1,)),))
    paper = sheet(first, then)
    assert refused(paper, {"a0_0": "1"}) == [("missing", "a0_1")]
    assert paper.read({"a0_0": "2", "a0_1": "3"}).packed == b"\x02\x00"


def test_a_condition_on_several_holds_where_any_is_ticked() -> None:
    then = item(ItemKind.RATING, "Q2", show_if=(Condition(item="Q1", values=(2, 3)),))
    paper = sheet(SEVERAL, then)
    assert paper.read({"a0_0_3": "1", "a0_1": "1"}).packed == b"\x00\x00\x01\x01"
    assert paper.read({"a0_0_1": "1", "a0_1": "1"}).packed == b"\x01\x00\x00\x00"


def test_a_condition_on_a_number_names_the_number() -> None:
    why = item(
        ItemKind.COMMENT,
        "Q2",
        max_length=50,
        required=True,
        show_if=(Condition(item="Q1", values=(0, 1, 2)),),
    )
    paper = sheet(NUMBER, why)
    assert refused(paper, {"a0_0": "2"}) == [("missing", "c0")]
    assert paper.read({"a0_0": "9", "c0": "dropped"}).comments == ()


def test_a_condition_on_a_hidden_item_sees_no_answer() -> None:
    hidden = item(ItemKind.YES_NO, "Q2", show_if=(Condition(item="Q1", values=(1,)),))
    last = item(ItemKind.YES_NO, "Q3", show_if=(Condition(item="Q2", values=(1,)),))
    paper = sheet(item(ItemKind.YES_NO), hidden, last)
    assert paper.read({"a0_0": "2", "a0_1": "1", "a0_2": "1"}).packed == b"\x02\x00\x00"


def test_further_texts_have_fields_of_their_own() -> None:
    texts = [item(ItemKind.COMMENT, code, max_length=50) for code in ("X", "Y")]
    paper = sheet(item(ItemKind.RATING), *texts, n_targets=2)
    fields = {"a0_0": "1", "a1_0": "1", "c0_1": "二", "c1": "三"}
    assert paper.read(fields) == Answers(b"\x01\x01", (Comment(1, "二"), Comment(2, "三")))


def test_an_item_that_is_not_required_may_stay_open() -> None:
    paper = sheet(item(ItemKind.RATING, required=False), n_targets=2)
    assert paper.read({"a1_0": "2"}).packed == b"\x00\x02"


def test_the_quota_can_count_on_an_item_of_its_own() -> None:
    quota = Quota(option=1, share=Decimal("0.3"), item="Q1")
    whole = sheet(item(ItemKind.RATING, weight=Decimal(100))).content
    paper = AnswerSheet(whole.model_copy(update={"quota": quota}), 3)
    assert refused(paper, {"a0_0": "1", "a1_0": "1", "a2_0": "2"}) == [("over_quota", "")]
