"""Failures are slowed down by network, and over all networks."""

import pytest

from surveys.casting.throttling import (
    MOST_NETWORKS,
    WRONG_CODES,
    Throttle,
    prefix_of,
)


def answered(throttle: Throttle, address: str, n: int, *, now: float = 0.0) -> int:
    """How many of `n` failures at one moment are answered in full."""
    return sum(throttle.take(address, now=now) == 0 for _ in range(n))


def test_a_network_has_thirty_failures_at_once_and_one_more_each_second() -> None:
    throttle = Throttle(WRONG_CODES, now=0.0)
    assert answered(throttle, "10.0.0.1", 100) == 30
    assert answered(throttle, "10.0.0.1", 100, now=5.0) == 5


def test_the_wait_is_the_time_until_the_next_token() -> None:
    throttle = Throttle(WRONG_CODES, now=0.0)
    answered(throttle, "10.0.0.1", 30)
    assert throttle.take("10.0.0.1", now=0.25) == pytest.approx(0.75)


def test_a_neighbour_is_not_slowed_down() -> None:
    throttle = Throttle(WRONG_CODES, now=0.0)
    answered(throttle, "10.0.0.1", 1000)
    assert throttle.take("10.0.0.2", now=0.0) == 0


def test_many_networks_together_are_slowed_down() -> None:
    throttle = Throttle(WRONG_CODES, now=0.0)
    found = sum(answered(throttle, f"10.0.{place}.1", 10) for place in range(200))
    assert found == WRONG_CODES.burst_of_all


def test_one_household_of_ipv6_is_one_network() -> None:
    assert prefix_of("2001:db8:0:1200::1") == prefix_of("2001:db8:0:12ff::2")
    assert prefix_of("2001:db8:0:1200::1") != prefix_of("2001:db8:0:1300::1")


def test_an_ipv4_address_in_ipv6_clothes_is_itself() -> None:
    assert prefix_of("::ffff:10.0.0.1") == prefix_of("10.0.0.1")


def test_what_is_no_address_shares_one_bucket() -> None:
    assert prefix_of("unknown") == prefix_of("")


def test_memory_is_bounded() -> None:
    throttle = Throttle(WRONG_CODES, now=0.0)
    for place in range(MOST_NETWORKS + 50):
        throttle.take(f"10.{place // 65536}.{place // 256 % 256}.{place % 256}", now=0.0)
    assert len(throttle._networks) == MOST_NETWORKS
