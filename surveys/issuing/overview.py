"""What of a campaign's codes is planned and what is issued, as the office looks at it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.issuing.issue_batch import BatchOrder
from surveys.issuing.plan import suggested_batches
from surveys.issuing.targets import targets_of
from surveys.models import (
    Batch,
    BatchState,
    Campaign,
    CampaignState,
    Category,
    Member,
    Period,
    RaterGroup,
    Target,
    Unit,
)
from surveys.monitoring.turnout import BatchCount, Count, count_of, returned_by_batch


@dataclass(frozen=True)
class Rated:
    """Whom a ballot is about.

    Parameters
    ----------
    targets : units or members, in the order of the ballot
    whole : the category if they are all of its units, the unit if they are all of its members
    """

    targets: tuple[Target, ...]
    whole: Category | Unit | None

    @property
    def only(self) -> Target | None:
        """The only one."""
        return self.targets[0] if len(self.targets) == 1 else None

    @property
    def of_members(self) -> bool:
        """Whether persons are rated."""
        return isinstance(self.targets[0], Member)


@dataclass(frozen=True)
class PlannedLine:
    """A batch that is planned and not issued."""

    order: BatchOrder
    group: RaterGroup
    home: Unit | None
    rated: Rated


@dataclass(frozen=True)
class IssuedLine:
    """A batch that was issued, and what came back with it, as coarse as the turnout."""

    batch: Batch
    group: RaterGroup
    home: Unit | None
    rated: Rated
    count: Count

    @property
    def void(self) -> bool:
        """Whether its codes are."""
        return self.batch.state is BatchState.VOID


@dataclass(frozen=True)
class GroupPlan:
    """The planned batches of one group."""

    group: RaterGroup
    lines: tuple[PlannedLine, ...]

    @property
    def n_codes(self) -> int:
        """Codes to issue; of open codes one for each poster."""
        return len(self.lines) if self.group.open_code else sum(line.order.n for line in self.lines)


@dataclass(frozen=True)
class IssuedGroup:
    """The issued batches of one group; `count` adds up those that stand."""

    group: RaterGroup
    lines: tuple[IssuedLine, ...]
    count: Count


@dataclass(frozen=True)
class IssuingOverview:
    """All of it."""

    campaign: Campaign
    period: Period
    planned: tuple[GroupPlan, ...]
    issued: tuple[IssuedGroup, ...]
    targets: Sequence[Target] = field(repr=False)
    units: Sequence[Unit] = field(repr=False)

    @property
    def n_planned_batches(self) -> int:
        """Batches to issue."""
        return sum(len(plan.lines) for plan in self.planned)

    @property
    def n_planned_codes(self) -> int:
        """Codes to issue."""
        return sum(plan.n_codes for plan in self.planned)

    @property
    def n_issued_batches(self) -> int:
        """Batches that stand."""
        return sum(not line.void for each in self.issued for line in each.lines)

    @property
    def n_issued_codes(self) -> int:
        """Codes in them."""
        return sum(
            line.batch.n_issued for each in self.issued for line in each.lines if not line.void
        )

    @property
    def running(self) -> bool:
        """Whether ballots come in."""
        return self.campaign.state is CampaignState.OPEN

    @property
    def issuable(self) -> bool:
        """Whether codes can be issued and made void."""
        return self.period.frozen_at is not None and self.campaign.state in {
            CampaignState.DRAFT,
            CampaignState.OPEN,
        }


def issuing_overview(
    session: Session, *, campaign_id: int, returned: Mapping[int, int] | None = None
) -> IssuingOverview:
    """Look at a campaign's batches by group, the latest issued first.

    `returned` is what `returned_by_batch` gave a moment ago; None asks anew.
    """
    campaign = session.get_one(Campaign, campaign_id)
    units = {unit.id: unit for unit in campaign.period.units}
    targets = targets_of(campaign)
    names = Names(units, targets)
    orders = suggested_batches(session, campaign_id=campaign_id)
    return IssuingOverview(
        campaign=campaign,
        period=campaign.period,
        planned=tuple(
            plan for group in campaign.groups if (plan := plan_of(group, orders, names)).lines
        ),
        issued=issued_groups(session, campaign, names, returned),
        targets=tuple(targets.values()),
        units=tuple(units.values()),
    )


def batch_of(session: Session, *, campaign_id: int, batch_id: int) -> Batch:
    """A batch of a campaign; NotFound ``no_batch`` (batch)."""
    batch = session.get(Batch, batch_id)
    if batch is None or batch.campaign_id != campaign_id:
        raise NotFound("no_batch", batch=batch_id)
    return batch


@dataclass(frozen=True)
class Names:
    """Whom the ids in batches stand for: homes are units, targets units or members."""

    units: Mapping[int, Unit]
    targets: Mapping[int, Target]

    def home(self, unit_id: int | None) -> Unit | None:
        """The unit whose people get the codes."""
        return None if unit_id is None else self.units[unit_id]

    def rated(self, target_ids: Sequence[int]) -> Rated:
        """Whom a ballot is about."""
        return rated_of(target_ids, self.targets)


def plan_of(group: RaterGroup, orders: list[BatchOrder], names: Names) -> GroupPlan:
    """One group's part of the plan."""
    return GroupPlan(
        group,
        tuple(
            PlannedLine(order, group, names.home(order.home_unit_id), names.rated(order.target_ids))
            for order in orders
            if order.group_id == group.id
        ),
    )


def issued_groups(
    session: Session, campaign: Campaign, names: Names, returned: Mapping[int, int] | None
) -> tuple[IssuedGroup, ...]:
    """The batches that were issued, by group."""
    if returned is None:
        returned = returned_by_batch(session, campaign_id=campaign.id)
    counted: dict[int, list[BatchCount]] = defaultdict(list)
    batches = select(Batch).where(Batch.campaign_id == campaign.id).order_by(Batch.id.desc())
    for batch in session.scalars(batches):
        counted[batch.group_id].append(BatchCount(batch, returned.get(batch.id, 0)))
    running = campaign.state is CampaignState.OPEN
    return tuple(
        issued_group(group, counted[group.id], names, running=running)
        for group in campaign.groups
        if counted[group.id]
    )


def issued_group(
    group: RaterGroup, counted: list[BatchCount], names: Names, *, running: bool
) -> IssuedGroup:
    """One group's batches."""
    lines = tuple(
        IssuedLine(
            each.batch,
            group,
            names.home(each.batch.home_unit_id),
            names.rated(each.batch.target_ids),
            count_of([each], coarse_if_small=running),
        )
        for each in counted
    )
    standing = [each for each in counted if each.batch.state is BatchState.ISSUED]
    return IssuedGroup(group, lines, count_of(standing, coarse_if_small=running))


def rated_of(target_ids: Sequence[int], targets: Mapping[int, Target]) -> Rated:
    """Whom a ballot is about."""
    rated = tuple(targets[target_id] for target_id in target_ids)
    first = rated[0]
    within = first.unit if isinstance(first, Member) else first.category
    all_within = within.members if isinstance(within, Unit) else within.units
    whole = {each.id for each in all_within} == set(target_ids)
    return Rated(rated, within if whole and len(rated) > 1 else None)
