"""Items marked too much alike."""

import numpy as np
import pytest

from stats.ballots import Ints, Marks
from stats.checks.group_counts import whole_ballots
from stats.checks.sameness import UNKNOWN, Whole, item_sameness

ITEMS, LEVELS, UNITS = 8, 5, 20


def honest(rng: np.random.Generator, *, items: float = 0.2, n: int = 120) -> Marks:
    """Ballots for one unit whose items differ by ``items`` on the probit scale."""
    places = rng.normal(0, items, ITEMS)
    attitude = rng.normal(0.3, 0.7, (n, 1)) + places + rng.normal(0, 0.7, (n, ITEMS))
    marks: Marks = (1 + np.searchsorted([-2.0, -1.5, -1.0, 0.0], attitude)).astype(np.uint8)
    return marks


def quotas(rng: np.random.Generator, n: int = 120) -> Marks:
    """As many ballots with the same counts of marks in every item, tied by one factor."""
    latent = 0.65 * rng.normal(size=(n, 1)) + 0.76 * rng.normal(size=(n, ITEMS))
    rank = latent.argsort(axis=0).argsort(axis=0) / n
    marks = 1 + np.searchsorted([0.05, 0.1, 0.2, 0.5], rank, side="right")
    return np.asarray(marks, dtype=np.uint8)


def laid_out(units: list[Marks]) -> Whole:
    owner: Ints = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    return whole_ballots(np.concatenate(units), owner, (len(units), LEVELS))


def test_ballots_made_to_quotas_stand_out_among_honest_ones() -> None:
    rng = np.random.default_rng(1)
    units = [honest(rng) for _ in range(UNITS)]
    units[0] = np.concatenate([quotas(rng), honest(rng, n=60)])
    p = item_sameness(laid_out(units))
    assert p[0] < 1e-3
    assert p[0] == p.min()


@pytest.mark.parametrize("n", [60, 300])
def test_p_values_of_honest_units_are_uniform(n: int) -> None:
    rng = np.random.default_rng(2)
    p = np.concatenate(
        [item_sameness(laid_out([honest(rng, n=n) for _ in range(UNITS)])) for _ in range(20)]
    )
    assert np.mean(p <= 0.01) <= 0.03
    assert np.mean(p <= 0.05) <= 0.09
    assert 0.42 < p.mean() < 0.62


def test_a_unit_whose_items_are_honestly_alike_is_seldom_as_alike_as_quotas() -> None:
    rng = np.random.default_rng(3)
    p = []
    for _ in range(20):
        units = [honest(rng) for _ in range(UNITS)]
        units[0] = honest(rng, items=0.0)
        p.append(float(item_sameness(laid_out(units))[0]))
    assert np.median(p) > 0.05
    assert np.mean(np.array(p) <= 1e-3) <= 0.1


def test_chance_alone_is_counted_on_where_groups_are_of_no_kind() -> None:
    rng = np.random.default_rng(4)
    units = laid_out([honest(rng) for _ in range(UNITS)])
    assert (item_sameness(units, kin=False) >= item_sameness(units)).all()


def test_few_other_units_tell_nothing() -> None:
    rng = np.random.default_rng(3)
    p = item_sameness(laid_out([honest(rng) for _ in range(5)]))
    assert (p == UNKNOWN).all()


def test_chance_is_what_exchanging_the_items_of_each_ballot_gives() -> None:
    """M of the notes, against the mean over random exchanges."""
    rng = np.random.default_rng(5)
    ballots = honest(rng, n=40)
    whole = laid_out([ballots])
    chance = np.diag(whole.marks[0].sum(axis=0)) - whole.pairs[0] / ITEMS
    drawn = []
    for _ in range(2000):
        counts = laid_out([rng.permuted(ballots, axis=1)]).marks[0]
        apart = counts - counts.mean(axis=0)
        drawn.append(apart.T @ apart)
    assert np.mean(drawn, axis=0) == pytest.approx(chance, rel=0.1, abs=1.0)
