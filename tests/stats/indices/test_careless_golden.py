"""Indices of careless answering against careless 1.2.2 and psych 2.2.9 (R 4.2.2)."""

from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stats.indices.battery import Indices, Questionnaire, indices
from stats.indices.distance import mahalanobis
from stats.indices.evenodd import even_odd
from stats.indices.person_total import person_total
from stats.indices.runs import longstring
from stats.indices.synonyms import item_pairs, psychometric_antonyms, psychometric_synonyms
from stats.indices.variability import intra_individual_variability, split_variability
from tests.golden.sets import golden, reading

TOLERANCE = 1e-9
COLUMNS = [
    "longstring",
    "avgstring",
    "irv",
    "mahalanobis",
    "mahalanobis_p",
    "evenodd",
    "psychsyn",
    "person_total",
    "person_total_loo",
]
SETS = {
    "sim_scales": Questionnaire(1, 5, factors=[6] * 5),
    "sim_missing": Questionnaire(1, 7, factors=[8] * 4),
}


@cache
def _found(name: str) -> Indices:
    answers = golden(name, "input.csv").matrix(1)
    return indices(answers, SETS[name], synonym_critical=0.45)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("column", COLUMNS)
def test_an_index_is_that_of_careless(name: str, column: str) -> None:
    expected = golden(name, "expected_indices.csv").numbers(column)
    assert_allclose(getattr(_found(name), column), expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", SETS)
def test_synonym_pairs_are_counted_where_both_were_answered(name: str) -> None:
    answers = golden(name, "input.csv").matrix(1)
    expected = golden(name, "expected_indices.csv").numbers("syn_pairs")
    assert psychometric_synonyms(answers, critical=0.45).n_pairs.tolist() == expected.tolist()


def test_runs_of_the_careless_data() -> None:
    found = longstring(reading("careless_dataset", "input.csv").matrix(1))
    expected = reading("careless_dataset", "expected_longstring.csv")
    assert found.longest.tolist() == expected.numbers("longstr").tolist()
    assert_allclose(found.average, expected.numbers("avgstr"), atol=TOLERANCE)


def test_variability_of_the_careless_data_whole_and_in_four_parts() -> None:
    answers = reading("careless_dataset", "input.csv").matrix(1)
    expected = reading("careless_dataset", "expected_irv.csv")
    assert_allclose(
        intra_individual_variability(answers), expected.numbers("irvTotal"), atol=TOLERANCE
    )
    assert_allclose(split_variability(answers, n_parts=4), expected.matrix(2), atol=TOLERANCE)


def test_even_odd_of_the_careless_data() -> None:
    answers = reading("careless_dataset", "input.csv").matrix(1)
    expected = reading("careless_dataset", "expected_evenodd.csv").numbers("eo_cor")
    assert_allclose(even_odd(answers, factors=[5] * 10), expected, atol=TOLERANCE)


def test_mahalanobis_of_the_careless_data_with_its_flags() -> None:
    found = mahalanobis(reading("careless_dataset", "input.csv").matrix(1))
    expected = reading("careless_dataset", "expected_mahad.csv")
    assert_allclose(found.squared, expected.numbers("d_sq"), rtol=0, atol=TOLERANCE)
    assert_allclose(found.pvalue, expected.numbers("p"), rtol=0, atol=TOLERANCE)
    for confidence, column in [(0.95, "flag95"), (0.99, "flag99"), (0.999, "flag999")]:
        flagged = found.flags(confidence=confidence)
        assert flagged.tolist() == expected.numbers(column).astype(bool).tolist()


def test_synonyms_of_the_careless_data() -> None:
    answers = reading("careless_dataset", "input.csv").matrix(1)
    found = psychometric_synonyms(answers, critical=0.60)
    expected = reading("careless_dataset", "expected_psychsyn.csv")
    assert found.n_pairs.tolist() == expected.numbers("syn_pairs").tolist()
    assert_allclose(found.correlation, expected.numbers("syn_cor"), atol=TOLERANCE)


def test_the_careless_data_has_no_antonyms() -> None:
    found = psychometric_antonyms(reading("careless_dataset", "input.csv").matrix(1))
    assert len(found.pairs) == 0
    assert np.isnan(found.correlation).all()


def test_the_strongest_pairs_of_the_careless_data() -> None:
    table = reading("careless_dataset", "input.csv")
    pairs, strength = item_pairs(table.matrix(1))
    expected = reading("careless_dataset", "expected_psychsyn_critval_top200.csv")
    names = np.array(table.header[1:])
    assert names[pairs[:200, 0]].tolist() == expected.texts("var1")
    assert names[pairs[:200, 1]].tolist() == expected.texts("var2")
    assert_allclose(strength[:200], expected.numbers("cor"), atol=TOLERANCE)


@pytest.mark.parametrize(
    ("leave_one_out", "column"), [(False, "person_total"), (True, "person_total_loo")]
)
def test_person_total_of_the_careless_data(leave_one_out: bool, column: str) -> None:
    answers = reading("careless_dataset", "input.csv").matrix(1)
    expected = reading("careless_dataset", "expected_person_total.csv").numbers(column)
    assert_allclose(person_total(answers, leave_one_out=leave_one_out), expected, atol=TOLERANCE)
