"""Intervals of survey components, and the places that they allow."""

from decimal import Decimal

import pytest

from surveys.examining.score_intervals import (
    GroupSpread,
    Spread,
    component_half_width,
    group_spreads,
    place_intervals,
)

# Fifty votes of 50 and fifty of 100: s = 25.126.
HALF_AND_HALF = Spread(75.0, 631.31, 100, 99.0)


def votes(**counts: int) -> dict[Decimal, int]:
    return {Decimal(points.removeprefix("p")): n for points, n in counts.items()}


def test_mean_variance_and_number_of_counted_votes() -> None:
    # 2 × 70 and 2 × 100: mean 85, squares 4 × 225 over 3; too few units to say more.
    found = group_spreads({1: votes(p70=2, p100=2)})[1]
    assert (found.mean, found.variance, found.n, found.df) == pytest.approx((85.0, 300.0, 4, 3))


def test_equal_votes_borrow_the_spread_of_the_other_units() -> None:
    spread = {unit: votes(p70=3, p85=4, p100=5) for unit in range(2, 12)}
    found = group_spreads({1: votes(p100=5)} | spread)[1]
    assert found.n == 5
    assert 0 < found.variance < 200
    assert found.df > 10


def test_a_unit_without_votes_has_no_spread() -> None:
    assert group_spreads({1: votes(p70=0), 2: {}}) == {}


def test_without_votes_there_is_no_interval() -> None:
    assert component_half_width([]) == 0.0


def test_a_single_vote_in_all_says_nothing() -> None:
    alone = group_spreads({1: votes(p85=1)})[1]
    assert component_half_width([GroupSpread(alone, 1.0, None)]) == 50.0


def test_a_large_group_has_the_interval_of_its_mean() -> None:
    # s = 25.126, over 10; the t quantile of 99 degrees is 1.984.
    found = component_half_width([GroupSpread(HALF_AND_HALF, 1.0, None)])
    assert found == pytest.approx(1.984 * 2.5126, rel=0.01)


def test_where_everybody_answered_chance_has_no_part() -> None:
    assert component_half_width([GroupSpread(HALF_AND_HALF, 1.0, 100)]) == pytest.approx(0.0)


def test_half_asked_means_less_chance_than_few_asked() -> None:
    few, half = (
        component_half_width([GroupSpread(HALF_AND_HALF, 1.0, population)])
        for population in (10_000, 200)
    )
    assert half < few


def test_places_of_far_totals_are_certain() -> None:
    places = place_intervals({"a": (90.0, 0.5), "b": (80.0, 0.5)})
    assert [(each.low, each.high) for each in places.values()] == [(1, 1), (2, 2)]


def test_places_of_near_totals_overlap() -> None:
    places = place_intervals({"a": (90.0, 2.0), "b": (89.5, 2.0), "c": (70.0, 2.0)})
    assert [(each.low, each.high) for each in places.values()] == [(1, 2), (1, 2), (3, 3)]


def test_an_empty_category_has_no_places() -> None:
    assert place_intervals({}) == {}
