"""Times cut at both ends."""

import numpy as np
import pytest

from stats.ballots import Ints
from stats.checks.clipped import cut_ends, likely_seconds
from tests.stats.checks.campaigns import campaign, examined

SECONDS = 200


def histogram(times: Ints) -> Ints:
    return np.bincount(times, minlength=SECONDS).astype(np.int64)


def people(n: int, seed: int, pace: float = 1.0) -> Ints:
    times = pace * np.random.default_rng(seed).lognormal(3.1, 0.4, n)
    return np.minimum(np.round(times), SECONDS - 1).astype(np.int64)


def program(n: int, seed: int) -> Ints:
    times = np.random.default_rng(seed).normal(30, 8, n)
    return np.clip(np.round(times), 15, 45).astype(np.int64)


def test_a_programs_limits_are_found_to_the_second() -> None:
    ours = histogram(np.concatenate([people(80, 1), program(300, 2)]))
    ends = cut_ends(ours, histogram(people(3000, 3)), np.random.default_rng(4))
    assert (ends.first, ends.last) == (15, 45)
    assert ends.pvalue < 0.01
    assert 0.6 < ends.share < 0.95


@pytest.mark.parametrize("pace", [1.0, 1.5])
def test_p_values_of_people_at_any_pace_are_not_too_small(pace: float) -> None:
    theirs = histogram(people(3000, 8))
    p = [
        cut_ends(histogram(people(150, 100 + k, pace)), theirs, np.random.default_rng(k)).pvalue
        for k in range(40)
    ]
    assert np.mean(np.array(p) <= 0.1) <= 0.25
    assert min(p) > 0.001


def test_only_seconds_between_the_ends_are_a_programs() -> None:
    ours = histogram(np.concatenate([people(80, 1), program(300, 2)]))
    theirs = histogram(people(3000, 3))
    likely = likely_seconds(cut_ends(ours, theirs, np.random.default_rng(4)), theirs)
    assert likely[:15].max() == likely[46:].max() == 0
    assert likely[15] > 0.5
    assert likely[45] > 0.9


def test_a_programs_ballots_are_named_with_their_unit() -> None:
    truth = campaign("public2k", ("bots", "strong"))
    found = [f for f in examined("public2k", ("bots", "strong")).findings if f.check == "machine"]
    assert {u for f in found for u in f.units_lifted + f.units_sunk} == set(truth.attacks[0].up)
    ballots = np.concatenate([f.ballots for f in found])
    assert np.mean(truth.attack[ballots] > 0) > 0.7
