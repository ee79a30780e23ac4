"""How many ballots came back, while nobody can read them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from surveys.models import Batch, BatchState, Campaign, CampaignState, RaterGroup, Unit
from surveys.models.units import FIRST_MEMBER_ID

SMALL = 20
STEP = 5

COUNTS = text("SELECT batch_id, n_returned FROM box.turnout(:campaign_id)")


@dataclass(frozen=True)
class Count:
    """Ballots issued and returned. `coarse` counts are rounded down to steps of 5.

    With open codes there is no number issued: `n_issued` and `share` are None.
    """

    n_issued: int | None
    n_returned: int
    coarse: bool = False

    @property
    def share(self) -> float | None:
        """Returned of issued, 0..1."""
        return None if not self.n_issued else self.n_returned / self.n_issued


@dataclass(frozen=True)
class Turnout:
    """Turnout of one campaign: in all, by group, by unit and group."""

    campaign: Campaign
    total: Count
    groups: tuple[tuple[RaterGroup, Count], ...]
    units: tuple[tuple[Unit, dict[int, Count]], ...]


@dataclass(frozen=True)
class BatchCount:
    """One batch with what came back."""

    batch: Batch
    n_returned: int


def returned_by_batch(session: Session, *, campaign_id: int) -> dict[int, int]:
    """Envelopes in the box by batch: the one question whose cost grows with the box."""
    rows = session.execute(COUNTS, {"campaign_id": campaign_id})
    return {row.batch_id: row.n_returned for row in rows}


def turnout(
    session: Session, *, campaign_id: int, returned: Mapping[int, int] | None = None
) -> Turnout:
    """Count what came back in a campaign.

    `returned` is what `returned_by_batch` gave a moment ago; None asks anew.

    While voting runs, groups of fewer than 20 are shown in steps of 5: nobody shall read from
    the screen that the colleague who just put the phone away has voted.
    """
    campaign = session.get_one(Campaign, campaign_id)
    if returned is None:
        returned = returned_by_batch(session, campaign_id=campaign_id)
    counted = counted_batches(session, campaign_id=campaign_id, returned=returned)
    return turnout_of(session, campaign, counted)


def counted_batches(
    session: Session, *, campaign_id: int, returned: Mapping[int, int]
) -> list[BatchCount]:
    """The batches that stand, each with what came back."""
    batches = session.scalars(
        select(Batch)
        .options(joinedload(Batch.group))
        .where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED)
        .order_by(Batch.id)
    )
    return [BatchCount(batch, returned.get(batch.id, 0)) for batch in batches]


def turnout_of(session: Session, campaign: Campaign, counted: list[BatchCount]) -> Turnout:
    """Lay out what was counted."""
    running = campaign.state is CampaignState.OPEN
    groups = groups_of(campaign, counted, running=running)
    return Turnout(
        campaign,
        total_of(groups),
        groups,
        units_of(session, counted, running=running),
    )


def total_of(groups: Iterable[tuple[RaterGroup, Count]]) -> Count:
    """Add up what the groups show: an exact total would tell what a coarse group hides."""
    counts = [count for _group, count in groups]
    issued = [count.n_issued for count in counts if count.n_issued is not None]
    return Count(
        sum(issued) if len(issued) == len(counts) else None,
        sum(count.n_returned for count in counts),
        coarse=any(count.coarse for count in counts),
    )


def count_of(counted: Iterable[BatchCount], *, coarse_if_small: bool) -> Count:
    """Add batches up."""
    rows = list(counted)
    issued = (
        None if any(row.batch.open_code for row in rows) else sum(r.batch.n_issued for r in rows)
    )
    n_returned = sum(row.n_returned for row in rows)
    if coarse_if_small and (n_returned if issued is None else issued) < SMALL:
        return Count(issued, n_returned - n_returned % STEP, coarse=True)
    return Count(issued, n_returned)


def groups_of(
    campaign: Campaign, counted: list[BatchCount], *, running: bool
) -> tuple[tuple[RaterGroup, Count], ...]:
    """Turnout by rater group or channel."""
    by_group = defaultdict(list)
    for row in counted:
        by_group[row.batch.group_id].append(row)
    return tuple(
        (group, count_of(by_group[group.id], coarse_if_small=running)) for group in campaign.groups
    )


def units_of(
    session: Session, counted: list[BatchCount], *, running: bool
) -> tuple[tuple[Unit, dict[int, Count]], ...]:
    """Turnout by unit and group: the home, else the only unit rated; mixed batches have none.

    Members of a leading group stand with their unit.
    """
    cells: dict[tuple[int, int], list[BatchCount]] = defaultdict(list)
    for row in counted:
        unit_id = unit_of(row.batch)
        if unit_id is not None:
            cells[unit_id, row.batch.group_id].append(row)
    shown: dict[int, dict[int, Count]] = defaultdict(dict)
    for (unit_id, group_id), rows in cells.items():
        shown[unit_id][group_id] = count_of(rows, coarse_if_small=running)
    units = session.scalars(select(Unit).where(Unit.id.in_(shown)).order_by(Unit.position))
    return tuple((unit, shown[unit.id]) for unit in units)


def unit_of(batch: Batch) -> int | None:
    """The unit that a batch is shown under."""
    if batch.home_unit_id is not None:
        return batch.home_unit_id
    if batch.target_ids[0] < FIRST_MEMBER_ID:
        return batch.target_ids[0] if len(batch.target_ids) == 1 else None
    rated = set(batch.target_ids)
    units = {each.unit_id for each in batch.campaign.period.members if each.id in rated}
    return units.pop() if len(units) == 1 else None


def units_of_members(campaign: Campaign) -> dict[int, int]:
    """The unit of each member of the campaign's period."""
    return {member.id: member.unit_id for member in campaign.period.members}
