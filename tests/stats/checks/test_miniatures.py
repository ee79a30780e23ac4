"""Every worked miniature of docs/statistics.md comes out as it is printed there."""

from itertools import combinations, permutations

import numpy as np
import pytest
from scipy import special, stats

from stats.ballots import Ballots, Marks
from stats.checks.divided import beyond_the_usual
from stats.checks.factor import answer_model, log_dice
from stats.checks.facts import over_issued
from stats.checks.favour import SHARE
from stats.checks.rings import sums_by_shape
from stats.checks.roundness import round_counts
from stats.checks.runs import longest_run
from stats.checks.sameness import Whole
from stats.checks.view import view_of
from stats.permutation.tails import Stratum, permutation_tail


def test_the_outspoken_rater_has_no_opinion_of_her_own() -> None:
    consensus, marks = [4.4, 4.6, 4.8], [3, 4, 5]
    slope, intercept = np.polyfit(consensus, marks, 1)
    assert slope == pytest.approx(5)
    assert np.subtract(marks, intercept + slope * np.array(consensus)) == pytest.approx(0)


@pytest.mark.parametrize(("lifted", "plain", "said"), [(0.97, 0.3, 0.98), (0.01, 0.05, -0.92)])
def test_favour_at_a_ceiling(lifted: float, plain: float, said: float) -> None:
    assert np.log(1 - SHARE + SHARE * lifted / plain) == pytest.approx(said, abs=0.006)


def test_views_that_an_office_shares() -> None:
    rho = (1.38**2 - 1) / 9
    assert rho == pytest.approx(0.10, abs=0.001)
    assert 4.4 / np.sqrt(1 + 0.1 * (6 * 5 + 4 * 3) / 10) == pytest.approx(3.7, abs=0.01)


def test_0_three_ballots_too_many() -> None:
    n = 43
    zeros = np.zeros(n, dtype=np.int64)
    answers = np.full((n, 1), 5, dtype=np.uint8)
    ballots = Ballots(np.arange(n), zeros, zeros, answers, 5, 1, batch=zeros, issued=np.array([40]))
    assert over_issued(view_of(ballots))[0][0].statistic == 3


def test_1_low_effort() -> None:
    assert round(41 / 275, 2) == 0.15


def test_2_a_run_of_six_is_no_rarity() -> None:
    rows = ["55", "55", "55", "44", "45", "34"]
    orders = ["".join(order) for order in permutations(rows)]
    marks: Marks = np.array([[int(mark) for mark in order] for order in orders], dtype=np.uint8)
    longest = longest_run(marks)
    assert (len(longest), longest[0]) == (720, 6)
    assert np.mean(longest >= 6) == pytest.approx(0.2)


def test_3_dice_and_a_straight_line_at_the_top() -> None:
    model = answer_model(np.tile([0.01, 0.02, 0.06, 0.32, 0.59], (8, 1)), 0.7)
    ballots = np.array([[1, 5, 2, 4, 3, 1, 5, 2], [5] * 8], dtype=np.uint8)
    reader, dice = model.log_likelihood(ballots), log_dice(ballots, 5)
    assert reader == pytest.approx([-19.2, -1.9], abs=0.05)
    assert dice[0] == pytest.approx(-12.9, abs=0.05)
    assert dice[0] - reader[0] == pytest.approx(6.4, abs=0.05)


def test_3b_odds_of_a_careless_ballot() -> None:
    assert round(0.95 / 0.05) == 19
    assert round(1 / 19 * (20_000 / 6) * (10 / 2), -1) == 880


def test_4_a_copy_and_its_original() -> None:
    agree, differ = np.log(0.25 + 0.75 / np.array([0.6, 0.1])), np.log(0.25)
    assert agree == pytest.approx([0.41, 2.05], abs=0.005)
    assert differ == pytest.approx(-1.39, abs=0.005)
    # Two ballots of 160 cells: 100 equal common marks, 30 equal rare ones, 30 different.
    assert 100 * agree[0] + 30 * agree[1] + 30 * differ == pytest.approx(60.5, abs=0.5)
    # Independent ones: 60, 5 and 95.
    assert 60 * agree[0] + 5 * agree[1] + 95 * differ == pytest.approx(-97, abs=0.5)
    assert np.log(200 * 199 / 0.005) == pytest.approx(15.9, abs=0.05)
    assert round((130 - 65) / (160 - 65), 2) == 0.68


