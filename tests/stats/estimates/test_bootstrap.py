"""Bootstrap, grades and bounds."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stats.estimates.bootstrap import bootstrap_intervals, cluster_bootstrap, histogram_bootstrap
from stats.estimates.bounds import non_response_bounds
from stats.estimates.grades import grade_chances
from stats.estimates.interval import histogram_intervals

LEVELS = np.arange(1.0, 6.0)


def test_replicates_of_a_histogram_spread_as_the_standard_error() -> None:
    counts = [[5, 10, 20, 40, 25], [0, 0, 0, 50, 50]]
    found = histogram_bootstrap(counts, LEVELS, rng=np.random.default_rng(20), replicates=4000)
    assert_allclose(found.replicate.std(axis=0), found.standard_error, rtol=0.05)
    assert_allclose(found.replicate.mean(axis=0), found.value, atol=0.01)


def test_bootstrap_intervals_are_near_those_of_student() -> None:
    counts = [[5, 10, 20, 40, 25]]
    found = histogram_bootstrap(counts, LEVELS, rng=np.random.default_rng(21), replicates=4000)
    student = histogram_intervals(counts, LEVELS)
    for studentised in (True, False):
        ours = bootstrap_intervals(found, studentised=studentised)
        assert_allclose([ours.low, ours.high], [student.low, student.high], atol=0.03)


def test_a_unit_without_ballots_has_no_interval() -> None:
    found = histogram_bootstrap(
        [[0, 0, 0, 0, 0], [1, 2, 3, 4, 5]], LEVELS, rng=np.random.default_rng(22), replicates=50
    )
    ours = bootstrap_intervals(found)
    assert np.isnan([ours.value[0], ours.low[0], ours.high[0]]).all()
    assert np.isfinite(ours.low[1])


def test_raters_who_mark_all_units_move_them_together() -> None:
    rng = np.random.default_rng(23)
    severity = rng.normal(0, 1, (200, 1))
    marks = 3 + severity + rng.normal(0, 0.2, (200, 4))
    found = cluster_bootstrap(marks, np.ones(marks.shape), rng=rng)
    assert np.corrcoef(found.replicate.T).min() > 0.9
    assert_allclose(found.value, marks.mean(axis=0))
    assert_allclose(found.standard_error, marks.std(axis=0) / np.sqrt(200))


@pytest.mark.slow
def test_cluster_intervals_cover() -> None:
    rng = np.random.default_rng(24)
    covered = []
    for _ in range(300):
        answered = rng.random((60, 3)) < 0.7
        marks = np.where(answered, rng.normal(0, 1, (60, 1)) + rng.normal(0, 1, (60, 3)), 0.0)
        found = cluster_bootstrap(marks, answered, rng=rng, replicates=400)
        ours = bootstrap_intervals(found)
        covered.append((ours.low <= 0) & (ours.high >= 0))
    assert 0.92 < np.mean(covered) < 0.98


def test_a_clear_order_gives_sure_grades() -> None:
    values = np.array([3.0, 5.0, 4.0])
    drawn = values + 0.001 * np.random.default_rng(25).normal(size=(100, 3))
    found = grade_chances(values, drawn, places=[[1, 1, 1]])
    assert found.grade.tolist() == [2, 0, 1]
    assert found.chance.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_two_equal_units_share_the_chance_of_one_place() -> None:
    drawn = np.random.default_rng(26).normal(size=(20_000, 2))
    found = grade_chances([0.0, 0.0], drawn, places=[[1, 0]])
    assert_allclose(found.chance, 0.5, atol=0.02)


def test_quotas_hold_within_categories_in_every_replicate() -> None:
    rng = np.random.default_rng(27)
    category = np.array([0, 0, 0, 1, 1])
    found = grade_chances(
        rng.normal(size=5), rng.normal(size=(500, 5)), places=[[1, 2], [1, 1]], category=category
    )
    assert_allclose(found.chance[category == 0, 0].sum(), 1)
    assert_allclose(found.chance[category == 1, 0].sum(), 1)
    assert_allclose(found.chance.sum(axis=1), 1)


def test_a_unit_without_estimate_has_no_grade() -> None:
    drawn = np.zeros((3, 2))
    found = grade_chances([np.nan, 1.0], drawn, places=[[1, 1]])
    assert found.grade.tolist() == [-1, 0]
    assert np.isnan(found.chance[0]).all()


def test_bounds_by_hand() -> None:
    # Half answered with 4: the others could all have given 1 or 5.
    found = non_response_bounds([4.0], [10], [20], [1.0], lowest=1, highest=5)
    assert (float(found.low), float(found.high)) == (2.5, 4.5)
    assert found.response_share.tolist() == [0.5]


def test_a_silent_group_spans_the_scale() -> None:
    found = non_response_bounds([4.0, np.nan], [10, 0], [10, 10], [0.5, 0.5], lowest=1, highest=5)
    assert (float(found.low), float(found.high)) == (2.5, 4.5)


def test_full_response_leaves_no_bounds_apart() -> None:
    found = non_response_bounds([4.0, 2.0], [10, 5], [10, 5], [0.7, 0.3], lowest=1, highest=5)
    assert_allclose([found.low, found.high], 3.4)


def test_more_answers_than_persons_are_refused() -> None:
    with pytest.raises(ValueError, match="population"):
        non_response_bounds([4.0], [10], [9], [1.0], lowest=1, highest=5)
