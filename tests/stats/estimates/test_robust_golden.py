"""Robust location and scale against MASS, robustbase 0.95.0 and WRS2 (R 4.2.2)."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stats.estimates.histogram import count_scores, histogram_moments
from stats.estimates.influence import huber_error_by_influence
from stats.estimates.location import (
    Location,
    bisquare_weight,
    hampel_weight,
    huber_mean,
    huber_proposal_two,
    huber_weight,
    modified_one_step_mean,
    one_step_mean,
    quantile_winsorised_mean,
    reweighted_mean,
    winsorised_mean,
)
from stats.estimates.scale import (
    adjusted_fences,
    medcouple,
    median_deviation,
    qn_scale,
    sn_scale,
    tau_scale,
)
from tests.golden.sets import Floats, golden

EXACT = 1e-9
ITERATED = 1e-6

NAMES = golden("robust_univariate", "expected_location_scale.csv").texts("vector")

DIRECT: dict[str, Callable[[Floats], float]] = {
    "mean": lambda x: float(histogram_moments(*count_scores(x)).value),
    "trim05": lambda x: float(histogram_moments(*count_scores(x), trim=0.05).value),
    "trim10": lambda x: float(histogram_moments(*count_scores(x), trim=0.10).value),
    "trim20": lambda x: float(histogram_moments(*count_scores(x), trim=0.20).value),
    "trim20_se": lambda x: winsorised_mean(x, trim=0.2).standard_error,
    "winmean10": lambda x: winsorised_mean(x, trim=0.1).value,
    "winmean20": lambda x: winsorised_mean(x, trim=0.2).value,
    "winvar20": lambda x: winsorised_mean(x, trim=0.2).scale ** 2,
    "psych_winsor20_mean": lambda x: quantile_winsorised_mean(x, trim=0.2),
    "mad": median_deviation,
    "mad_raw": lambda x: median_deviation(x, constant=1.0),
    "Sn": sn_scale,
    "scaleTau2": lambda x: tau_scale(x).scale,
    "scaleTau2_mu": lambda x: tau_scale(x).location,
    "medcouple": medcouple,
    "adj_lo": lambda x: adjusted_fences(x)[0],
    "adj_hi": lambda x: adjusted_fences(x)[1],
    "WRS2_onestep": lambda x: one_step_mean(x).value,
    "WRS2_mom": lambda x: modified_one_step_mean(x).value,
}

SEARCHED: dict[str, Callable[[Floats], float]] = {
    "huberM_k1.5": lambda x: huber_mean(x).value,
    "huberM_s": lambda x: huber_mean(x).scale,
    "huberM_SE": lambda x: huber_mean(x).standard_error,
    "MASS_huber_mu": lambda x: huber_mean(x).value,
    # MASS stops after 30 rounds: for telef_calls that is far from the solution.
    "MASS_hubers_mu": lambda x: huber_proposal_two(x, iterations=30).value,
    "MASS_hubers_s": lambda x: huber_proposal_two(x, iterations=30).scale,
    "WRS2_mest_se": huber_error_by_influence,
    "WRS2_mest": lambda x: huber_mean(x, k=1.28).value,
    "rlm_huber_mu": lambda x: reweighted_mean(x, huber_weight).value,
    "rlm_bisquare_mu": lambda x: reweighted_mean(x, bisquare_weight).value,
    "rlm_bisquare_s": lambda x: reweighted_mean(x, bisquare_weight).scale,
    "rlm_hampel_mu": lambda x: reweighted_mean(x, hampel_weight).value,
}


@pytest.mark.parametrize("column", DIRECT)
@pytest.mark.parametrize("name", NAMES)
def test_a_direct_estimate_is_that_of_r(name: str, column: str) -> None:
    assert_allclose(DIRECT[column](_scores(name)), _expected(name, column), rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("column", SEARCHED)
@pytest.mark.parametrize("name", NAMES)
def test_a_searched_estimate_is_that_of_r(name: str, column: str) -> None:
    # Both sides stop within 1e-6 of the scale.
    found, expected = SEARCHED[column](_scores(name)), _expected(name, column)
    scale = max(abs(expected), _expected(name, "sd"))
    assert_allclose(found, expected, rtol=0, atol=3 * ITERATED * scale)


@pytest.mark.parametrize("name", NAMES)
def test_qn_is_that_of_robustbase(name: str) -> None:
    # robustbase passes through single precision where distances tie: 1.5e-8 on hbk_Y.
    tolerance = 2e-8 if name == "hbk_Y" else EXACT
    assert_allclose(qn_scale(_scores(name)), _expected(name, "Qn"), rtol=tolerance)


def test_huber_takes_the_median_where_most_marks_are_equal() -> None:
    found = huber_mean([5, 5, 5, 5, 1])
    assert found.value == 5.0
    assert np.isnan(found.standard_error)


def test_one_far_mark_hardly_moves_huber() -> None:
    marks = np.random.default_rng(9).normal(4, 0.5, 40)
    moved = huber_mean(np.append(marks, -1000.0)).value - huber_mean(marks).value
    assert abs(moved) < 0.05


@pytest.mark.parametrize(
    "estimate", [huber_mean, huber_proposal_two, winsorised_mean, one_step_mean]
)
def test_no_marks_are_a_result_without_value(estimate: Callable[[list[float]], Location]) -> None:
    assert estimate([]).n == 0


def _scores(name: str) -> Floats:
    table = golden("robust_univariate", "input.csv")
    own = np.array(table.texts("vector")) == name
    return np.asarray(table.numbers("x")[own])


def _expected(name: str, column: str) -> float:
    table = golden("robust_univariate", "expected_location_scale.csv")
    return float(table.numbers(column)[NAMES.index(name)])
