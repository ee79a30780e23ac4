"""What must hold of every estimate, whatever the marks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from stats.disclosure import merge_small_groups
from stats.estimates.bounds import non_response_bounds
from stats.estimates.calibration import Margin, rake
from stats.estimates.grades import grade_chances
from stats.estimates.interval import moment_intervals, weighted_mean_intervals
from stats.estimates.joint_ranks import simultaneous_rank_intervals
from stats.estimates.ranks import marginal_rank_intervals
from stats.estimates.robust_scores import robust_matrix_means, robust_unit_means
from stats.estimates.rows import rows_of
from stats.estimates.unit_scores import unit_means
from stats.planning.weighted import design, more_ballots_to_separate, weighted_half_width

few = settings(max_examples=40, deadline=None, derandomize=True)
N_UNITS = 5
marks = arrays.arrays(np.float64, 60, elements=st.integers(1, 5).map(float))
units = arrays.arrays(np.int64, 60, elements=st.integers(0, N_UNITS - 1))
scores = arrays.arrays(
    np.float64, st.integers(2, 9), elements=st.floats(1, 5, allow_nan=False, width=32)
)


@few
@given(units, marks, st.floats(0.5, 20), st.floats(-50, 50))
def test_scores_on_another_scale_are_the_same_scores(
    unit: np.ndarray, mark: np.ndarray, scale: float, shift: float
) -> None:
    here = unit_means(rows_of(unit, mark, N_UNITS))
    there = unit_means(rows_of(unit, scale * mark + shift, N_UNITS))
    assert there.moments.value == pytest.approx(scale * here.moments.value + shift, nan_ok=True)
    assert there.error == pytest.approx(scale * here.error, rel=1e-6, abs=1e-9, nan_ok=True)
    robust = robust_unit_means(rows_of(unit, mark, N_UNITS))
    moved = robust_unit_means(rows_of(unit, scale * mark + shift, N_UNITS))
    assert moved == pytest.approx(scale * robust + shift, rel=1e-6, abs=1e-5, nan_ok=True)


@few
@given(units, marks)
def test_a_robust_mean_lies_among_the_marks(unit: np.ndarray, mark: np.ndarray) -> None:
    found = robust_unit_means(rows_of(unit, mark, N_UNITS))
    for k in np.unique(unit):
        own = mark[unit == k]
        assert own.min() - 1e-9 <= found[k] <= own.max() + 1e-9


@few
@given(units, marks, st.permutations(range(N_UNITS)))
def test_renamed_units_keep_their_scores(
    unit: np.ndarray, mark: np.ndarray, names: list[int]
) -> None:
    renamed = np.array(names)[unit]
    rater = np.arange(60) // 4
    for before, after in (
        (
            unit_means(rows_of(unit, mark, N_UNITS)).moments.value,
            unit_means(rows_of(renamed, mark, N_UNITS)).moments.value,
        ),
        (
            robust_matrix_means(rater, unit, mark, N_UNITS),
            robust_matrix_means(rater, renamed, mark, N_UNITS),
        ),
    ):
        assert after[names] == pytest.approx(before, abs=1e-9, nan_ok=True)


@few
@given(units, marks, st.integers(60, 500))
def test_a_known_frame_never_widens_an_interval(
    unit: np.ndarray, mark: np.ndarray, population: int
) -> None:
    found = unit_means(rows_of(unit, mark, N_UNITS)).moments
    endless, framed = (
        moment_intervals(found, population=each) for each in (None, float(population))
    )
    some = np.isfinite(endless.low)
    assert (framed.low[some] >= endless.low[some] - 1e-12).all()
    assert (framed.high[some] <= endless.high[some] + 1e-12).all()


@few
@given(units, marks)
def test_weights_on_one_group_alone_give_its_mean(unit: np.ndarray, mark: np.ndarray) -> None:
    found = unit_means(rows_of(unit, mark, N_UNITS)).moments
    first = int(np.argmax(found.n))
    weights = np.eye(N_UNITS)[first]
    interval, used = weighted_mean_intervals(found, weights)
    assert float(interval.value) == pytest.approx(float(found.value[first]))
    assert used.tolist() == weights.tolist()


@few
@given(scores, st.floats(0.01, 2))
def test_ranks_lie_within_their_limits(values: np.ndarray, error: float) -> None:
    errors = np.full(values.size, error)
    for found in (
        marginal_rank_intervals(values, errors),
        simultaneous_rank_intervals(values, errors, rng=np.random.default_rng(1), replicates=200),
    ):
        assert (found.low >= 1).all()
        assert (found.high <= values.size).all()
        assert (found.low <= found.rank).all()
        assert (found.rank <= found.high).all()


@few
@given(scores, st.integers(0, 9))
def test_chances_of_the_grades_are_chances(values: np.ndarray, seats: int) -> None:
    drawn = values + np.random.default_rng(2).normal(0, 0.3, (50, values.size))
    top = min(seats, values.size)
    found = grade_chances(values, drawn, places=[(top, values.size - top)])
    assert found.chance.sum(axis=1) == pytest.approx(1.0)
    # As many units get the best grade in every draw as there are seats.
    assert found.chance[:, 0].sum() == pytest.approx(top)


@few
@given(scores, st.integers(1, 40), st.integers(0, 60))
def test_the_silent_cannot_move_a_score_past_its_bounds(
    means: np.ndarray, n: int, silent: int
) -> None:
    counts = np.full(means.size, n)
    weights = np.ones(means.size)
    bounds = non_response_bounds(means, counts, counts + silent, weights, lowest=1, highest=5)
    truth = (n * means + silent * np.linspace(1, 5, means.size)) / (n + silent)
    assert bounds.low - 1e-9 <= truth.mean() <= bounds.high + 1e-9


@few
@given(
    arrays.arrays(np.int64, st.integers(20, 60), elements=st.integers(0, 2)),
    st.integers(0, 10**6),
)
def test_raked_weights_meet_their_margins(group: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    other = rng.permutation(np.resize([0, 1], group.size))
    if len(np.unique(group)) < 2:
        return
    present, code = np.unique(group, return_inverse=True)
    totals = [rng.uniform(5, 10, present.size), np.array([4.0, 6.0])]
    totals[0] *= 10 / totals[0].sum()
    found = rake(np.ones(group.size), [Margin(code, totals[0]), Margin(other, totals[1])])
    if found.converged:
        for margin, wanted in zip((code, other), totals, strict=True):
            assert np.bincount(margin, found.weight) == pytest.approx(wanted, rel=1e-4)


@few
@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_no_part_that_is_shown_is_small(sizes: list[int]) -> None:
    found = merge_small_groups(sizes)
    assert found.shown == (sum(sizes) >= 5)
    if found.shown:
        assert (found.size >= 5).all()
        assert found.size.sum() == sum(sizes)


@few
@given(
    st.lists(st.integers(2, 80), min_size=1, max_size=5),
    st.floats(1, 25),
    st.floats(0.3, 10),
)
def test_the_ballots_asked_for_keep_the_promise(
    ballots: list[int], spread: float, difference: float
) -> None:
    plan = design(ballots, 1.0, spread, np.inf)
    factor = more_ballots_to_separate(plan, difference)
    grown = design(plan.ballots * factor, plan.weights, spread, np.inf)
    # Half width of a difference: 1.96 of the 3.2416 standard errors that nine in ten need.
    assert np.sqrt(2) * weighted_half_width(grown) == pytest.approx(
        1.96 / 3.2415 * difference, rel=1e-3
    )
