"""Tags: the same place gives the same mark, and nobody without the key can say which place."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.casting.packing import NOT_RECORDED
from surveys.casting.tags import (
    coarse_seconds,
    device_tag,
    network_of,
    network_tag,
    time_bucket,
)

KEY = bytes(range(32))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", None),
        ("not an address", None),
    ],
)
def test_an_address_is_counted_under_its_network(address: str, network: str | None) -> None:
    assert network_of(address) == network


def test_neighbours_in_a_network_share_a_tag() -> None:
    assert network_tag("192.0.2.1", key=KEY) == network_tag("192.0.2.254", key=KEY)


def test_two_networks_have_two_tags() -> None:
    assert network_tag("192.0.2.1", key=KEY) != network_tag("192.0.3.1", key=KEY)


def test_without_the_key_no_list_of_all_networks_names_a_tag() -> None:
    tag = network_tag("192.0.2.1", key=KEY)
    every = [f"192.0.{third}.1" for third in range(256)]
    assert tag not in {network_tag(address, key=bytes(32)) for address in every}
    # The control: whoever holds the key needs 256 guesses.
    assert tag in {network_tag(address, key=KEY) for address in every}


def test_no_address_is_not_recorded() -> None:
    assert network_tag("unknown", key=KEY) == NOT_RECORDED


def test_a_device_keeps_its_tag_inside_its_network() -> None:
    one = device_tag("192.0.2.1", agent="A", cookie="c", key=KEY)
    assert device_tag("192.0.2.9", agent="A", cookie="c", key=KEY) == one
    assert len(one) == 8


@pytest.mark.parametrize(
    ("address", "agent", "cookie"),
    [("192.0.3.1", "A", "c"), ("192.0.2.1", "B", "c"), ("192.0.2.1", "A", "d")],
)
def test_another_network_agent_or_cookie_is_another_device(
    address: str, agent: str, cookie: str
) -> None:
    one = device_tag("192.0.2.1", agent="A", cookie="c", key=KEY)
    assert device_tag(address, agent=agent, cookie=cookie, key=KEY) != one


def test_parts_of_a_device_do_not_run_together() -> None:
    assert device_tag("", agent="ab", cookie="c", key=KEY) != device_tag(
        "", agent="a", cookie="bc", key=KEY
    )


def test_a_device_that_says_nothing_is_not_recorded() -> None:
    assert device_tag("192.0.2.1", agent="", cookie="", key=KEY) == NOT_RECORDED


def test_ten_minutes_are_one_bucket() -> None:
    assert time_bucket(NOON) == time_bucket(NOON + timedelta(minutes=9, seconds=59))
    assert time_bucket(NOON + timedelta(minutes=10)) == time_bucket(NOON) + 1


@given(st.floats(0, 1e9))
def test_durations_stay_between_a_second_and_an_hour(duration: float) -> None:
    assert 1 <= coarse_seconds(duration) <= 3600


def test_ordinary_durations_are_kept_to_the_second() -> None:
    assert coarse_seconds(94.6) == 95
