"""Planning a score that is a weighted mean of groups."""

import numpy as np
import pytest

from stats.planning.precision import ballots_to_separate, half_width
from stats.planning.weighted import (
    design,
    more_ballots_to_separate,
    separable_difference,
    weighted_half_width,
)


def test_one_group_is_a_plain_mean() -> None:
    plan = design([100], [1.0], 12.0, 400)
    assert weighted_half_width(plan) == pytest.approx(half_width(100, spread=12.0, population=400))


def test_two_groups_by_hand() -> None:
    # .6² · 144 / 20 + .4² · 144 / 50 = 2.592 + .4608; 1.95996 · √3.0528.
    found = weighted_half_width(design([20, 50], [0.6, 0.4], 12.0, np.inf))
    assert found == pytest.approx(3.4245, abs=1e-3)


def test_where_everybody_answers_there_is_no_width() -> None:
    assert weighted_half_width(design([20, 50], [0.6, 0.4], 12.0, [20, 50])) == 0.0


def test_a_group_without_ballots_hands_on_its_weight() -> None:
    plan = design([20, 0], [0.3, 0.7], 12.0, np.inf)
    assert weighted_half_width(plan) == pytest.approx(half_width(20, spread=12.0))


def test_no_group_with_ballots_is_an_error() -> None:
    with pytest.raises(ValueError, match="no group"):
        design([0, 5], [1.0, 0.0], 12.0, np.inf)


def test_the_planned_width_is_that_of_simulated_marks() -> None:
    rng = np.random.default_rng(5)
    draws = 0.6 * rng.normal(80, 10, (4000, 20)).mean(axis=1)
    draws += 0.4 * rng.normal(85, 15, (4000, 50)).mean(axis=1)
    plan = design([20, 50], [0.6, 0.4], [10.0, 15.0], np.inf)
    assert weighted_half_width(plan) == pytest.approx(1.96 * draws.std(), rel=0.05)


def test_a_separable_difference_needs_no_more_ballots() -> None:
    plan = design([20, 50], [0.6, 0.4], 12.0, [60, 80])
    assert more_ballots_to_separate(plan, separable_difference(plan)) == pytest.approx(1.0)


def test_half_the_difference_needs_four_times_the_ballots() -> None:
    plan = design([20, 50], [0.6, 0.4], 12.0, np.inf)
    needed = more_ballots_to_separate(plan, separable_difference(plan) / 2)
    assert needed == pytest.approx(4.0)


def test_one_group_needs_as_many_as_two_plain_means() -> None:
    plan = design([100], [1.0], 12.0, np.inf)
    found = 100 * more_ballots_to_separate(plan, 3.0)
    assert np.ceil(found) == ballots_to_separate(3.0, spread=12.0)


def test_the_same_promise_holds_for_the_grown_design() -> None:
    plan = design([20, 50], [0.6, 0.4], 12.0, [400, 800])
    factor = more_ballots_to_separate(plan, 3.0)
    grown = design(plan.ballots * factor, plan.weights, plan.spread, plan.population)
    assert separable_difference(grown) == pytest.approx(3.0)
