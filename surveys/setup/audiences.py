"""Who rates whom: every ballot that a rater group's scope asks for, large ones split.

A scope names units. In a campaign about members of leading groups, the members of these units
stand on the ballot in their place.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Assessment, Campaign, CampaignKind, Member, RaterGroup, Target, Unit
from surveys.models.campaigns import RaterScope


@dataclass(frozen=True)
class Audience:
    """One ballot: whose (home) and on whom (targets).

    Parameters
    ----------
    n_parts : ballots over which the raters' targets were split
    sized_by : the unit whose planned size counts: the home, or the only unit rated
    """

    home_id: int | None
    target_ids: tuple[int, ...]
    n_parts: int = field(default=1, compare=False)
    sized_by: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Lists:
    """Units, their members and assessments of a period, as the plan walks through them."""

    units: Sequence[Unit]
    bodies: Mapping[int, Sequence[int]]
    members: Mapping[int, Sequence[Member]] = field(default_factory=dict)

    def targets(self, campaign: Campaign) -> list[Target]:
        """All that a campaign may be about."""
        if campaign.kind is not CampaignKind.MEMBER:
            return list(self.units)
        return [member for unit in self.units for member in self.members.get(unit.id, ())]

    def on_ballot(self, group: RaterGroup, unit_ids: tuple[int, ...]) -> tuple[int, ...]:
        """These units; or their members whom the group rates, in a campaign about members."""
        if group.campaign.kind is not CampaignKind.MEMBER:
            return unit_ids
        return tuple(
            member.id
            for unit_id in unit_ids
            for member in self.members.get(unit_id, ())
            if group.rates(member)
        )

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


def period_lists(session: Session, period_id: int) -> Lists:
    """Load what the audiences are made of."""
    units = session.scalars(
        select(Unit).where(Unit.period_id == period_id).order_by(Unit.position)
    ).all()
    place = {unit.id: unit.position for unit in units}
    members: dict[int, list[Member]] = defaultdict(list)
    of_period = select(Member).where(Member.period_id == period_id).order_by(Member.position)
    for member in session.scalars(of_period):
        members[member.unit_id].append(member)
    bodies: dict[int, list[int]] = defaultdict(list)
    rows = select(Assessment).where(Assessment.unit_id.in_(place))
    for row in sorted(session.scalars(rows), key=lambda row: place[row.body_id]):
        bodies[row.unit_id].append(row.body_id)
    return Lists(units, bodies, members)


def audiences(group: RaterGroup, lists: Lists) -> Iterator[Audience]:
    """Every ballot that a group's scope asks for; ballots without targets do not exist."""
    most = int(group.campaign.questionnaire.content.get("most_targets", 0))
    for home_id, unit_ids in _whole(group, lists):
        targets = lists.on_ballot(group, unit_ids)
        if not targets:
            continue
        parts = split(targets, most=most, home_id=home_id)
        alone = unit_ids[0] if len(unit_ids) == 1 else None
        sized_by = alone if home_id is None else home_id
        yield from (Audience(home_id, part, len(parts), sized_by) for part in parts)


def split(
    targets: tuple[int, ...], *, most: int, home_id: int | None = None
) -> tuple[tuple[int, ...], ...]:
    """As few parts as `most` allows, of sizes that differ by one at most; 0 splits nothing.

    Every target stands in exactly one part, so all are rated equally often. From another home the
    same targets are dealt otherwise: so units of different parts are compared as well.
    """
    n_parts = -(-len(targets) // most) if most else 1
    if n_parts <= 1:
        return (targets,)

    def dealt(target_id: int) -> bytes:
        return hashlib.sha256(f"{home_id}|{target_id}".encode()).digest()

    shuffled = sorted(targets, key=dealt)
    parts = (set(shuffled[place::n_parts]) for place in range(n_parts))
    return tuple(tuple(target for target in targets if target in part) for part in parts)


def planned_size(group: RaterGroup, audience: Audience) -> int:
    """Codes planned for an audience; of a split one each part gets as many, rounded up."""
    special = {planned.unit_id: planned.size for planned in group.planned_sizes}
    unit_id = audience.sized_by
    size = group.size if unit_id is None else special.get(unit_id, group.size)
    return -(-size // audience.n_parts)


def ballots_by_target(group: RaterGroup, lists: Lists) -> Counter[int]:
    """How many ballots each unit or member gets of a group, were all of them cast."""
    counts: Counter[int] = Counter()
    for audience in audiences(group, lists):
        size = planned_size(group, audience)
        counts.update(dict.fromkeys(audience.target_ids, size))
    return counts


def _whole(group: RaterGroup, lists: Lists) -> Iterator[tuple[int | None, tuple[int, ...]]]:
    """Home and targets, before ballots are split."""
    if group.scope is RaterScope.CATEGORY:
        for category_id in dict.fromkeys(unit.category_id for unit in lists.units):
            yield None, lists.of_category(category_id)
    elif group.scope is RaterScope.UNIT:
        yield from ((None, (unit.id,)) for unit in lists.units)
    else:
        for place, unit in enumerate(lists.units):
            targets = targets_from(group.scope, place, unit, lists)
            if targets:
                yield unit.id, targets


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
