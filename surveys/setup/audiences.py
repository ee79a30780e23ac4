"""Who rates whom: every ballot that a rater group's scope asks for, large ones split."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Assessment, RaterGroup, Unit
from surveys.models.campaigns import RaterScope


@dataclass(frozen=True)
class Audience:
    """One ballot: whose (home) and on whom (targets).

    Parameters
    ----------
    n_parts : ballots over which the raters' units were split
    """

    home_id: int | None
    target_ids: tuple[int, ...]
    n_parts: int = field(default=1, compare=False)

    @property
    def sized_by(self) -> int | None:
        """The unit whose planned size counts: the home, or the only unit rated."""
        if self.home_id is not None:
            return self.home_id
        alone = len(self.target_ids) == 1 and self.n_parts == 1
        return self.target_ids[0] if alone else None


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


def period_lists(session: Session, period_id: int) -> Lists:
    """Load what the audiences are made of."""
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
    most = int(group.campaign.questionnaire.content.get("most_targets", 0))
    for home_id, targets in _whole(group, lists):
        parts = split(targets, most=most, home_id=home_id)
        yield from (Audience(home_id, part, len(parts)) for part in parts)


def split(
    targets: tuple[int, ...], *, most: int, home_id: int | None = None
) -> tuple[tuple[int, ...], ...]:
    """As few parts as `most` allows, of sizes that differ by one at most; 0 splits nothing.

    Every unit stands in exactly one part, so all are rated equally often. From another home the
    same units are dealt otherwise: so units of different parts are compared as well.
    """
    n_parts = -(-len(targets) // most) if most else 1
    if n_parts <= 1:
        return (targets,)

    def dealt(unit_id: int) -> bytes:
        return hashlib.sha256(f"{home_id}|{unit_id}".encode()).digest()

    shuffled = sorted(targets, key=dealt)
    parts = (set(shuffled[place::n_parts]) for place in range(n_parts))
    return tuple(tuple(unit for unit in targets if unit in part) for part in parts)


def planned_size(group: RaterGroup, audience: Audience) -> int:
    """Codes planned for an audience; of a split one each part gets as many, rounded up."""
    special = {planned.unit_id: planned.size for planned in group.planned_sizes}
    unit_id = audience.sized_by
    size = group.size if unit_id is None else special.get(unit_id, group.size)
    return -(-size // audience.n_parts)


def ballots_by_unit(group: RaterGroup, lists: Lists) -> Counter[int]:
    """How many ballots each unit gets of a group, were all of them cast."""
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
