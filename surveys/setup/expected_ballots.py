"""How many ballots each unit can expect of a rater group, were all of them cast."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Assessment, Period, RaterGroup, RaterScope, Unit


class Expected:
    """The units of a period and who assesses them, as the sizes of groups run over them."""

    def __init__(self, session: Session, period: Period) -> None:
        self.units: tuple[Unit, ...] = tuple(period.units)
        self.kind = {
            unit.id: category.kind for category in period.categories for unit in category.units
        }
        self.assessed_by: dict[int, list[int]] = defaultdict(list)
        rows = select(Assessment).join(Assessment.unit).where(Unit.period_id == period.id)
        for row in session.scalars(rows):
            self.assessed_by[row.body_id].append(row.unit_id)

    def ballots(self, group: RaterGroup, unit: Unit) -> int:
        """Ballots about `unit`; of a reverse evaluation, about it as a body."""
        sizes = {planned.unit_id: planned.size for planned in group.planned_sizes}
        return sum(sizes.get(rater, group.size) for rater in self._raters(group, unit))

    def total(self, group: RaterGroup) -> int:
        """Codes to be handed out; for an open code, voters expected."""
        sizes = {planned.unit_id: planned.size for planned in group.planned_sizes}
        if group.scope is RaterScope.CATEGORY:
            return group.size * len({unit.category_id for unit in self.units})
        return sum(
            self._sheets(group, unit) * sizes.get(unit.id, group.size) for unit in self.units
        )

    def units_below(self, group: RaterGroup) -> tuple[Unit, ...]:
        """Units that cannot reach the group's minimum, even if everybody votes."""
        rated = (
            unit
            for unit in self.units
            if group.scope is not RaterScope.BODIES or unit.id in self.assessed_by
        )
        return tuple(unit for unit in rated if self.ballots(group, unit) < group.min_valid)

    def _raters(self, group: RaterGroup, unit: Unit) -> list[int]:
        """The units whose size counts for ballots about `unit`."""
        if group.scope is RaterScope.PEERS:
            return [other.id for other in self._peers(unit)]
        if group.scope is RaterScope.OTHER_KIND:
            return [
                other.id for other in self.units if self.kind[other.id] is not self.kind[unit.id]
            ]
        if group.scope is RaterScope.BODIES:
            return self.assessed_by.get(unit.id, [])
        return [unit.id]

    def _sheets(self, group: RaterGroup, unit: Unit) -> int:
        """Different ballots for the raters of one unit."""
        if group.scope is RaterScope.PEERS:
            return 1 if self._peers(unit) else 0
        if group.scope is RaterScope.OTHER_KIND:
            return len(
                {
                    other.category_id
                    for other in self.units
                    if self.kind[other.id] is not self.kind[unit.id]
                }
            )
        if group.scope is RaterScope.BODIES:
            return 1 if any(unit.id in units for units in self.assessed_by.values()) else 0
        return 1

    def _peers(self, unit: Unit) -> list[Unit]:
        return [
            other
            for other in self.units
            if other.category_id == unit.category_id and other.id != unit.id
        ]
