"""The plan: who gets a ballot about whom."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.plan import suggested_batches
from surveys.models import PlannedSize
from surveys.models.campaigns import RaterScope
from surveys.setup.audiences import ballots_by_target, period_lists, split
from tests.small_county import MANIFEST_HASH, SmallCounty, build_small_county


def bytes_of(n: int) -> bytes:
    """Bytes that make codes."""
    return bytes(range(256)) * (n // 256 + 1)


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
        random_bytes=bytes_of,
        now=now,
        by=county.organizer.id,
    )
    assert first not in suggested_batches(session, campaign_id=county.campaign.id)


def test_a_large_set_is_split_into_parts_of_about_equal_size() -> None:
    parts = split(tuple(range(45)), most=20)
    assert sorted(len(part) for part in parts) == [15, 15, 15]
    assert sorted(unit for part in parts for unit in part) == list(range(45))


def test_a_set_that_fits_stays_whole() -> None:
    assert split((4, 5, 6), most=3) == ((4, 5, 6),)
    assert split(tuple(range(45)), most=0) == (tuple(range(45)),)


def test_units_keep_their_order_on_each_part() -> None:
    assert all(list(part) == sorted(part) for part in split(tuple(range(45)), most=20))


def test_the_units_of_another_home_are_dealt_otherwise() -> None:
    units = tuple(range(40))
    assert split(units, most=20, home_id=1) != split(units, most=20, home_id=2)
    assert split(units, most=20, home_id=1) == split(units, most=20, home_id=1)


def test_every_unit_of_a_split_set_gets_as_many_ballots(
    session: Session, county: SmallCounty
) -> None:
    county.staff.scope = RaterScope.CATEGORY
    form = county.campaign.questionnaire
    form.content = form.content | {"most_targets": 2}
    session.flush()
    counts = ballots_by_target(county.staff, period_lists(session, county.campaign.period_id))
    places = [counts[unit.id] for unit in county.units]
    assert places == [4, 4, 4, 7]
    orders = suggested_batches(session, campaign_id=county.campaign.id)
    assert sorted((len(order.target_ids), order.n) for order in orders) == [(1, 4), (1, 7), (2, 4)]


def test_an_issued_part_is_not_suggested_again(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    county.staff.scope = RaterScope.CATEGORY
    form = county.campaign.questionnaire
    form.content = form.content | {"most_targets": 2}
    session.flush()
    county.period.frozen_at, county.period.manifest_hash = now, MANIFEST_HASH
    session.flush()
    first, *others = suggested_batches(session, campaign_id=county.campaign.id)
    issue_batch(session, order=first, random_bytes=bytes_of, now=now, by=county.organizer.id)
    assert suggested_batches(session, campaign_id=county.campaign.id) == others
