"""Severity of raters: by hand, by recovery, and against lme4 1.1.31 (R 4.2.2)."""

from functools import cache

import numpy as np
from numpy.testing import assert_allclose

from stats.estimates.facets import facets
from stats.estimates.mixed_effects import MixedEffects, two_way_random
from stats.estimates.severity import Ratings, ratings, two_way_fixed
from tests.golden.sets import golden


@cache
def _lecturers() -> Ratings:
    table = golden("insteval", "input.csv")
    rater = np.unique(table.numbers("rater"), return_inverse=True)[1]
    unit = np.unique(table.numbers("unit"), return_inverse=True)[1]
    return ratings(rater, unit, table.numbers("y"))


@cache
def _mixed() -> MixedEffects:
    return two_way_random(_lecturers())


def test_fixed_effects_of_lecturers_are_those_of_r() -> None:
    expected = golden("insteval", "expected_unit_twoway_fe.csv").numbers("twoway_fe")
    assert_allclose(two_way_fixed(_lecturers()).effect, expected, rtol=0, atol=1e-8)


def test_variance_components_of_lecturers_are_those_of_lme4() -> None:
    rater, unit, residual = golden("insteval", "expected_varcomp.csv").numbers("var")
    found = _mixed()
    assert_allclose(
        [found.rater_variance, found.unit_variance, found.residual_variance],
        [rater, unit, residual],
        rtol=0,
        atol=1e-4,
    )


def test_the_intercept_of_lecturers_is_that_of_lme4() -> None:
    table = golden("insteval", "expected_fixed.csv")
    found = _mixed()
    assert_allclose(found.mean, table.numbers("intercept")[0], atol=1e-6)
    assert_allclose(found.mean_error, table.numbers("se")[0], atol=1e-6)
    assert_allclose(found.criterion, table.numbers("REMLcrit")[0], rtol=1e-9)


def test_predictions_of_lecturers_are_those_of_lme4() -> None:
    table = golden("insteval", "expected_unit_blup.csv")
    assert_allclose(_mixed().unit, table.numbers("blup"), rtol=0, atol=1e-3)
    assert_allclose(_mixed().unit_sd, table.numbers("cond_sd"), rtol=0, atol=1e-3)


def test_predictions_of_students_are_those_of_lme4() -> None:
    table = golden("insteval", "expected_rater_blup.csv")
    assert_allclose(_mixed().rater, table.numbers("blup"), rtol=0, atol=1e-3)
    assert_allclose(_mixed().rater_sd, table.numbers("cond_sd"), rtol=0, atol=1e-3)


def test_a_severe_rater_does_not_sink_the_unit_only_he_rated() -> None:
    # Rater 1 marks one lower; unit 2 was rated by him alone.
    found = two_way_fixed(ratings([0, 0, 1, 1, 1], [0, 1, 0, 1, 2], [4, 5, 3, 4, 4]))
    assert_allclose(found.effect, [-2 / 3, 1 / 3, 1 / 3], atol=1e-12)


def test_complete_marks_keep_the_order_of_the_means() -> None:
    marks = np.random.default_rng(10).integers(1, 6, (12, 5)).astype(float)
    rater, unit = np.indices(marks.shape)
    found = two_way_fixed(ratings(rater.ravel(), unit.ravel(), marks.ravel()))
    assert_allclose(found.adjusted, marks.mean(axis=0), atol=1e-12)


def test_units_without_common_raters_are_not_compared() -> None:
    found = two_way_fixed(ratings([0, 0, 1, 1], [0, 1, 3, 4], [5, 4, 2, 1]))
    assert found.component.tolist() == [0, 0, -1, 1, 1]
    assert_allclose(found.effect, [0.5, -0.5, np.nan, 0.5, -0.5], atol=1e-12)


def test_raters_of_one_mark_each_leave_severity_unknown() -> None:
    found = two_way_random(ratings([0, 1, 2, 3], [0, 0, 1, 1], [5, 4, 2, 1]))
    assert np.isnan(found.rater_variance)
    assert found.n == 4


def test_no_marks_are_a_result() -> None:
    assert two_way_fixed(ratings([], [], [])).n == 0


def test_facets_finds_the_measures_that_made_the_marks() -> None:
    rng = np.random.default_rng(11)
    quality, severity = np.linspace(-1, 2, 12), rng.normal(0, 0.8, 80)
    severity -= severity.mean()
    rater, unit = (one.ravel() for one in np.indices((80, 12)))
    mark = _marks(rng, quality[unit] - severity[rater])
    mark[rng.random(mark.size) < 0.4] = np.nan
    found = facets(rater, unit, np.zeros(mark.size, dtype=int), mark, low=1, high=5)
    assert found.converged
    # Joint estimation stretches a little; the errors tell the rest.
    assert np.abs((found.unit - quality) / found.unit_error).max() < 4
    assert np.corrcoef(found.severity, severity)[0, 1] > 0.8
    assert_allclose(found.infit.mean(), 1, atol=0.1)


def test_a_unit_marked_highest_by_all_has_a_finite_measure() -> None:
    found = facets([0, 0, 1, 1], [0, 1, 0, 1], [0] * 4, [5, 3, 5, 4], low=1, high=5)
    assert np.isfinite(found.unit).all()
    assert found.unit[0] > found.unit[1]


def _marks(rng: np.random.Generator, measure: np.ndarray) -> np.ndarray:
    exponent = np.arange(5) * measure[:, None] - np.cumsum([0, -1.5, -0.5, 0.5, 1.5])
    chance = np.exp(exponent)
    chance /= chance.sum(axis=1, keepdims=True)
    drawn = rng.random(measure.size)[:, None] > np.cumsum(chance, axis=1)
    return np.asarray(drawn.sum(axis=1) + 1.0)