def test_5_one_pattern_through_one_network() -> None:
    assert stats.hypergeom.sf(26, 62, 30, 31) == pytest.approx(3.2e-10, rel=0.02)


def test_6_four_fives_through_one_network() -> None:
    marks = [3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5]
    choices = list(combinations(marks, 4))
    fives = sum(choice == (5, 5, 5, 5) for choice in choices)
    assert (fives, len(choices)) == (15, 495)
    values, counts = np.unique(marks, return_counts=True)
    pool = Stratum(values.astype(np.float64), counts.astype(np.int64), 4)
    assert permutation_tail([pool], 20.0, step=1.0) == pytest.approx(15 / 495)
    assert round(15 / 495, 3) == 0.030


def test_8_six_raters_sink_a_rival() -> None:
    scores = [-1.5, -2.0, -1.1, -0.2, -1.7, -1.3]
    assert sum(scores) == pytest.approx(-7.8)
    assert sum(scores) / np.sqrt(6) == pytest.approx(-3.18, abs=0.005)


def test_9_marks_rise_little_with_turnout() -> None:
    logit = special.logit([0.2, 0.5, 0.8])
    assert np.polyfit(logit, [4.2, 4.4, 4.6], 1)[0] == pytest.approx(0.144, abs=0.0005)


@pytest.mark.parametrize(("there", "back", "both"), [(5.1, 4.3, 9.4), (20.0, 0.8, 8.8)])
def test_10_two_clear_favours_outweigh_a_very_clear_one(
    there: float, back: float, both: float
) -> None:
    evidence = np.array([[0.0, there], [back, 0.0]])
    sums = sums_by_shape(evidence, ~np.eye(2, dtype=bool))
    assert sums["pair"][0, 1] == pytest.approx(both)


def test_11_more_put_one_up_and_another_down_than_their_habits_give() -> None:
    assert pytest.approx(8.8, abs=0.15) == (6.097 - 1.505) / 0.5157


def test_12_a_divided_unit() -> None:
    usual = [1] * 10 + [2] * 20 + [3] * 9
    assert 2 * np.sqrt(16 + 0.375) - 2 * np.sqrt(2 + 0.375) == pytest.approx(5.0, abs=0.05)
    assert beyond_the_usual(np.array([*usual, 16]))[-1] == pytest.approx(1e-4, rel=0.05)


def test_12_middle_and_spread_of_few_units_are_known_badly() -> None:
    rng = np.random.default_rng(4)
    draws = [rng.poisson(rng.gamma(9, 4, 12)) for _ in range(2000)]
    p = np.concatenate([beyond_the_usual(count) for count in draws])
    assert 0.001 < np.mean(p <= 0.01) <= 0.01
    assert 0.01 < np.mean(p <= 0.05) <= 0.05


def test_13_too_many_whole_percentages() -> None:
    assert round((140 - 55) / 7) == 12


def test_14_times_cut_at_both_ends() -> None:
    at_end = special.ndtr((15.5 - 30) / 8)
    next_to_it = special.ndtr((16.5 - 30) / 8) - at_end
    assert at_end == pytest.approx(0.035, abs=0.0005)
    assert next_to_it == pytest.approx(0.01, abs=0.002)


def test_14_quotas_leave_no_difference_between_items() -> None:
    ballots = np.array([[5, 5, 4, 4], [4, 4, 5, 5]])
    held = np.stack([(ballots == mark) for mark in (4, 5)], axis=2)
    marks, of_ballot = held.sum(axis=0), held.sum(axis=1)
    whole = Whole(marks[None].astype(np.int64), (of_ballot.T @ of_ballot)[None].astype(np.int64))
    assert (marks == 1).all()
    chance = np.diag(marks.sum(axis=0)) - whole.pairs[0] / 4
    assert np.diag(chance) == pytest.approx(2)
    assert special.chdtr(3 * 3, 3.2) == pytest.approx(0.044, abs=0.0005)


def test_14_exactly_round_shares() -> None:
    counts = np.array([[0, 10, 10, 20, 30, 30]])
    assert round_counts(counts) == pytest.approx(2.7e-4, rel=0.02)
