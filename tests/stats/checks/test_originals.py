"""Which of several like ballots the others were copied from."""

import numpy as np
import pytest

from stats.ballots import Ballots, Floats, Marks
from stats.checks.chances import chances_of
from stats.checks.originals import likely_original, loyalty, slowness
from stats.checks.view import view_of

CELLS = 40


def written(seed: int) -> Marks:
    return np.random.default_rng(seed).integers(1, 6, CELLS).astype(np.uint8)


def copied(model: Marks, *cells: int) -> Marks:
    """A copy that differs in some cells."""
    copy = model.copy()
    copy[list(cells)] = copy[list(cells)] % 5 + 1
    return copy


def original_of(*alike: Marks, aside: tuple[float, ...] = ()) -> int:
    """Which of some ballots, among forty others, the others were copied from."""
    marks = np.array([*alike, *(written(100 + k) for k in range(40))])
    chosen = np.arange(len(alike))
    return likely_original(chances_of(marks, 5), chosen, np.array(aside or (0.0,) * len(alike)))


MODEL = written(1)
COPIES = [copied(MODEL, 0, 1), copied(MODEL, 5, 9), copied(MODEL, 20, 30)]


def test_the_original_is_nearer_to_its_copies_than_they_are_to_each_other() -> None:
    # Though it was written faster than one of them.
    assert original_of(COPIES[0], MODEL, *COPIES[1:], aside=(3.0, 0.0, -1.0, -1.0)) == 1


def test_a_copy_with_gaps_where_it_differs_is_not_the_original() -> None:
    gaps = COPIES[0].copy()
    gaps[[0, 1, 5, 9, 20, 30]] = 0
    assert original_of(gaps, *COPIES[1:], MODEL) == 3


def test_an_original_with_gaps_is_still_the_original() -> None:
    gaps = MODEL.copy()
    gaps[32:] = 0
    assert original_of(*COPIES, gaps) == 3


def test_of_equal_ballots_the_slowest_was_thought_out() -> None:
    assert original_of(MODEL, MODEL, MODEL, aside=(-0.5, 1.5, -0.2)) == 1


def slow(seconds: list[float]) -> Floats:
    few = np.arange(len(seconds))
    answers = np.full((len(few), 2), 4, dtype=np.uint8)
    return slowness(
        view_of(Ballots(few, 0 * few, 0 * few, answers, 5, 1, seconds=np.array(seconds)))
    )


def test_time_speaks_as_much_as_times_of_the_campaign_vary() -> None:
    spread = np.exp(0.5 * np.array([-1.0, -1.0, 0.0, 1.0, 1.0]))
    # Log times half apart: e times as slow is log 1.5 over a quarter.
    assert slow((100 * spread).tolist())[4] == pytest.approx(0.5 * np.log(1.5) / 0.25)


def test_who_lifts_the_own_unit_wrote_the_ballot() -> None:
    nats = loyalty(np.array([0.5, 0.5, 1.5, -0.5, np.nan]))
    # Two normals half a spread apart: nothing to say in the middle between them.
    assert nats == pytest.approx([0.125, 0.125, 0.625, -0.375, 0])


def test_unknown_times_count_as_the_usual_one() -> None:
    assert slow([60.0, float("nan"), 200.0, 100.0])[1] == 0
