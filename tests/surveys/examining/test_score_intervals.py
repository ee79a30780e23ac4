"""Intervals of survey components, and the places that they allow."""

from decimal import Decimal

import pytest

from surveys.examining.score_intervals import (
    GroupSpread,
    component_half_width,
    moments_of,
    place_intervals,
)

HALF_AND_HALF = [(Decimal(50), 50), (Decimal(100), 50)]


def test_mean_variance_and_number_of_counted_votes() -> None:
    # 2 × 70 and 2 × 100: mean 85, squares 4 × 225 over 3.
    assert moments_of([(Decimal(70), 2), (Decimal(100), 2)]) == pytest.approx((85.0, 300.0, 4))


def test_without_votes_there_is_no_interval() -> None:
    assert component_half_width([GroupSpread([], 1.0, 10)]) == 0.0


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


def test_equal_votes_leave_nothing_to_chance() -> None:
    assert component_half_width([GroupSpread([(Decimal(85), 20)], 1.0, None)]) == pytest.approx(0)


def test_places_of_far_totals_are_certain() -> None:
    places = place_intervals({"a": (90.0, 0.5), "b": (80.0, 0.5)})
    assert [(each.low, each.high) for each in places.values()] == [(1, 1), (2, 2)]


def test_places_of_near_totals_overlap() -> None:
    places = place_intervals({"a": (90.0, 2.0), "b": (89.5, 2.0), "c": (70.0, 2.0)})
    assert [(each.low, each.high) for each in places.values()] == [(1, 2), (1, 2), (3, 3)]


def test_an_empty_category_has_no_places() -> None:
    assert place_intervals({}) == {}
