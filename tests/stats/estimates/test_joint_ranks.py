"""Rank intervals from replicates: against csranks, and against the exact marginal ones."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from stats.estimates.joint_ranks import joint_rank_intervals, simultaneous_rank_intervals
from stats.estimates.ranks import marginal_rank_intervals
from tests.golden.sets import reading


def test_common_noise_does_not_blur_the_order() -> None:
    rng = np.random.default_rng(14)
    values = np.array([4.0, 4.1, 4.2])
    together = values + rng.normal(size=(500, 1)) + 0.005 * rng.normal(size=(500, 3))
    found = joint_rank_intervals(values, together)
    assert found.low.tolist() == found.high.tolist() == [3, 2, 1]


def test_independent_replicates_give_the_exact_marginal_intervals() -> None:
    rng = np.random.default_rng(15)
    values, errors = np.linspace(3, 5, 9), rng.uniform(0.05, 0.3, 9)
    drawn = values + errors * rng.normal(size=(40_000, 9))
    exact = marginal_rank_intervals(values, errors)
    found = joint_rank_intervals(values, drawn)
    assert_array_equal(found.low, exact.low)
    assert_array_equal(found.high, exact.high)


def test_simultaneous_intervals_hold_the_marginal_ones() -> None:
    rng = np.random.default_rng(16)
    values, errors = rng.normal(4, 0.3, 15), rng.uniform(0.05, 0.2, 15)
    every = simultaneous_rank_intervals(values, errors, rng=rng)
    single = marginal_rank_intervals(values, errors)
    assert (every.low <= single.low).all()
    assert (every.high >= single.high).all()


def test_all_true_ranks_are_covered_at_once() -> None:
    rng = np.random.default_rng(17)
    truth, errors = np.linspace(3, 5, 10), rng.uniform(0.1, 0.4, 10)
    true_rank = np.arange(10, 0, -1)
    covered = []
    for _ in range(200):
        found = simultaneous_rank_intervals(
            rng.normal(truth, errors), errors, rng=rng, replicates=500
        )
        covered.append(((found.low <= true_rank) & (true_rank <= found.high)).all())
    # Three standard errors of 200 draws below 95 %.
    assert np.mean(covered) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 200)


def test_a_unit_with_missing_replicates_may_have_any_rank() -> None:
    rng = np.random.default_rng(18)
    values = np.array([1.0, 2.0, np.nan, 3.0])
    drawn = values + 0.001 * rng.normal(size=(50, 4))
    drawn[0, 3] = np.nan
    found = joint_rank_intervals(values, drawn)
    assert found.rank.tolist() == [3, 2, 0, 1]
    assert (found.low[3], found.high[3]) == (1, 3)


def test_replicates_that_do_not_vary_leave_no_doubt() -> None:
    values = np.array([1.0, 2.0, 3.0])
    found = joint_rank_intervals(values, np.tile(values, (5, 1)))
    assert found.low.tolist() == found.high.tolist() == [3, 2, 1]


@pytest.mark.parametrize("year", [2018, 2022])
@pytest.mark.parametrize("subject", ["math", "reading", "science"])
def test_simultaneous_ranks_of_pisa_are_those_of_csranks(year: int, subject: str) -> None:
    # Both sides simulate the critical value: limits must lie within those of 0.95 -+ the noise.
    table = reading("rank_confidence_pisa", f"expected_cs_ranks_{year}.csv")
    chosen = np.array(table.texts("subject")) == subject
    values, errors = table.numbers("est")[chosen], table.numbers("se")[chosen]
    low, high = table.numbers("simul_L")[chosen], table.numbers("simul_U")[chosen]
    narrow, wide = (
        simultaneous_rank_intervals(
            values, errors, rng=np.random.default_rng(19), confidence=confidence, replicates=10_000
        )
        for confidence in (0.94, 0.96)
    )
    assert ((wide.low <= low) & (low <= narrow.low)).all()
    assert ((narrow.high <= high) & (high <= wide.high)).all()


def test_errors_that_go_together_leave_the_order_clearer() -> None:
    values, errors = np.array([4.6, 4.5, 4.4]), np.full(3, 0.1)
    together = np.full((3, 3), 0.99) + 0.01 * np.eye(3)
    apart = simultaneous_rank_intervals(values, errors, rng=np.random.default_rng(1))
    tied = simultaneous_rank_intervals(
        values, errors, rng=np.random.default_rng(1), correlation=together
    )
    assert (apart.low.tolist(), apart.high.tolist()) == ([1, 1, 1], [3, 3, 3])
    assert (tied.low.tolist(), tied.high.tolist()) == ([1, 2, 3], [1, 2, 3])
