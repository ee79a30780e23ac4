"""What codes a campaign needs: from its rater groups, the units and who assesses whom."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.issuing.issue_batch import BatchOrder
from surveys.models import Assessment, Batch, BatchState, Campaign, RaterGroup, Unit
from surveys.models.campaigns import RaterScope


@dataclass(frozen=True)
class Audience:
    """One ballot: whose (home) and on whom (targets)."""

    home_id: int | None
    target_ids: tuple[int, ...]

    @property
    def sized_by(self) -> int | None:
        """The unit whose planned size counts: the home, or the only unit rated."""
        if self.home_id is not None:
            return self.home_id
        return self.target_ids[0] if len(self.target_ids) == 1 else None


@dataclass(frozen=True)
class Lists:
    """Units and assessments of a period, as the plan walks through them."""

    units: Sequence[Unit]
    bodies: dict[int, list[int]]

    def of_category(self, category_id: int) -> tuple[int, ...]:
        """The units of one category."""
        return tuple(unit.id for unit in self.units if unit.category_id == category_id)

    def categories_of_other_kind(self, unit: Unit) -> list[int]:
        """Categories of townships for a department, of departments for a township."""
        return sorted(
            {
                other.category_id
                for other in self.units
                if other.category.kind is not unit.category.kind
            }
        )


def suggested_batches(session: Session, *, campaign_id: int) -> list[BatchOrder]:
    """The batches that the campaign's groups ask for and that are not issued yet."""
    campaign = session.get_one(Campaign, campaign_id)
    lists = period_lists(session, campaign.period_id)
    issued = {
        (batch.group_id, Audience(batch.home_unit_id, tuple(batch.target_ids)))
        for batch in session.scalars(
            select(Batch).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED)
        )
    }
    return [
        BatchOrder(campaign_id, group.id, audience.target_ids, size, audience.home_id)
        for group in campaign.groups
        for audience in audiences(group, lists)
        if (size := planned_size(group, audience)) > 0 and (group.id, audience) not in issued
    ]


def period_lists(session: Session, period_id: int) -> Lists:
    """Load what the plan needs."""
    units = session.scalars(
        select(Unit).where(Unit.period_id == period_id).order_by(Unit.position)
    ).all()
    place = {unit.id: unit.position for unit in units}
    bodies: dict[int, list[int]] = defaultdict(list)
    rows = select(Assessment).where(Assessment.unit_id.in_(place))
    for row in sorted(session.scalars(rows), key=lambda row: place[row.body_id]):
        bodies[row.unit_id].append(row.body_id)
    return Lists(units, bodies)


def audiences(group: RaterGroup, lists: Lists) -> Iterator[Audience]:
    """Every ballot that a group's scope asks for; ballots without targets do not exist."""
    if group.scope is RaterScope.CATEGORY:
        for category_id in dict.fromkeys(unit.category_id for unit in lists.units):
            yield Audience(None, lists.of_category(category_id))
    elif group.scope is RaterScope.UNIT:
        yield from (Audience(None, (unit.id,)) for unit in lists.units)
    else:
        for place, unit in enumerate(lists.units):
            targets = targets_from(group.scope, place, unit, lists)
            if targets:
                yield Audience(unit.id, targets)


def targets_from(scope: RaterScope, place: int, unit: Unit, lists: Lists) -> tuple[int, ...]:
    """Whom the people of one unit rate."""
    if scope is RaterScope.OWN:
        return (unit.id,)
    if scope is RaterScope.PEERS:
        return tuple(other for other in lists.of_category(unit.category_id) if other != unit.id)
    if scope is RaterScope.BODIES:
        return tuple(lists.bodies.get(unit.id, ()))
    # Each unit takes one category of the other kind in turn: every category is rated by several.
    categories = lists.categories_of_other_kind(unit)
    return lists.of_category(categories[place % len(categories)]) if categories else ()


def planned_size(group: RaterGroup, audience: Audience) -> int:
    """Codes planned for an audience."""
    special = {planned.unit_id: planned.size for planned in group.planned_sizes}
    unit_id = audience.sized_by
    return group.size if unit_id is None else special.get(unit_id, group.size)
