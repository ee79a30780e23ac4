"""Items marked too much alike."""

import numpy as np

from stats.ballots import Ints
from stats.checks.sameness import UNKNOWN, item_sameness

ITEMS, LEVELS, UNITS = 8, 5, 20


def counts_of(rng: np.random.Generator, *, items: float = 0.2, n: int = 120) -> Ints:
    """Marks of one unit whose items differ by ``items`` on the probit scale."""
    places = rng.normal(0, items, ITEMS)
    attitude = rng.normal(0.3, 0.7, (n, 1)) + places + rng.normal(0, 0.7, (n, ITEMS))
    marks = 1 + np.searchsorted([-2.0, -1.5, -1.0, 0.0], attitude)
    return np.array([np.bincount(column, minlength=LEVELS + 1) for column in marks.T])


def test_a_unit_whose_items_are_all_alike_stands_out() -> None:
    rng = np.random.default_rng(1)
    counts = np.array([counts_of(rng) for _ in range(UNITS)])
    counts[0] = counts[0, :1]
    assert item_sameness(counts, 0) < 1e-3


def test_p_values_of_honest_units_are_about_uniform() -> None:
    rng = np.random.default_rng(2)
    p = []
    for _ in range(10):
        counts = np.array([counts_of(rng) for _ in range(UNITS)])
        p += [item_sameness(counts, k) for k in range(UNITS)]
    assert np.mean(np.array(p) <= 0.05) < 0.10
    assert 0.4 < np.mean(p) < 0.65


def test_few_other_units_tell_nothing() -> None:
    rng = np.random.default_rng(3)
    counts = np.array([counts_of(rng) for _ in range(5)])
    assert item_sameness(counts, 0) == UNKNOWN
