"""Person fit against PerFit 1.4.6 and aberrance 0.3.0 (R 4.2.2)."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar

from stats.indices.ability import expected_ability, likeliest_ability
from stats.indices.answers import Floats
from stats.indices.battery import fitted_lz
from stats.indices.graded_fit import fit_graded
from stats.indices.graded_model import GradedItems, category_probabilities, graded_items
from stats.indices.guttman import guttman
from stats.indices.person_fit import person_fit
from stats.indices.right_wrong import right_wrong_fit
from stats.indices.similarity import answer_similarity, copying_omega
from tests.golden.sets import Table, golden, reading

Reader = Callable[[str, str], Table]

# PerFit rounds its scores to four decimals.
ROUNDED = 5.0001e-5


@pytest.mark.parametrize(
    ("read", "name", "file", "high", "columns"),
    [
        (golden, "sim_poly", "expected_indices.csv", 3, ("guttman", "guttman_normed", "u3poly")),
        (
            reading,
            "mokken_acl_communality",
            "expected_perfit_nonparametric.csv",
            4,
            ("Gpoly", "Gnormed.poly", "U3poly"),
        ),
    ],
)
def test_guttman_errors_are_those_of_perfit(
    read: Reader, name: str, file: str, high: int, columns: tuple[str, str, str]
) -> None:
    found = guttman(read(name, "input.csv").matrix(1), low=0, high=high)
    expected = read(name, file)
    assert found.errors.tolist() == expected.numbers(columns[0]).tolist()
    assert_allclose(found.normed, expected.numbers(columns[1]), rtol=0, atol=ROUNDED)
    assert_allclose(found.u3, expected.numbers(columns[2]), rtol=0, atol=ROUNDED)


def test_right_wrong_fit_of_simulated_answers_is_that_of_perfit() -> None:
    found = right_wrong_fit(golden("sim_right_wrong", "input.csv").matrix(1))
    expected = golden("sim_right_wrong", "expected_indices.csv")
    for values, column in [
        (found.errors, "G"),
        (found.normed, "Gnormed"),
        (found.u3, "U3"),
        (found.ht, "Ht"),
    ]:
        assert_allclose(values, expected.numbers(column), rtol=0, atol=ROUNDED)


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("errors", "G"),
        ("normed", "Gnormed"),
        ("u3", "U3"),
        ("zu3", "ZU3"),
        ("nci", "NCI"),
        ("ht", "Ht"),
        ("c_sato", "C.Sato"),
        ("c_star", "Cstar"),
        ("r_pbis", "r.pbis"),
        ("a_kb", "A.KB"),
        ("d_kb", "D.KB"),
        ("e_kb", "E.KB"),
    ],
)
def test_right_wrong_fit_of_inadequacy_is_that_of_perfit(field: str, column: str) -> None:
    found = right_wrong_fit(reading("perfit_inadequacy", "input.csv").matrix(1))
    expected = reading("perfit_inadequacy", "expected_perfit_nonparametric.csv").numbers(column)
    assert_allclose(getattr(found, field), expected, rtol=0, atol=ROUNDED)


@pytest.mark.parametrize(
    ("read", "name"), [(golden, "sim_right_wrong"), (reading, "perfit_inadequacy")]
)
def test_lz_and_its_correction_are_those_of_perfit(read: Reader, name: str) -> None:
    answers = read(name, "input.csv").matrix(1)
    items = _two_parameter_items(read(name, "expected_item_params_2pl.csv"))
    expected = read(name, "expected_lz_lzstar.csv")
    ability = expected.numbers("ability")
    plain = person_fit(answers, items, ability).plain
    corrected = person_fit(answers, items, ability, estimated=True).plain
    assert_allclose(plain, expected.numbers("lz"), rtol=0, atol=ROUNDED)
    assert_allclose(corrected, expected.numbers("lzstar"), rtol=0, atol=ROUNDED)


@pytest.mark.parametrize(
    ("read", "name"), [(golden, "sim_right_wrong"), (reading, "perfit_inadequacy")]
)
def test_the_likeliest_ability_is_that_of_irtoys(read: Reader, name: str) -> None:
    items = _two_parameter_items(read(name, "expected_item_params_2pl.csv"))
    found = likeliest_ability(read(name, "input.csv").matrix(1), items)
    # R's optimize stops within 1.2e-4.
    expected = read(name, "expected_lz_lzstar.csv").numbers("ability")
    assert_allclose(found, expected, rtol=0, atol=1.3e-4)


@pytest.mark.parametrize(
    ("read", "name"), [(golden, "sim_poly"), (reading, "mokken_acl_communality")]
)
def test_lzpoly_with_given_items_is_that_of_perfit(read: Reader, name: str) -> None:
    parameters = read(name, "expected_item_params_grm.csv").matrix(1)
    items = graded_items(parameters[:, -1], parameters[:, :-1])
    expected = read(name, "expected_lzpoly.csv")
    found = person_fit(read(name, "input.csv").matrix(1), items, expected.numbers("ability"))
    assert_allclose(found.plain, expected.numbers("lzpoly"), rtol=0, atol=ROUNDED)


def test_fitted_graded_items_are_those_of_ltm() -> None:
    fit = fit_graded(golden("sim_poly", "input.csv").matrix(1), n_steps=3)
    # ltm's optimiser stops early and prints three decimals.
    expected = golden("sim_poly", "expected_item_params_grm.csv").matrix(1)
    assert fit.converged
    assert_allclose(fit.items.slopes, expected[:, -1], rtol=0, atol=2e-3)
    assert_allclose(fit.items.thresholds, expected[:, :-1], rtol=0, atol=2e-3)


def test_expected_ability_is_that_of_ltm() -> None:
    answers = golden("sim_poly", "input.csv").matrix(1)
    parameters = golden("sim_poly", "expected_item_params_grm.csv").matrix(1)
    found = expected_ability(answers, graded_items(parameters[:, -1], parameters[:, :-1]))
    expected = golden("sim_poly", "expected_lzpoly.csv").numbers("ability")
    assert_allclose(found, expected, rtol=0, atol=1e-3)


def test_lzpoly_from_the_answers_alone_is_near_that_of_perfit() -> None:
    found = fitted_lz(golden("sim_poly", "input.csv").matrix(1), n_steps=3)
    expected = golden("sim_poly", "expected_lzpoly.csv").numbers("lzpoly")
    assert_allclose(found, expected, rtol=0, atol=5e-3)


def test_pairs_of_simulated_answers_are_those_of_aberrance() -> None:
    items = _two_parameter_items(golden("sim_right_wrong", "expected_item_params_2pl.csv"))
    ability = golden("sim_right_wrong", "expected_lz_lzstar.csv").numbers("ability")
    answers = golden("sim_right_wrong", "input.csv").matrix(1)
    expected = golden("sim_right_wrong", "expected_copying_pairs_first60.csv")
    _assert_pairs(answers, items, ability, expected)


def test_pairs_of_form_one_are_those_of_aberrance() -> None:
    answers, items, ability = _form_one()
    expected = reading("copydetect_form1", "expected_aberrance_pairs_first80.csv")
    _assert_pairs(answers, items, ability, expected)


def test_copying_of_form_one_is_that_of_copydetect() -> None:
    answers, _, _ = _form_one()
    parameters = reading("copydetect_form1", "expected_item_par.csv")
    items = graded_items(parameters.numbers("a"), parameters.numbers("b")[:, None])
    ability = reading("copydetect_form1", "expected_theta.csv").numbers("theta")
    expected = reading("copydetect_form1", "expected_similarity1.csv")
    pairs = expected.matrix(2, 4).astype(np.int64) - 1
    pvalue = copying_omega(answers, items, ability, pairs)[1]
    found = answer_similarity(answers, items, ability, pairs, with_m4=True)
    assert_allclose(pvalue, expected.numbers("W.pvalue"), rtol=0, atol=1e-6)
    assert_allclose(found.gbt, expected.numbers("GBT.pvalue"), rtol=0, atol=1e-6)
    assert_allclose(found.m4, expected.numbers("M4.pvalue"), rtol=0, atol=1e-6)


def test_person_fit_of_form_one_with_corrections_is_that_of_aberrance() -> None:
    answers, items, ability = _form_one()
    expected = reading("copydetect_form1", "expected_aberrance_personfit.csv")
    found = person_fit(answers, items, ability)
    for values, column in [
        (found.plain, "L_S_NO"),
        (found.cornish_fisher, "L_S_CF"),
        (found.chi_squared, "L_S_CS"),
        (found.edgeworth, "L_S_EW"),
        (person_fit(answers, items, ability, statistic="eci2").plain, "ECI2_S_NO"),
        (person_fit(answers, items, ability, statistic="eci4").plain, "ECI4_S_NO"),
    ]:
        assert_allclose(values, expected.numbers(column), rtol=0, atol=1e-6)


def _two_parameter_items(table: Table) -> GradedItems:
    parameters = table.matrix(1)
    return graded_items(parameters[:, 0], parameters[:, 1:2])


def _form_one() -> tuple[Floats, GradedItems, Floats]:
    answers = reading("copydetect_form1", "input.csv").matrix(2)
    psi = reading("copydetect_form1", "expected_aberrance_psi.csv")
    items = graded_items(psi.numbers("a"), psi.numbers("b")[:, None])
    return answers, items, np.array([_ability_by_brent(row, items) for row in answers])


def _ability_by_brent(row: Floats, items: GradedItems) -> float:
    """Maximum likelihood as R's optimize finds it: Brent's method, tolerance eps^(1/4)."""

    def minus_log_likelihood(ability: float) -> float:
        chance = category_probabilities(items, np.array([ability]))[0][0]
        return -float(np.log(chance[np.arange(row.size), row.astype(int)]).sum())

    found = minimize_scalar(
        minus_log_likelihood,
        bounds=(-4, 4),
        method="bounded",
        options={"xatol": np.finfo(float).eps ** 0.25},
    )
    return float(found.x)


def _assert_pairs(answers: Floats, items: GradedItems, ability: Floats, expected: Table) -> None:
    pairs = expected.matrix(0, 2).astype(np.int64) - 1
    found = answer_similarity(answers, items, ability, pairs, with_m4=True)
    for values, column in [
        (found.omega, "OMG_S"),
        (found.weighted_omega, "WOMG_S"),
        (found.gbt, "GBT_S"),
        (found.m4, "M4_S"),
        (found.omega_pvalue, "p_OMG_S"),
        (found.weighted_omega_pvalue, "p_WOMG_S"),
    ]:
        assert_allclose(values, expected.numbers(column), rtol=0, atol=1e-6)
