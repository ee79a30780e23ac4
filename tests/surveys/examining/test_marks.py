"""Answer bytes of every kind of item → ordinal marks for the checks, and points for the scores."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from surveys.examining.campaign_arrays import marks_of
from surveys.scoring.campaign_votes import Pointing
from surveys.setup.questionnaires import (
    DONT_KNOW,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
)
from surveys.setup.words import Words

W = Words(zh="字", en="w")


def options(*points: int | None) -> tuple[Option, ...]:
    """Options with points; without any, "don't know"."""
    return tuple(
        Option(
            code=f"o{place}",
            label=W,
            points=None if each is None else Decimal(each),
            dont_know=each is None,
        )
        for place, each in enumerate(points)
    )


def item(code: str, kind: ItemKind, weight: int = 0, **more: Any) -> Item:
    """One item."""
    return Item(code=code, kind=kind, text=W, weight=Decimal(weight), **more)


FORM = QuestionnaireContent(
    code="form",
    kind="democratic",
    title=W,
    intro=W,
    options=options(100, 85, 70, 50, None),
    items=(
        item("S", ItemKind.SEVERAL, options=options(0, 0, 0)),
        item("A", ItemKind.RATING, 50),
        item("N", ItemKind.NUMBER, 30, low=0, high=10),
        item("C", ItemKind.COMMENT, max_length=50),
        item("Y", ItemKind.YES_NO, 20),
        item("R", ItemKind.RANKING, options=options(0, 0)),
    ),
)


def row(rating: int, number: int, yes: int) -> bytes:
    """The bytes of one unit."""
    return bytes([1, 0, 1, rating, number, yes, 2, 1])


def test_only_rated_items_become_marks_each_from_its_own_byte() -> None:
    marks = marks_of(row(1, 11, 1) + row(4, 1, 2), FORM)
    assert marks.tolist() == [[11, 11, 11], [1, 1, 1]]


def test_a_shorter_scale_keeps_its_ends_and_its_order() -> None:
    marks = marks_of(b"".join(row(rating, 6, 1) for rating in (1, 2, 3, 4)), FORM)
    assert marks[:, 0].tolist() == [11, 8, 4, 1]
    assert marks[:, 1].tolist() == [6, 6, 6, 6]


def test_dont_know_and_no_answer_are_no_marks() -> None:
    marks = marks_of(row(DONT_KNOW, 0, DONT_KNOW), FORM)
    assert np.count_nonzero(marks) == 0


def test_marks_follow_points_and_not_the_order_of_the_form() -> None:
    rising = FORM.model_copy(update={"options": options(50, 70, 85, 100, None)})
    marks = marks_of(row(1, 1, 1) + row(4, 1, 1), rising)
    assert marks[:, 0].tolist() == [1, 11]


def test_the_points_of_a_ballot_read_each_item_from_its_own_byte() -> None:
    expected = (50 * Decimal(85) + 30 * Decimal(70) + 20 * Decimal(100)) / 100
    assert Pointing(FORM).of_row(row(2, 8, 1)) == expected


def test_an_answer_without_points_leaves_its_weight_to_the_others() -> None:
    expected = (50 * Decimal(100) + 20 * Decimal(0)) / 70
    assert Pointing(FORM).of_row(row(1, DONT_KNOW, 2)) == expected


@pytest.mark.parametrize("low", [0, 1])
def test_the_best_number_is_worth_a_hundred(low: int) -> None:
    numbers = item("N", ItemKind.NUMBER, 100, low=low, high=10)
    form = FORM.model_copy(update={"items": (numbers,)})
    assert Pointing(form).of_row(bytes([11 - low])) == 100
