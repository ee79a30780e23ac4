"""Agreement of raters: by hand, and against psych 2.2.9 and irr 0.84.1 (R 4.2.2)."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stats.agreement.concordance import kendall_w
from stats.agreement.fleiss import Agreement, finn, fleiss_kappa
from stats.agreement.intraclass import intraclass
from stats.agreement.krippendorff import Level, krippendorff_alpha
from stats.agreement.within_group import r_wg
from tests.golden.sets import Floats, reading

TOLERANCE = 1e-9
SETS = ["anxiety", "video", "cefr_R01_R12", "shrout"]

# Krippendorff (2011), Computing Krippendorff's alpha-reliability: 12 units, 4 observers.
_ = float("nan")
CANONICAL: list[list[float]] = [
    [1, 1, _, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [_, 5, 5, 5],
    [_, _, 1, 1],
    [_, _, 3, _],
]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("icc1", "ICC1"),
        ("icc2", "ICC2"),
        ("icc3", "ICC3"),
        ("icc1_k", "ICC1k"),
        ("icc2_k", "ICC2k"),
        ("icc3_k", "ICC3k"),
    ],
)
def test_intraclass_correlations_are_those_of_psych(name: str, field: str, column: str) -> None:
    found = getattr(intraclass(_marks(name)), field)
    value, low, high, pvalue = _expected(name, column)
    assert_allclose([found.value, found.low, found.high], [value, low, high], atol=TOLERANCE)
    assert_allclose(found.pvalue, pvalue, rtol=1e-9, atol=TOLERANCE)


@pytest.mark.parametrize("name", SETS)
def test_kendalls_w_is_that_of_irr(name: str) -> None:
    found = kendall_w(_marks(name))
    value, _low, _high, pvalue = _expected(name, "kendall_W_tiecorr")
    assert_allclose([found.value, found.pvalue], [value, pvalue], atol=TOLERANCE)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_krippendorffs_alpha_is_that_of_irr_but_for_its_slip(name: str, level: Level) -> None:
    # On complete marks irr 0.84.1 counts each of a unit's m (m - 1) pairs once, where the
    # definition divides them by m - 1: its n - 1 becomes n - 1 / (m - 1).
    marks = _marks(name)
    found = krippendorff_alpha(marks, level=level)
    n, m = found.n_marks, marks.shape[1]
    slipped = 1 - (1 - found.value) * (n - 1 / (m - 1)) / (n - 1)
    assert_allclose(slipped, _expected(name, f"kripp_alpha_{level}")[0], atol=TOLERANCE)


@pytest.mark.parametrize(
    ("level", "value"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_krippendorffs_own_example_comes_out(level: Level, value: float) -> None:
    found = krippendorff_alpha(CANONICAL, level=level)
    assert round(found.value, 3) == value
    assert (found.n_units, found.n_marks) == (11, 40)


@pytest.mark.parametrize("name", [*SETS, "diagnoses"])
def test_fleiss_kappa_is_that_of_irr(name: str) -> None:
    _assert_agreement(fleiss_kappa(_marks(name)), name, "fleiss_kappa")


@pytest.mark.parametrize(("name", "levels"), list(zip(SETS, [6, 4, 3, 10], strict=True)))
def test_finn_is_that_of_irr(name: str, levels: int) -> None:
    _assert_agreement(finn(_marks(name), n_levels=levels), name, "finn_twoway")


def test_raters_of_one_order_are_concordant() -> None:
    found = kendall_w([[1, 10, 2], [2, 20, 3], [3, 30, 5]])
    assert (found.value, found.n_units, found.n_raters) == (1.0, 3, 3)


def test_raters_who_tell_nothing_apart_have_no_concordance() -> None:
    assert math.isnan(kendall_w([[3, 3], [3, 3]]).value)


def test_raters_who_all_agree_leave_no_doubt() -> None:
    found = intraclass([[1, 1], [2, 2], [4, 4]])
    assert (found.icc1.value, found.icc3_k.value) == (1.0, 1.0)


def test_one_unit_has_no_intraclass_correlation() -> None:
    found = intraclass([[1, 2, 3]])
    assert math.isnan(found.icc2.value)
    assert found.n_units == 1


def test_equal_marks_have_no_alpha() -> None:
    assert math.isnan(krippendorff_alpha([[4, 4], [4, 4]]).value)


def test_within_group_agreement_by_hand() -> None:
    # Variance 1/3 against (25 - 1) / 12 = 2.
    assert_allclose(r_wg([[4], [4], [5], [5]], n_levels=5).value, 1 - 1 / 6)


def test_within_group_agreement_of_items_steps_up() -> None:
    marks = [[4, 3], [4, 4], [5, 4], [5, 5]]
    single = 1 - (1 / 3 + 2 / 3) / 2 / 2
    assert_allclose(r_wg(marks, n_levels=5).value, 2 * single / (2 * single + 1 - single))


def test_raters_further_apart_than_chance_agree_at_zero() -> None:
    assert r_wg([[1], [5], [1], [5]], n_levels=5).value == 0.0


def test_one_rater_has_no_within_group_agreement() -> None:
    assert math.isnan(r_wg([[4, 5]], n_levels=5).value)


def _marks(name: str) -> Floats:
    table = reading("agreement", f"input_{name}.csv")
    if name != "diagnoses":
        return table.matrix(1)
    labels = sorted({cell for row in table.rows for cell in row})
    return np.array([[labels.index(cell) for cell in row] for row in table.rows], dtype=np.float64)


def _expected(name: str, statistic: str) -> list[float]:
    table = reading("agreement", "expected_agreement.csv")
    row = next(k for k, one in enumerate(table.rows) if one[:2] == [name, statistic])
    return [float(value) for value in table.matrix(2)[row]]


def _assert_agreement(found: Agreement, name: str, statistic: str) -> None:
    value, _low, _high, pvalue = _expected(name, statistic)
    assert_allclose([found.value, found.pvalue], [value, pvalue], atol=TOLERANCE)
