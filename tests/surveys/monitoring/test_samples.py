"""Samples of turnout: taken now and then, of what is shown anyway, and not kept for long."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Batch, CampaignState, RaterGroup, TurnoutSample
from surveys.monitoring.samples import (
    Sample,
    first_samples,
    sample_open_campaigns,
    sudden_arrivals,
    take_samples,
)
from tests.small_county import SmallCounty, build_small_county

TEN = timedelta(minutes=10)


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    county = build_small_county(session, now=now)
    county.campaign.manifest = {}
    county.campaign.state = CampaignState.OPEN
    return county


@pytest.fixture
def batch(session: Session, county: SmallCounty, now: datetime) -> Batch:
    return issued(session, county, now, group=county.staff, n=30)


def issued(
    session: Session, county: SmallCounty, now: datetime, *, group: RaterGroup, n: int
) -> Batch:
    """A batch of so many codes."""
    batch = Batch(
        campaign=county.campaign,
        group=group,
        target_ids=[county.units[0].id],
        n_issued=n,
        open_code=group.open_code,
        issued_at=now,
        issued_by=county.organizer.id,
    )
    session.add(batch)
    session.flush()
    return batch


def take(
    session: Session, batch: Batch, n: int, *, at: datetime, last_at: datetime | None = None
) -> int:
    """Sample a batch of which n came back."""
    return take_samples(
        session,
        campaign_id=batch.campaign_id,
        returned={batch.id: n},
        now=at,
        last_at=last_at,
    )


def moments(session: Session) -> list[datetime]:
    return list(session.scalars(select(TurnoutSample.at).order_by(TurnoutSample.at)))


def test_open_campaigns_are_sampled_ten_minutes_apart(
    session: Session, batch: Batch, now: datetime
) -> None:
    times = [now, now + TEN / 2, now + TEN]
    assert [sample_open_campaigns(session, now=at) for at in times] == [1, 0, 1]
    assert moments(session) == [now, now + TEN]


def test_after_the_close_nothing_is_sampled(
    session: Session, county: SmallCounty, batch: Batch, now: datetime
) -> None:
    county.campaign.root = bytes(32)
    county.campaign.state = CampaignState.CLOSED
    session.flush()
    assert (sample_open_campaigns(session, now=now), moments(session)) == (0, [])


def test_of_a_small_batch_no_sample_is_kept(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    small = issued(session, county, now, group=county.staff, n=12)
    assert (take(session, small, 7, at=now), moments(session)) == (0, [])


def test_a_day_is_kept_by_the_hour_and_no_more(
    session: Session, batch: Batch, now: datetime
) -> None:
    times = [now + minutes * TEN / 10 for minutes in range(-30 * 60, 1, 10)]
    for at in times:
        take(session, batch, 3, at=at)
    kept = moments(session)
    assert kept[0] >= now - timedelta(hours=25)
    assert len(kept) < 25 + 8
    assert kept[-6:] == times[-6:]


def test_the_first_sample_of_the_last_day_is_found(
    session: Session, batch: Batch, now: datetime
) -> None:
    for hours, n in ((30, 1), (20, 5), (2, 9)):
        take(session, batch, n, at=now - timedelta(hours=hours))
    since = now - timedelta(hours=24)
    found = first_samples(session, campaign_id=batch.campaign_id, since=since)
    assert found == {batch.id: Sample(now - timedelta(hours=20), 5)}


def test_most_of_a_batch_within_ten_minutes_is_remembered(
    session: Session, batch: Batch, now: datetime
) -> None:
    take(session, batch, 2, at=now)
    take(session, batch, 22, at=now + TEN, last_at=now)
    for days in range(1, 4):
        take(session, batch, 25, at=now + timedelta(days=days))
    found = sudden_arrivals(session, campaign_id=batch.campaign_id)
    assert (found[batch.id].at, found[batch.id].n) == (now + TEN, 20)


def test_the_same_number_over_an_hour_is_not(session: Session, batch: Batch, now: datetime) -> None:
    take(session, batch, 2, at=now)
    take(session, batch, 22, at=now + timedelta(hours=1), last_at=now)
    assert sudden_arrivals(session, campaign_id=batch.campaign_id) == {}
