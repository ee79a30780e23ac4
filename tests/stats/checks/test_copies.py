"""Ballots that agree further than their raters' own use of the marks explains."""

import numpy as np
import pytest

from stats.ballots import Ballots, Marks
from stats.checks import copies as module
from stats.checks.chances import chances_of, dependence
from stats.checks.copies import copies, likenesses
from stats.checks.residuals import residuals_of
from stats.checks.view import view_of
from stats.findings import Finding

N, UNITS, ITEMS = 150, 20, 4
MARKS = (
    np.random.default_rng(5)
    .choice([2, 3, 4, 5], (N, UNITS * ITEMS), p=[0.05, 0.1, 0.25, 0.6])
    .astype(np.uint8)
)


def found(marks: Marks, units: int = UNITS) -> list[Finding]:
    n = len(marks)
    ballots = Ballots(
        np.repeat(np.arange(n), units),
        np.tile(np.arange(units), n),
        np.zeros(n * units, dtype=np.int64),
        marks.reshape(n * units, -1),
        5,
        units,
    )
    view = view_of(ballots)
    return copies(view, residuals_of(view), level=0.005)[0]


def with_copies(model: Marks, *shares: float) -> Marks:
    """The first ballot is the model, the next ones take a share of its cells."""
    marks = MARKS.copy()
    marks[0] = model
    rng = np.random.default_rng(7)
    for k, share in enumerate(shares, start=1):
        marks[k] = np.where(rng.random(UNITS * ITEMS) < share, model, marks[k])
    return marks


def test_copies_are_told_and_their_original_apart() -> None:
    (one,) = found(with_copies(MARKS[0], 0.9, 0.8, 0.8))
    assert one.facts["original"] == 0
    assert one.ballots.tolist() == [1, 2, 3]
    assert one.pvalue <= 0.005


def test_copies_of_a_nearly_flat_ballot_are_told() -> None:
    flat = np.full(UNITS * ITEMS, 5, dtype=np.uint8)
    flat[::6] = 3
    (one,) = found(with_copies(flat, 0.9, 0.9))
    assert set(one.ballots.tolist()) | {one.facts["original"]} == {0, 1, 2}


def test_a_part_of_a_ballot_is_told_from_a_known_original_sooner_than_alone() -> None:
    marks = with_copies(MARKS[0], 0.9, 0.9)
    marks[3, :38] = MARKS[0, :38]
    alone = marks.copy()
    alone[1:3] = MARKS[1:3]
    (one,) = found(marks)
    assert 3 in one.ballots
    assert found(alone) == []


def test_one_filled_in_form_handed_in_ten_times_is_told_on_few_units() -> None:
    marks = MARKS[:, :36].copy()
    marks[:10] = MARKS[10, 36:72]
    (one,) = found(marks, units=6)
    assert set(one.ballots.tolist()) | {one.facts["original"]} == set(range(10))


def test_ballots_of_one_mark_throughout_are_not_copies() -> None:
    marks = MARKS.copy()
    marks[:6] = 5
    assert found(marks) == []


def test_items_that_always_agree_count_once() -> None:
    marks = np.repeat(MARKS[:, :UNITS], ITEMS, axis=1)
    assert dependence(chances_of(marks, 5), ITEMS) == pytest.approx(ITEMS, rel=0.1)


def test_items_that_have_nothing_to_do_with_each_other_count_each() -> None:
    assert dependence(chances_of(MARKS, 5), ITEMS) == pytest.approx(1, abs=0.05)


def test_raters_who_mark_a_units_items_alike_are_not_copies() -> None:
    alike = np.repeat(MARKS[:, :UNITS], ITEMS, axis=1)
    noise = np.random.default_rng(8).random(alike.shape) < 0.1
    assert found(np.where(noise, MARKS, alike).astype(np.uint8)) == []


def test_equal_ballots_have_a_likeness_of_one_and_others_of_none() -> None:
    marks = with_copies(MARKS[0], 1.0)
    like = likenesses(chances_of(marks, 5), np.arange(N))
    assert like[0, 1] == pytest.approx(1)
    assert abs(np.median(like[2:, 2:])) < 0.05


def test_the_sums_are_the_same_in_whatever_order_and_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marks = with_copies(MARKS[0], 0.9, 0.8)
    (whole,) = found(marks)
    monkeypatch.setattr(module, "ROWS", 7)
    (cut,) = found(marks)
    assert (cut.statistic, cut.effect, cut.pvalue) == (whole.statistic, whole.effect, whole.pvalue)
