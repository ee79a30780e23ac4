"""Weights and weighted means: by hand, and against survey 4.1.1 (R 4.2.2)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stats.estimates.calibration import (
    Distance,
    Margin,
    calibrate,
    fit_table,
    margin,
    post_stratify,
    rake,
)
from stats.estimates.design_effect import design_effect, effective_n
from stats.estimates.histogram import Floats
from stats.estimates.trimming import trim_to_median, trim_weights
from stats.estimates.weighted_mean import (
    Sample,
    jackknife_mean,
    weighted_mean,
    weighted_quantile,
    weighted_total,
)
from tests.golden.sets import Table, golden

SET = "survey_api"


def test_raked_weights_are_those_of_survey() -> None:
    found = rake(_base(), _margins("stype", "sch.wide", "comp.imp"))
    assert found.converged
    assert_allclose(found.weight, _expected("rake3"), rtol=1e-6)


def test_post_stratified_weights_are_those_of_survey() -> None:
    found = post_stratify(_base(), *_margins("stype"))
    assert_allclose(found.weight, _expected("poststrat_stype"), rtol=1e-9)


def test_weights_stratified_on_crossed_cells_are_those_of_survey() -> None:
    cells = golden(SET, "population_stype_by_schwide.csv")
    names = list(zip(cells.texts("stype"), cells.texts("sch.wide"), strict=True))
    own = zip(_clusters().texts("stype"), _clusters().texts("sch.wide"), strict=True)
    crossed = margin([names.index(one) for one in own], cells.numbers("Freq"))
    found = post_stratify(_base(), crossed)
    assert_allclose(found.weight, _expected("poststrat_stype_schwide"), rtol=1e-9)


@pytest.mark.parametrize(
    ("distance", "column", "tolerance"),
    [("linear", "cal_linear", 1e-9), ("raking", "cal_raking", 1e-6), ("logit", "cal_logit", 1e-6)],
)
def test_calibrated_weights_are_those_of_survey(
    distance: Distance, column: str, tolerance: float
) -> None:
    found = calibrate(_base(), _margins("stype", "sch.wide"), distance=distance)
    assert found.converged
    assert_allclose(found.weight, _expected(column), rtol=tolerance)


def test_trimmed_weights_are_those_of_survey() -> None:
    raked = rake(_base(), _margins("stype", "sch.wide", "comp.imp")).weight
    found = trim_weights(raked, low=20, high=40)
    assert_allclose(found, _expected("rake3_trim20_40"), rtol=1e-6)


@pytest.mark.parametrize("row", range(3))
def test_effective_numbers_are_those_of_survey(row: int) -> None:
    table = golden(SET, "expected_kish.csv")
    weight = _expected(table.texts("set")[row])
    assert_allclose(effective_n(weight), table.numbers("kish_neff")[row], rtol=1e-9)
    assert_allclose(design_effect(weight), table.numbers("deff")[row], rtol=1e-9)


def test_a_table_fitted_to_margins_is_that_of_r() -> None:
    # The rows run over comp.imp, sch.wide, stype, the last fastest.
    counts = golden(SET, "input_table.csv").numbers("Freq").reshape(2, 2, 3)
    stype, wide, improved = _margins("stype", "sch.wide", "comp.imp")
    found = fit_table(counts, [((2,), stype.total), ((1,), wide.total), ((0,), improved.total)])
    expected = golden(SET, "expected_ipf_table.csv").numbers("Freq")
    assert_allclose(found.ravel(), expected, rtol=1e-6)


def test_stratified_estimates_are_those_of_survey() -> None:
    table = golden(SET, "input_apistrat.csv")
    sample = _strata()
    mean = weighted_mean(table.numbers("api00"), sample)
    assert_allclose([mean.value, mean.standard_error], _estimate("strat_mean"), rtol=1e-10)
    total = weighted_total(table.numbers("enroll"), sample)
    assert_allclose([total.value, total.standard_error], _estimate("strat_total"), rtol=1e-10)


@pytest.mark.parametrize("row", range(3))
def test_means_of_a_domain_are_those_of_survey(row: int) -> None:
    table, expected = golden(SET, "input_apistrat.csv"), golden(SET, "expected_by_stype.csv")
    own = np.array(table.texts("stype")) == expected.texts("stype")[row]
    found = weighted_mean(np.where(own, table.numbers("api00"), np.nan), _strata())
    values = [expected.numbers("api00")[row], expected.numbers("se")[row]]
    assert_allclose([found.value, found.standard_error], values, rtol=1e-8)


def test_the_mean_of_clusters_is_that_of_survey() -> None:
    found = weighted_mean(_api(), _sample(_base()))
    assert_allclose([found.value, found.standard_error], _estimate("clus_mean"), rtol=1e-10)


@pytest.mark.parametrize(
    ("column", "names", "design", "tolerance"),
    [
        # survey projects on one raking margin after the other ten times: 4e-6 from the projection.
        ("rake3", ("stype", "sch.wide", "comp.imp"), "clus_rake_mean", 1e-5),
        ("poststrat_stype", ("stype",), "clus_ps_mean", 1e-8),
        ("cal_linear", ("stype", "sch.wide"), "clus_cal_mean", 1e-8),
        ("cal_raking", ("stype", "sch.wide"), "clus_calraking_mean", 1e-8),
    ],
)
def test_calibrated_means_and_their_errors_are_those_of_survey(
    column: str, names: tuple[str, ...], design: str, tolerance: float
) -> None:
    sample = _sample(_expected(column))
    found = weighted_mean(_api(), sample, margins=_margins(*names), base=_base())
    value, error = _estimate(design)
    assert_allclose(found.value, value, rtol=1e-9)
    assert_allclose(found.standard_error, error, rtol=0, atol=tolerance)


def test_the_jackknife_is_that_of_survey() -> None:
    found = jackknife_mean(_api(), _sample(_base()))
    table = golden(SET, "expected_jackknife.csv")
    assert_allclose(found.value, table.numbers("est")[0], rtol=1e-9)
    assert_allclose(found.standard_error, table.numbers("se")[0], rtol=0, atol=1e-8)


def test_weighted_quantiles_are_those_of_survey() -> None:
    table, expected = golden(SET, "input_apistrat.csv"), golden(SET, "expected_quantiles.csv")
    for share, value in zip(expected.numbers("q"), expected.numbers("est"), strict=True):
        found = weighted_quantile(table.numbers("api00"), table.numbers("pw"), share=share)
        assert found == value


def test_an_empty_cell_of_the_register_is_not_met() -> None:
    found = rake(np.ones(4), [margin([0, 0, 1, 1], [10, 10, 5])])
    assert not found.converged
    assert not found.trustworthy


def test_raking_on_a_handful_of_ballots_is_not_trustworthy() -> None:
    code = np.array([0] * 40 + [1] * 4)
    assert not rake(np.ones(44), [margin(code, [50, 50])]).trustworthy


def test_factors_far_apart_are_not_trustworthy() -> None:
    code = np.array([0] * 95 + [1] * 5)
    assert not rake(np.ones(100), [margin(code, [40, 60])]).trustworthy


def test_trimming_to_the_median_keeps_the_sum() -> None:
    weight = np.array([1.0] * 20 + [30.0, 40.0])
    found = trim_to_median(weight, times=5)
    assert_allclose(found.sum(), weight.sum())
    assert found.max() <= 5 + 1e-9


def test_equal_weights_lose_nothing() -> None:
    assert (design_effect(np.full(7, 3.0)), effective_n(np.full(7, 3.0))) == (1.0, 7.0)


def test_a_code_outside_the_register_is_refused() -> None:
    with pytest.raises(ValueError, match="code"):
        margin([0, 3], [5, 5])


def _clusters() -> Table:
    return golden(SET, "input_apiclus1.csv")


def _base() -> Floats:
    return _clusters().numbers("pw")


def _api() -> Floats:
    return _clusters().numbers("api00")


def _sample(weight: Floats) -> Sample:
    table = _clusters()
    cluster = table.numbers("dnum").astype(np.int64)
    return Sample(weight, cluster=cluster, population=table.numbers("fpc"))


def _strata() -> Sample:
    table = golden(SET, "input_apistrat.csv")
    stratum = np.unique(table.texts("stype"), return_inverse=True)[1]
    return Sample(table.numbers("pw"), stratum=stratum, population=table.numbers("fpc"))


def _margins(*names: str) -> list[Margin]:
    known = golden(SET, "population_margins.csv")
    found = []
    for name in names:
        own = [row for row, one in enumerate(known.texts("var")) if one == name]
        levels = [known.texts("level")[row] for row in own]
        codes = [levels.index(level) for level in _clusters().texts(name)]
        found.append(margin(codes, known.numbers("Freq")[own]))
    return found


def _expected(column: str) -> Floats:
    return golden(SET, "expected_weights_apiclus1.csv").numbers(column)


def _estimate(design: str) -> list[float]:
    table = golden(SET, "expected_estimates.csv")
    row = table.texts("design").index(design)
    return [float(table.numbers("est")[row]), float(table.numbers("se")[row])]
