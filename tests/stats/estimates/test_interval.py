"""Intervals of means: by hand, against SciPy, and what must hold whatever the data."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from stats.estimates.histogram import count_scores, histogram_moments
from stats.estimates.interval import (
    Interval,
    histogram_intervals,
    mean_interval,
    trimmed_mean_interval,
    weighted_mean_interval,
    weighted_mean_intervals,
)

SCORES = [5, 5, 4, 3, 5, 4, 5, 1, 5, 4, 4, 5]


def test_the_mean_interval_is_students() -> None:
    result = mean_interval(SCORES)
    low, high = stats.t.interval(0.95, 11, np.mean(SCORES), stats.sem(SCORES))
    assert_allclose([result.low, result.high], [low, high], rtol=1e-12)


def test_a_histogram_gives_the_interval_of_its_scores() -> None:
    counts = [1, 0, 1, 4, 6]
    assert histogram_intervals(counts, [1, 2, 3, 4, 5]).one() == mean_interval(SCORES)


def test_no_score_is_a_result_without_value() -> None:
    result = mean_interval([])
    assert result.n == 0
    assert np.isnan([result.value, result.low, result.high]).all()


def test_one_score_has_a_value_and_no_limits() -> None:
    result = mean_interval([4])
    assert (result.value, result.n) == (4.0, 1)
    assert np.isnan([result.low, result.high]).all()


def test_a_complete_count_leaves_no_doubt() -> None:
    assert mean_interval(SCORES, population=12) == Interval(50 / 12, 50 / 12, 50 / 12, 12)
    assert mean_interval([4], population=1) == Interval(4.0, 4.0, 4.0, 1)


def test_half_a_population_shrinks_the_interval_by_the_root_of_a_half() -> None:
    whole, half = mean_interval(SCORES), mean_interval(SCORES, population=24)
    assert_allclose(half.high - half.low, (whole.high - whole.low) * np.sqrt(0.5))


@pytest.mark.parametrize("trim", [0.0, 0.05, 0.1, 0.2, 0.25, 0.4])
def test_the_trimmed_mean_is_scipys(trim: float) -> None:
    scores = np.random.default_rng(1).integers(1, 6, 57)
    assert_allclose(trimmed_mean_interval(scores, trim=trim).value, stats.trim_mean(scores, trim))


def test_the_trimmed_error_comes_from_winsorised_variance() -> None:
    scores = np.sort(np.random.default_rng(2).normal(size=20))
    winsorised = np.concatenate([[scores[4]] * 4, scores[4:16], [scores[15]] * 4])
    error = np.sqrt(19 * winsorised.var(ddof=1) / (12 * 11))
    result = trimmed_mean_interval(scores, trim=0.2)
    assert_allclose(result.high - result.value, stats.t.ppf(0.975, 11) * error)


def test_trimming_nothing_is_the_mean() -> None:
    assert trimmed_mean_interval(SCORES[:9], trim=0.1) == mean_interval(SCORES[:9])


def test_a_product_a_hair_below_a_whole_number_still_cuts_it() -> None:
    assert 0.29 * 100 < 29
    assert histogram_moments(np.ones(100), np.arange(100.0), trim=0.29).df == 41


def test_groups_combine_by_weight_with_welchs_freedom() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(4, 1, 12), rng.normal(3, 2, 7)
    result = weighted_mean_interval(
        [one.mean(), other.mean()], [one.var(ddof=1), other.var(ddof=1)], [12, 7], None, [1, 1]
    )
    welch = stats.ttest_ind(one, -other, equal_var=False).confidence_interval()
    assert_allclose([2 * result.low, 2 * result.high], [welch.low, welch.high])


def test_a_missing_groups_weight_goes_to_the_others() -> None:
    nan = float("nan")
    missing = weighted_mean_interval([4, nan, 2], [1, nan, 1], [9, 0, 9], None, [0.3, 0.4, 0.3])
    halved = weighted_mean_interval([4, 2], [1, 1], [9, 9], None, [0.5, 0.5])
    assert missing == halved


def test_the_weights_used_are_reported() -> None:
    groups = histogram_moments([[[0, 0], [1, 3]], [[2, 1], [1, 3]]], [1, 2])
    _, used = weighted_mean_intervals(groups, [0.25, 0.75])
    assert used.tolist() == [[0, 1], [0.25, 0.75]]


def test_a_lone_rater_borrows_the_spread_of_the_other_groups() -> None:
    nan = float("nan")
    lone = weighted_mean_interval([5, 4], [nan, 1.5], [1, 10], None, [0.5, 0.5])
    told = weighted_mean_interval([5, 4], [1.5, 1.5], [1, 10], None, [0.5, 0.5], df=[9, 9])
    assert lone == told


def test_no_group_at_all_is_a_result_without_value() -> None:
    assert weighted_mean_interval([], [], [], None, []).n == 0


def test_the_mean_interval_covers_at_its_confidence() -> None:
    rng = np.random.default_rng(4)
    chances = np.array([0.05, 0.1, 0.25, 0.35, 0.25])
    truth = chances @ np.arange(1, 6)
    result = histogram_intervals(rng.multinomial(30, chances, size=20_000), np.arange(1, 6))
    covered = np.mean((result.low <= truth) & (truth <= result.high))
    assert 0.945 < covered < 0.955


def test_scores_count_by_level_and_nan_is_no_answer() -> None:
    counts, levels = count_scores([2, 1, np.nan, 2])
    assert (counts.tolist(), levels.tolist()) == ([1, 2], [1, 2])


@pytest.mark.parametrize(
    ("counts", "levels", "trim"),
    [([1, 2], [1, 2, 3], 0.0), ([1, -2], [1, 2], 0.0), ([1, 2], [2, 1], 0.0), ([1], [1], 0.5)],
)
def test_wrong_shapes_and_ranges_are_refused(
    counts: list[int], levels: list[int], trim: float
) -> None:
    with pytest.raises(ValueError, match=r"counts|levels|trim"):
        histogram_moments(counts, levels, trim=trim)
