"""Turnout: exact where it may be, coarse where it could tell who just voted."""

import os
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.issuing.codes import code_hash
from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.models import CampaignState, RaterGroup
from surveys.monitoring.turnout import Count, turnout
from tests.small_county import SmallCounty, build_small_county

ENVELOPE = text(
    "INSERT INTO box.envelope (token_h, batch_id, nonce_h, leaf, sealed) "
    "VALUES (:h, :batch, :nonce, :h, convert_to(repeat('x', 1792), 'UTF8'))"
)


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_small_county(session, now=now)


def returned(
    session: Session, county: SmallCounty, now: datetime, *, group: RaterGroup, n: tuple[int, int]
) -> None:
    """Issue a batch of n[0] codes, of which n[1] come back."""
    order = BatchOrder(county.campaign.id, group.id, (county.units[0].id,), n=n[0])
    issued = issue_batch(
        session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id
    )
    for code in issued.codes[: n[1]]:
        row = {"h": code_hash(code), "batch": issued.batch.id, "nonce": b"n" * 32}
        session.execute(ENVELOPE, row)


def voting(session: Session, county: SmallCounty) -> None:
    """Set the campaign open, as if voting ran."""
    county.campaign.manifest = {}
    county.campaign.state = CampaignState.OPEN
    session.flush()


def test_a_large_group_is_counted_exactly(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    returned(session, county, now, group=county.staff, n=(30, 13))
    voting(session, county)
    counted = dict(turnout(session, campaign_id=county.campaign.id).groups)
    assert counted[county.staff] == Count(30, 13)


def test_a_small_group_is_shown_in_steps_of_five_while_voting_runs(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    returned(session, county, now, group=county.staff, n=(12, 8))
    voting(session, county)
    counted = dict(turnout(session, campaign_id=county.campaign.id).groups)
    assert counted[county.staff] == Count(12, 5, coarse=True)


def test_the_total_does_not_tell_what_a_small_group_hides(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    returned(session, county, now, group=county.staff, n=(12, 8))
    voting(session, county)
    counted = turnout(session, campaign_id=county.campaign.id)
    shown = sum(count.n_returned for _group, count in counted.groups)
    assert counted.total.n_returned == shown


def test_after_the_close_small_groups_are_exact(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    returned(session, county, now, group=county.staff, n=(12, 8))
    county.campaign.manifest, county.campaign.root = {}, b"r" * 32
    county.campaign.state = CampaignState.CLOSED
    session.flush()
    counted = dict(turnout(session, campaign_id=county.campaign.id).groups)
    assert counted[county.staff] == Count(12, 8)


def test_with_open_codes_there_is_no_share(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    returned(session, county, now, group=county.citizens, n=(1, 0))
    counted = dict(turnout(session, campaign_id=county.campaign.id).groups)
    assert counted[county.citizens].share is None
