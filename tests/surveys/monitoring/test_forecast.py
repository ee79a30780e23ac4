"""Forecasts carry the recent rate on, and promise no more than can come."""

from datetime import datetime, timedelta

import pytest

from surveys.models import Batch
from surveys.monitoring.forecast import Forecast, forecast, hourly_rate
from surveys.monitoring.samples import Sample


def batch(now: datetime, *, hours_left: float | None, n_issued: int = 100) -> Batch:
    """A batch that closes in some hours."""
    closes_at = None if hours_left is None else now + timedelta(hours=hours_left)
    return Batch(id=1, n_issued=n_issued, open_code=False, closes_at=closes_at)


def since(now: datetime, hours: float, n_returned: int) -> dict[int, Sample]:
    """One sample of batch 1, some hours ago."""
    return {1: Sample(now - timedelta(hours=hours), n_returned)}


def test_the_rate_is_what_came_since_the_sample(now: datetime) -> None:
    found = hourly_rate(Sample(now - timedelta(hours=10), 20), n_now=45, now=now)
    assert found == pytest.approx(2.5)


def test_an_hour_is_the_least(now: datetime) -> None:
    assert hourly_rate(Sample(now - timedelta(minutes=50), 0), n_now=9, now=now) is None


def test_the_recent_rate_is_carried_on_to_the_close(now: datetime) -> None:
    # 2 an hour for 9 hours: 18 more; 2·√(4·18) = 17.0 either way.
    found = forecast(
        [batch(now, hours_left=9)], since=since(now, 10, 20), returned={1: 40}, now=now
    )
    assert found == Forecast(58, 41, 75, now + timedelta(hours=9))


def test_no_more_is_promised_than_codes_are_out(now: datetime) -> None:
    found = forecast(
        [batch(now, hours_left=100)], since=since(now, 10, 20), returned={1: 90}, now=now
    )
    assert found is not None
    assert (found.expected, found.high) == (100, 100)


def test_without_a_closing_time_nothing_is_foretold(now: datetime) -> None:
    found = forecast(
        [batch(now, hours_left=None)], since=since(now, 10, 20), returned={1: 40}, now=now
    )
    assert found is None


def test_of_two_batches_both_are_carried_on(now: datetime) -> None:
    second = batch(now, hours_left=9)
    second.id = 2
    both = since(now, 10, 20) | {2: Sample(now - timedelta(hours=10), 0)}
    found = forecast(
        [batch(now, hours_left=9), second], since=both, returned={1: 40, 2: 0}, now=now
    )
    assert found is not None
    assert found.expected == 58
