"""Indices on answers small enough to reckon by hand, and what must hold whatever the answers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from stats.indices.answers import Floats
from stats.indices.battery import Questionnaire, indices
from stats.indices.distance import mahalanobis
from stats.indices.evenodd import even_odd
from stats.indices.flags import Cutoffs, flags
from stats.indices.graded_fit import fit_graded
from stats.indices.graded_model import category_probabilities, graded_items
from stats.indices.guttman import guttman
from stats.indices.patterns import autocorrelation, repeated_pattern
from stats.indices.person_total import person_total
from stats.indices.response_time import response_time
from stats.indices.runs import longstring
from stats.indices.synonyms import psychometric_antonyms, psychometric_synonyms
from stats.indices.variability import intra_individual_variability

NAN = float("nan")
ANSWERS = arrays(np.int64, st.tuples(st.integers(3, 12), st.just(6)), elements=st.integers(1, 5))


def test_the_longest_run_is_counted() -> None:
    found = longstring([[3, 3, 3, 1, 1, 2], [1, 2, 3, 4, 5, 1], [5, 5, 5, 5, 5, 5]])
    assert found.longest.tolist() == [3, 1, 6]
    assert found.average.tolist() == [2, 1, 6]


def test_a_missing_answer_ends_a_run() -> None:
    assert longstring([[3, 3, NAN, 3, 3, 3]]).longest.tolist() == [3]


def test_who_answered_nothing_has_no_indices() -> None:
    answers = np.array([[NAN] * 4, [1, 2, 3, 4], [2, 2, 3, 5]])
    found = indices(answers, Questionnaire(1, 5, factors=[4]))
    for name in ("longstring", "irv", "mahalanobis", "person_total", "guttman", "lzpoly"):
        assert math.isnan(getattr(found, name)[0]), name


def test_equal_answers_have_no_variability() -> None:
    answers = np.array([[4, 4, 4, 4], [1, 3, 5, NAN], [2, NAN, NAN, NAN]])
    found = intra_individual_variability(answers)
    assert_array_equal(found, [0, 2, NAN])


def test_even_odd_by_hand() -> None:
    # Odd halves 1, 2, 3 and even halves 1, 3, 2: r = .5, 2r / (1 + r) = 2/3.
    assert_allclose(even_odd([[1, 1, 2, 3, 3, 2]], factors=[2, 2, 2]), [-2 / 3])


def test_even_odd_is_bounded_where_halves_contradict() -> None:
    assert even_odd([[1, 5, 3, 3, 5, 1]], factors=[2, 2, 2]).tolist() == [1.0]


def test_factors_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="factors"):
        even_odd([[1, 2, 3]], factors=[2, 2])


def test_synonyms_and_antonyms_are_found_by_their_correlation() -> None:
    rng = np.random.default_rng(30)
    trait = rng.integers(1, 6, (60, 4)).astype(float)
    answers = np.column_stack([trait, trait, 6 - trait])
    same, opposite = psychometric_synonyms(answers), psychometric_antonyms(answers)
    assert [5, 1] in same.pairs.tolist()
    assert [9, 1] in opposite.pairs.tolist()
    assert_allclose(np.nanmean(opposite.correlation), -1)


def test_person_total_is_one_for_the_average_person() -> None:
    answers = np.array([[1, 2, 4], [2, 3, 5], [1, 2, 4]])
    assert_allclose(person_total(answers), 1)
    assert_allclose(person_total(answers, leave_one_out=True), 1)


def test_a_reversed_person_has_a_negative_total() -> None:
    answers = np.vstack([np.tile([1, 2, 3, 4, 5], (9, 1)), [[5, 4, 3, 2, 1]]])
    assert person_total(answers, leave_one_out=True)[9] == pytest.approx(-1)


def test_guttman_errors_by_hand() -> None:
    # Items pass 4, 3 and 2 of five respondents; (0, 1, 1) has two errors, at most two.
    answers = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 1], [1, 0, 0]]
    found = guttman(answers, low=0, high=1)
    assert found.errors.tolist() == [0, 0, 0, 2, 0]
    assert found.normed.tolist() == [0, 0, 0, 1, 0]
    assert found.u3.tolist() == [0, 0, 0, 1, 0]


def test_an_answer_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError, match="between 1 and 5"):
        indices([[1, 6], [2, 3]], Questionnaire(1, 5))


def test_half_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="whole steps"):
        indices([[1.0, 2.5], [2.0, 3.0]], Questionnaire(1, 5))


def test_equal_items_leave_the_distance_undefined() -> None:
    assert np.isnan(mahalanobis([[1, 1], [2, 2], [4, 4]]).squared).all()


def test_turning_an_item_leaves_what_was_marked_alone() -> None:
    answers = np.random.default_rng(31).integers(1, 6, (80, 6))
    plain = indices(answers, Questionnaire(1, 5, factors=[2, 2, 2]))
    turned = indices(
        answers, Questionnaire(1, 5, factors=[2, 2, 2], reversed_items=np.array([0, 3]))
    )
    assert_array_equal(plain.longstring, turned.longstring)
    assert_allclose(plain.mahalanobis, turned.mahalanobis)
    assert (plain.guttman != turned.guttman).any()


def test_a_pattern_is_found_with_its_lag() -> None:
    found = autocorrelation([[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], [4] * 12], max_lag=5)
    assert_allclose(found.strength, [1, NAN])
    assert found.lag.tolist() == [3, 0]


def test_a_repeated_pattern_is_found_with_its_period() -> None:
    found = repeated_pattern([[1, 5, 1, 5, 1, 5, 1, 5], [3] * 8, [1, 2, 3, 4, 5, 1, 3, 2]])
    assert found.strength[0] == 1.0
    assert found.lag.tolist()[:2] == [2, 0]
    assert found.strength[2] < 0.5


def test_a_fast_ballot_stands_out_from_its_group() -> None:
    rng = np.random.default_rng(32)
    seconds = np.exp(rng.normal(4, 0.3, 200))
    seconds[:100] *= 3
    seconds[5] = 20.0
    found = response_time(seconds, np.full(200, 10), groups=np.arange(200) < 100)
    assert found.ratio[5] < 0.2
    assert found.z[5] < -4
    assert abs(float(np.median(found.residual[:100]))) < 1e-12


def test_no_time_is_no_residual() -> None:
    found = response_time([0, NAN, 30, 60, 20], [5] * 5)
    assert np.isnan(found.residual[:2]).all()
    assert np.isfinite(found.residual[2:]).all()


def test_flags_follow_their_cutoffs() -> None:
    answers = np.random.default_rng(33).integers(1, 6, (40, 8))
    answers[0] = 5
    found = indices(answers, Questionnaire(1, 5, factors=[4, 4]))
    raised = flags(found, n_items=8)
    assert raised["longstring"][0]
    assert raised["irv"][0]
    strict = flags(found, n_items=8, cutoffs=Cutoffs(mahalanobis_p=1.1))
    assert strict["mahalanobis"].all()


def test_categories_of_the_graded_model_add_up_to_one() -> None:
    items = graded_items([1.2, -0.7], [[-1.0, 0.0, 1.0], [NAN, 0.5, NAN]])
    chance, slope = category_probabilities(items, np.linspace(-3, 3, 7))
    assert_allclose(chance.sum(axis=2), 1)
    assert_allclose(slope.sum(axis=2), 0, atol=1e-12)
    # A category nobody chose cannot happen.
    assert_allclose(chance[:, 1, 0], 0)
    assert_allclose(chance[:, 1, 3], 0)


def test_the_graded_fit_finds_the_items_that_made_the_answers() -> None:
    rng = np.random.default_rng(34)
    items = graded_items([1.5, 1.0, 2.0, 0.8, 1.2], np.linspace(-1, 1, 3) + np.zeros((5, 3)))
    chance = category_probabilities(items, rng.normal(size=4000))[0]
    scores = (rng.random((4000, 5, 1)) > np.cumsum(chance, axis=2)).sum(axis=2)
    fit = fit_graded(scores, n_steps=3)
    assert fit.converged
    assert_allclose(fit.items.slopes, items.slopes, rtol=0.15)
    assert_allclose(fit.items.thresholds, items.thresholds, atol=0.2)


def test_an_item_all_answer_alike_has_no_parameters() -> None:
    scores = np.column_stack([np.random.default_rng(35).integers(0, 3, (60, 2)), np.full(60, 2)])
    fit = fit_graded(scores, n_steps=2)
    assert np.isnan(fit.items.slopes[2])
    assert np.isfinite(fit.items.slopes[:2]).all()


@settings(deadline=None, max_examples=30)
@given(ANSWERS)
def test_the_order_of_respondents_does_not_matter(answers: Floats) -> None:
    order = np.random.default_rng(36).permutation(len(answers))
    questionnaire = Questionnaire(1, 5, factors=[2, 2, 2])
    plain, shuffled = indices(answers, questionnaire), indices(answers[order], questionnaire)
    for name in (
        "longstring",
        "irv",
        "evenodd",
        "psychsyn",
        "person_total_loo",
        "guttman",
        "u3poly",
    ):
        expected = getattr(plain, name)[order]
        assert_allclose(getattr(shuffled, name), expected, atol=1e-9, err_msg=name)


@settings(deadline=None, max_examples=30)
@given(ANSWERS)
def test_indices_stay_in_their_ranges(answers: Floats) -> None:
    found = indices(answers, Questionnaire(1, 5, factors=[2, 2, 2]))
    for name, low, high in [
        ("longstring", 1, 6),
        ("evenodd", -1, 1),
        ("person_total", -1, 1),
        ("guttman_normed", 0, 1),
        ("u3poly", 0, 1),
        ("mahalanobis_p", 0, 1),
    ]:
        values = getattr(found, name)
        values = values[np.isfinite(values)]
        assert ((values >= low - 1e-12) & (values <= high + 1e-12)).all(), name
