"""The plan: who gets a ballot about whom."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.plan import suggested_batches
from surveys.models import PlannedSize
from surveys.models.campaigns import RaterScope
from tests.small_county import MANIFEST_HASH, SmallCounty, build_small_county


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    built = build_small_county(session, now=now, frozen=False)
    built.citizens.size = 0
    built.staff.size = 7
    return built


def ballots(session: Session, county: SmallCounty, scope: RaterScope) -> set[tuple[str, ...]]:
    """(home, targets…) by code of the suggested batches."""
    county.staff.scope = scope
    session.flush()
    code = {unit.id: unit.code for unit in county.units}
    return {
        (code.get(order.home_unit_id or 0, "-"), *(code[target] for target in order.target_ids))
        for order in suggested_batches(session, campaign_id=county.campaign.id)
    }


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (RaterScope.CATEGORY, {("-", "U1", "U2", "U3"), ("-", "U4")}),
        (RaterScope.UNIT, {("-", "U1"), ("-", "U2"), ("-", "U3"), ("-", "U4")}),
        (RaterScope.PEERS, {("U1", "U2", "U3"), ("U2", "U1", "U3"), ("U3", "U1", "U2")}),
        (RaterScope.OWN, {("U1", "U1"), ("U2", "U2"), ("U3", "U3"), ("U4", "U4")}),
        (RaterScope.BODIES, {("U2", "U1")}),
        (
            RaterScope.OTHER_KIND,
            {("U1", "U4"), ("U2", "U4"), ("U3", "U4"), ("U4", "U1", "U2", "U3")},
        ),
    ],
)
def test_a_scope_says_who_rates_whom(
    session: Session, county: SmallCounty, scope: RaterScope, expected: set[tuple[str, ...]]
) -> None:
    assert ballots(session, county, scope) == expected


def test_a_planned_size_replaces_the_groups(session: Session, county: SmallCounty) -> None:
    county.staff.scope = RaterScope.OWN
    session.add(PlannedSize(group_id=county.staff.id, unit_id=county.units[0].id, size=3))
    session.flush()
    session.expire(county.staff)
    sizes = [order.n for order in suggested_batches(session, campaign_id=county.campaign.id)]
    assert sizes == [3, 7, 7, 7]


def test_what_is_issued_is_not_suggested_again(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    county.staff.scope = RaterScope.OWN
    session.flush()
    county.period.frozen_at, county.period.manifest_hash = now, MANIFEST_HASH
    session.flush()
    first: BatchOrder = suggested_batches(session, campaign_id=county.campaign.id)[0]
    issue_batch(
        session,
        order=first,
        random_bytes=lambda n: bytes(range(256)) * (n // 256 + 1),
        now=now,
        by=county.organizer.id,
    )
    assert first not in suggested_batches(session, campaign_id=county.campaign.id)
