"""What an organizer is told to look at while contents are sealed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from surveys.models import Batch, RaterGroup
from surveys.monitoring.attention import Attention, attention
from surveys.monitoring.minimums import GroupMinimum
from surveys.monitoring.samples import Sudden

ENOUGH = {1: GroupMinimum(5, 3, frozenset(), frozenset())}
SHORT = {1: GroupMinimum(5, 3, frozenset({7}), frozenset({7}))}


@pytest.fixture
def group() -> RaterGroup:
    return RaterGroup(id=1, position=1)


def batch(group: RaterGroup, now: datetime, *, n_issued: int = 40, hours_left: int = 72) -> Batch:
    """A batch issued two hours ago."""
    return Batch(
        id=1,
        group=group,
        group_id=1,
        n_issued=n_issued,
        open_code=False,
        target_ids=[7],
        issued_at=now - timedelta(hours=2),
        closes_at=now + timedelta(hours=hours_left),
    )


def kinds(
    found: Batch,
    now: datetime,
    *,
    n: int,
    sudden: Mapping[int, Sudden] | None = None,
    minimums: Mapping[int, GroupMinimum] = ENOUGH,
) -> list[Attention]:
    """What is said of one batch with n ballots."""
    notes = attention([found], returned={1: n}, sudden=sudden or {}, minimums=minimums, now=now)
    return [note.kind for note in notes]


def test_an_ordinary_batch_needs_no_look(group: RaterGroup, now: datetime) -> None:
    assert kinds(batch(group, now), now, n=20) == []


def test_more_ballots_than_codes_come_first(group: RaterGroup, now: datetime) -> None:
    found = kinds(batch(group, now, hours_left=1), now, n=41, minimums=SHORT)
    assert found[0] is Attention.MORE_THAN_ISSUED


def test_a_batch_that_closes_soon_is_told(group: RaterGroup, now: datetime) -> None:
    assert kinds(batch(group, now, hours_left=2), now, n=20) == [Attention.CLOSING_SOON]


def test_a_full_batch_may_close_in_peace(group: RaterGroup, now: datetime) -> None:
    assert kinds(batch(group, now, hours_left=2), now, n=40) == []


def test_of_a_small_batch_nothing_is_told(group: RaterGroup, now: datetime) -> None:
    assert kinds(batch(group, now, n_issued=12, hours_left=2), now, n=3) == []


def test_too_few_ballots_are_urgent_on_the_last_day(group: RaterGroup, now: datetime) -> None:
    last_day = kinds(batch(group, now, hours_left=20), now, n=20, minimums=SHORT)
    before = kinds(batch(group, now, hours_left=60), now, n=20, minimums=SHORT)
    assert (last_day, before) == ([Attention.CLOSING_BELOW_MINIMUM], [Attention.BELOW_MINIMUM])


def test_most_of_a_batch_within_a_quarter_of_an_hour_is_worth_a_look(
    group: RaterGroup, now: datetime
) -> None:
    assert kinds(batch(group, now), now, n=30, sudden={1: Sudden(now, 28)}) == [Attention.SUDDEN]


def test_a_day_without_a_ballot_is_worth_a_question(group: RaterGroup, now: datetime) -> None:
    found = batch(group, now)
    found.issued_at = now - timedelta(hours=30)
    assert kinds(found, now, n=0) == [Attention.NOTHING_YET]
