"""Rank intervals: against the reference sets, by hand, and what must hold whatever the data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from stats.estimates.ranks import critical_distance, marginal_rank_intervals
from tests.golden.sets import reading

ESTIMATES = st.lists(
    st.tuples(st.floats(1, 5), st.floats(0.01, 1)), min_size=1, max_size=8, unique=True
)


def test_units_far_apart_have_one_rank_each() -> None:
    ranks = marginal_rank_intervals([3.0, 5.0, 4.0], [0.01, 0.01, 0.01])
    assert ranks.rank.tolist() == ranks.low.tolist() == ranks.high.tolist() == [3, 1, 2]


def test_equal_values_share_the_better_rank() -> None:
    ranks = marginal_rank_intervals([4.0, 5.0, 4.0], [0.1, 0.1, 0.1])
    assert ranks.rank.tolist() == [2, 1, 2]


def test_a_unit_without_estimate_has_no_rank() -> None:
    ranks = marginal_rank_intervals([4.0, np.nan, 3.0], [0.01, 0.01, 0.01])
    assert (ranks.rank.tolist(), ranks.high.tolist(), ranks.n) == ([1, 0, 2], [1, 0, 2], 2)


def test_a_unit_with_unknown_error_may_have_any_rank() -> None:
    ranks = marginal_rank_intervals([4.0, 5.0, 3.0], [0.01, np.nan, 0.01])
    assert (ranks.low.tolist(), ranks.high.tolist()) == ([1, 1, 2], [2, 3, 3])


def test_known_scores_leave_no_doubt() -> None:
    ranks = marginal_rank_intervals([4.0, 5.0, 3.0], [0.0, 0.0, 0.0])
    assert ranks.low.tolist() == ranks.high.tolist() == [2, 1, 3]


def test_no_units_are_a_result() -> None:
    assert marginal_rank_intervals([], []).n == 0


@pytest.mark.parametrize(
    ("own", "others"), [(0.3, [0.05, 0.2, 0.4, 1.0]), (1.0, [0.01] * 6), (0.05, [0.5] * 6)]
)
def test_the_critical_distance_holds_its_confidence(own: float, others: list[float]) -> None:
    width = np.array(others)
    critical = critical_distance(own, width, np.zeros(width.size), 0.95)
    errors = np.random.default_rng(5).normal(size=(200_000, width.size + 1))
    distance = np.abs(own * errors[:, :1] - width * errors[:, 1:]) / np.hypot(own, width)
    assert_allclose((distance.max(axis=1) <= critical).mean(), 0.95, atol=0.003)


def test_true_ranks_are_covered() -> None:
    rng = np.random.default_rng(6)
    truth, error = np.linspace(3, 5, 12), rng.uniform(0.05, 0.4, 12)
    covered = []
    for _ in range(300):
        ranks = marginal_rank_intervals(rng.normal(truth, error), error)
        true_rank = np.arange(12, 0, -1)
        covered.append((ranks.low <= true_rank) & (true_rank <= ranks.high))
    # Three standard errors of 300 draws below 95 %.
    assert np.mean(covered, axis=0).min() >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 300)


@settings(deadline=None, max_examples=40)
@given(ESTIMATES)
def test_the_rank_lies_between_its_limits(estimates: list[tuple[float, float]]) -> None:
    ranks = marginal_rank_intervals(*np.array(estimates).T)
    assert (ranks.low <= ranks.rank).all()
    assert (ranks.rank <= ranks.high).all()


@settings(deadline=None, max_examples=40)
@given(ESTIMATES)
def test_more_confidence_never_narrows(estimates: list[tuple[float, float]]) -> None:
    narrow = marginal_rank_intervals(*np.array(estimates).T, confidence=0.9)
    wide = marginal_rank_intervals(*np.array(estimates).T, confidence=0.99)
    assert (wide.low <= narrow.low).all()
    assert (wide.high >= narrow.high).all()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(1, 5), min_size=2, max_size=10, unique=True))
def test_with_equal_errors_better_units_have_better_limits(scores: list[float]) -> None:
    ranks = marginal_rank_intervals(np.sort(scores)[::-1], np.full(len(scores), 0.3))
    assert (np.diff(ranks.low) >= 0).all()
    assert (np.diff(ranks.high) >= 0).all()


@settings(deadline=None, max_examples=40)
@given(ESTIMATES)
def test_the_order_of_units_does_not_matter(estimates: list[tuple[float, float]]) -> None:
    table = np.array(estimates)
    order = np.random.default_rng(7).permutation(len(estimates))
    ranks = marginal_rank_intervals(*table.T)
    shuffled = marginal_rank_intervals(*table[order].T)
    assert shuffled.low.tolist() == ranks.low[order].tolist()
    assert shuffled.high.tolist() == ranks.high[order].tolist()


@pytest.mark.parametrize("year", [2018, 2022])
@pytest.mark.parametrize("subject", ["math", "reading", "science"])
def test_ranks_of_pisa_are_those_of_csranks(year: int, subject: str) -> None:
    # csranks 1.2.3 simulates its critical value with R = 10000: its limits must lie between
    # ours at 0.95 -+ 4.6 standard errors of such a simulation.
    table = reading("rank_confidence_pisa", f"expected_cs_ranks_{year}.csv")
    chosen = np.array(table.texts("subject")) == subject
    values, errors = table.numbers("est")[chosen], table.numbers("se")[chosen]
    low, high = table.numbers("marg_L")[chosen], table.numbers("marg_U")[chosen]
    narrow = marginal_rank_intervals(values, errors, confidence=0.94)
    wide = marginal_rank_intervals(values, errors, confidence=0.96)
    assert narrow.rank.tolist() == table.numbers("rank")[chosen].tolist()
    assert ((wide.low <= low) & (low <= narrow.low)).all()
    assert ((narrow.high <= high) & (high <= wide.high)).all()
