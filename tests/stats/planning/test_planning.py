"""Planning: against formulas by hand and by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.estimates.interval import histogram_intervals
from stats.planning.clique import clique_on_huber_mean, clique_on_trimmed_mean, clique_to_move
from stats.planning.precision import ballots_for_half_width, ballots_to_separate, half_width

LEVELS = np.arange(1.0, 6.0)
HONEST = np.array([2, 3, 15, 30, 50])


@given(st.floats(0.02, 0.5), st.floats(0.3, 1.5), st.integers(50, 5000))
def test_the_ballots_found_are_enough_and_one_fewer_is_not(
    width: float, spread: float, population: int
) -> None:
    n = ballots_for_half_width(width, spread=spread, population=population)
    assert half_width(n, spread=spread, population=population) <= width * (1 + 1e-6)
    if n > 2:
        assert half_width(n - 1, spread=spread, population=population) > width * (1 - 1e-6)


def test_a_small_population_needs_fewer_ballots() -> None:
    assert ballots_for_half_width(0.1, spread=0.8) == 246
    assert ballots_for_half_width(0.1, spread=0.8, population=300) == 136


def test_one_ballot_says_nothing() -> None:
    assert half_width(1, spread=0.8) == math.inf


def test_the_expected_width_comes_true() -> None:
    rng = np.random.default_rng(12)
    chance = HONEST / HONEST.sum()
    mean = chance @ LEVELS
    spread = math.sqrt(chance @ LEVELS**2 - mean**2)
    found = histogram_intervals(rng.multinomial(200, chance, size=2000), LEVELS)
    width = float(((found.high - found.low) / 2).mean())
    assert width == pytest.approx(half_width(200, spread=spread), rel=0.02)


def test_two_units_are_told_apart_with_the_power_promised() -> None:
    rng = np.random.default_rng(13)
    n = ballots_to_separate(0.3, spread=1.0, power=0.9)
    one, other = rng.normal(0.3, 1, (4000, n)), rng.normal(0, 1, (4000, n))
    z = (one.mean(axis=1) - other.mean(axis=1)) / math.sqrt(2 / n)
    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.9, abs=0.015)


def test_a_clique_on_the_mean_by_hand() -> None:
    found = clique_on_trimmed_mean([0, 0, 0, 10, 10], LEVELS, clique=5, mark=1)
    assert (found.before, found.after) == (4.5, 95 / 25)
    assert (found.n_honest, found.n_clique) == (20, 5)


def test_trimming_stops_a_clique_that_it_cuts_off() -> None:
    plain = clique_on_trimmed_mean(HONEST, LEVELS, clique=5, mark=1)
    cut = clique_on_trimmed_mean(HONEST, LEVELS, clique=5, mark=1, trim=0.1)
    assert abs(cut.shift) < abs(plain.shift) * 0.7


def test_huber_moves_less_than_the_mean() -> None:
    # Ballot scores, means of many items: on single marks the MAD jumps from level to level.
    scores = np.linspace(1, 5, 81)
    honest = np.rint(20 * np.exp(-(((scores - 4.2) / 0.4) ** 2) / 2))
    plain = clique_on_trimmed_mean(honest, scores, clique=20, mark=1)
    robust = clique_on_huber_mean(honest, scores, clique=20, mark=1)
    assert abs(robust.shift) < abs(plain.shift)


def test_the_smallest_clique_moves_and_one_fewer_does_not() -> None:
    k = clique_to_move(HONEST, LEVELS, shift=-0.2, mark=1)
    moved = [
        clique_on_trimmed_mean(HONEST, LEVELS, clique=size, mark=1).shift for size in (k - 1, k)
    ]
    assert moved[0] > -0.2 >= moved[1]


def test_no_clique_moves_the_mean_past_its_own_mark() -> None:
    assert clique_to_move(HONEST, LEVELS, shift=2.0, mark=5) == -1


def test_a_mark_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="mark"):
        clique_on_trimmed_mean(HONEST, LEVELS, clique=1, mark=7)
