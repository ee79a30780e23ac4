"""Reliability and scalability: by hand, and against psych 2.2.9 and mokken 3.1.2 (R 4.2.2)."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stats.agreement.molenaar_sijtsma import molenaar_sijtsma
from stats.agreement.reliability import one_factor_loadings, reliability
from stats.agreement.scalability import scalability
from tests.golden.sets import Table, golden, reading

TOLERANCE = 1e-9


@pytest.mark.parametrize(
    ("read", "name", "file"),
    [
        (golden, "sim_scales", "expected_reliability.csv"),
        (golden, "sim_missing", "expected_reliability.csv"),
        (reading, "careless_dataset", "expected_alpha.csv"),
    ],
)
def test_reliability_is_that_of_psych(
    read: Callable[[str, str], Table], name: str, file: str
) -> None:
    answers = read(name, "input.csv").matrix(1)
    for first, last, *expected in read(name, file).matrix(1):
        found = reliability(answers[:, int(first) - 1 : int(last)])
        values = [found.alpha, found.standardised_alpha, found.lambda6, found.average_r]
        assert_allclose(values, expected, rtol=0, atol=TOLERANCE)


def test_alpha_and_lambda_of_adjectives_are_those_of_mokken() -> None:
    found = reliability(reading("mokken_acl_communality", "input.csv").matrix(1))
    expected = reading("mokken_acl_communality", "expected_reliability.csv")
    assert_allclose(found.alpha, expected.numbers("alpha")[0], atol=TOLERANCE)
    assert_allclose(found.lambda2, expected.numbers("lambda.2")[0], atol=TOLERANCE)


def test_repeated_items_of_adjectives_have_the_reliability_of_mokken() -> None:
    answers = reading("mokken_acl_communality", "input.csv").matrix(1)
    expected = reading("mokken_acl_communality", "expected_reliability.csv").numbers("MS")[0]
    assert_allclose(molenaar_sijtsma(answers, low=0, high=4), expected, atol=TOLERANCE)


def test_items_ordered_alike_for_all_are_as_reliable_as_a_second_occasion() -> None:
    # The Rasch model holds: the score of the same persons at another time is known here.
    rng = np.random.default_rng(9)
    trait, places = rng.normal(size=(4000, 1)), np.linspace(-1.5, 1.5, 8)
    chance = 1 / (1 + np.exp(places - 1.5 * trait))
    first, second = (rng.random(chance.shape) < chance for _ in range(2))
    retest = np.corrcoef(first.sum(axis=1), second.sum(axis=1))[0, 1]
    assert_allclose(molenaar_sijtsma(first, low=0, high=1), retest, atol=0.03)


def test_one_item_cannot_be_repeated() -> None:
    assert math.isnan(molenaar_sijtsma([[1], [0]], low=0, high=1))


def test_scalability_of_simulated_answers_is_that_of_mokken() -> None:
    found = scalability(golden("sim_poly", "input.csv").matrix(1), low=0, high=3)
    scale = golden("sim_poly", "expected_mokken_H.csv").numbers("H")[0]
    items = golden("sim_poly", "expected_mokken_Hi.csv").numbers("Hi")
    assert_allclose(found.scale, scale, atol=TOLERANCE)
    assert_allclose(found.items, items, atol=TOLERANCE)


def test_scalability_of_adjectives_with_its_errors_is_that_of_mokken() -> None:
    name = "mokken_acl_communality"
    found = scalability(reading(name, "input.csv").matrix(1), low=0, high=4)
    pairs = reading(name, "expected_mokken_Hij.csv").matrix(1)
    items = reading(name, "expected_mokken_Hi.csv")
    scale = reading(name, "expected_mokken_H.csv")
    assert_allclose(found.pairs, pairs, atol=TOLERANCE)
    assert_allclose(found.items, items.numbers("Hi"), atol=TOLERANCE)
    assert_allclose(found.item_errors, items.numbers("se"), atol=TOLERANCE)
    assert_allclose(found.scale, scale.numbers("H")[0], atol=TOLERANCE)
    assert_allclose(found.scale_error, scale.numbers("se")[0], atol=TOLERANCE)


def test_a_perfect_guttman_scale_has_h_one() -> None:
    answers = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert scalability(answers, low=0, high=1).scale == 1.0


def test_parallel_items_have_alpha_by_spearman_and_brown() -> None:
    rng = np.random.default_rng(8)
    answers = rng.normal(size=(50, 1)) + rng.normal(size=(50, 4))
    z = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    found = reliability(z)
    assert_allclose(found.alpha, 4 * found.average_r / (1 + 3 * found.average_r))


def test_omega_finds_the_factor_that_made_the_correlations() -> None:
    loadings = np.array([0.9, 0.7, 0.5, 0.6])
    correlation = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    assert_allclose(one_factor_loadings(correlation), loadings, atol=1e-6)


def test_one_item_has_no_reliability() -> None:
    assert math.isnan(reliability([[1], [2]]).alpha)


def test_an_item_that_does_not_vary_leaves_reliability_undefined() -> None:
    assert math.isnan(reliability([[1, 3], [2, 3], [4, 3]]).alpha)
