"""The longest run, by hand and against shuffles."""

import numpy as np
import pytest

from stats.checks.runs import longest_run, run_pvalues
from stats.checks.view import view_of
from tests.stats.checks.campaigns import campaign


@pytest.mark.parametrize(
    ("marks", "longest"),
    [
        ([5, 5, 5, 4, 5], 3),
        ([1, 2, 3, 4, 5], 1),
        ([4, 0, 4, 4, 0], 3),
        ([0, 0, 0, 0, 0], 0),
        ([3, 2, 2, 3, 3], 2),
    ],
)
def test_the_longest_run_passes_over_gaps(marks: list[int], longest: int) -> None:
    assert longest_run(np.array([marks], dtype=np.uint8)).tolist() == [longest]


def test_p_values_of_honest_ballots_are_not_too_small() -> None:
    p = run_pvalues(view_of(campaign("matrix200").ballots), np.random.default_rng(1))
    assert np.mean(p[np.isfinite(p)] <= 0.05) <= 0.10
