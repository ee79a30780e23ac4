"""Which of several like ballots the others were copied from."""

from collections.abc import Sequence

import numpy as np

from stats.ballots import Ballots, Marks
from stats.checks.originals import likely_original
from stats.checks.view import View, view_of

UNITS, ITEMS = 12, 3


def views(ballots: Sequence[Marks], seconds: Sequence[float]) -> View:
    """Ballots of UNITS · ITEMS cells each."""
    n = len(ballots)
    answers = np.concatenate([b.reshape(UNITS, ITEMS) for b in ballots])
    return view_of(
        Ballots(
            np.repeat(np.arange(n), UNITS),
            np.tile(np.arange(UNITS), n),
            np.zeros(n * UNITS, dtype=np.int64),
            answers,
            5,
            UNITS,
            seconds=np.array(seconds, dtype=np.float64),
        )
    )


def written(seed: int) -> Marks:
    return np.random.default_rng(seed).integers(1, 6, UNITS * ITEMS).astype(np.uint8)


def copied(model: Marks, *cells: int) -> Marks:
    """A copy that differs in some cells."""
    copy = model.copy()
    copy[list(cells)] = copy[list(cells)] % 5 + 1
    return copy


MODEL = written(1)
COPIES = [copied(MODEL, 0, 1), copied(MODEL, 5, 9), copied(MODEL, 20, 30)]


def test_the_original_is_nearer_to_its_copies_than_they_are_to_each_other() -> None:
    # Though it was written faster than one of them.
    view = views([COPIES[0], MODEL, *COPIES[1:]], [500.0, 200.0, 90.0, 90.0])
    assert likely_original(view, np.arange(4)) == 1


def test_copies_alone_name_an_original_among_the_other_ballots() -> None:
    view = views([*COPIES, written(2), MODEL, written(3)], [100.0] * 6)
    assert likely_original(view, np.arange(3)) == 4


def test_of_equal_ballots_the_slowest_was_thought_out() -> None:
    view = views([MODEL, MODEL, MODEL, written(2)], [80.0, 240.0, 90.0, 900.0])
    assert likely_original(view, np.arange(3)) == 1


def test_of_two_ballots_only_the_times_tell() -> None:
    view = views([COPIES[0], MODEL, written(2)], [300.0, 100.0, 100.0])
    assert likely_original(view, np.arange(2)) == 0


def test_unknown_times_count_as_the_usual_one() -> None:
    view = views([MODEL, MODEL, written(2)], [float("nan"), 60.0, 200.0])
    assert likely_original(view, np.arange(2)) == 0
