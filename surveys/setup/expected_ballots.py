"""How many ballots each unit can expect of a rater group, were all of them cast."""

from collections import Counter

from sqlalchemy.orm import Session

from surveys.models import Period, RaterGroup, RaterScope, Unit
from surveys.setup.audiences import audiences, ballots_by_unit, period_lists, planned_size


class Expected:
    """The units of a period and who assesses them, as the sizes of groups run over them."""

    def __init__(self, session: Session, period: Period) -> None:
        self.lists = period_lists(session, period.id)
        self.assessed_by: dict[int, list[int]] = {}
        for unit_id, bodies in self.lists.bodies.items():
            for body_id in bodies:
                self.assessed_by.setdefault(body_id, []).append(unit_id)
        self._counts: dict[int, Counter[int]] = {}

    def ballots(self, group: RaterGroup, unit: Unit) -> int:
        """Ballots about `unit`; of a reverse evaluation, about it as a body."""
        if group.id not in self._counts:
            self._counts[group.id] = ballots_by_unit(group, self.lists)
        return self._counts[group.id][unit.id]

    def total(self, group: RaterGroup) -> int:
        """Codes to be handed out; for an open code, voters expected."""
        return sum(planned_size(group, audience) for audience in audiences(group, self.lists))

    def span(self, group: RaterGroup) -> tuple[int, int]:
        """Fewest and most ballots that a unit gets, of those that are rated at all."""
        counts = [n for unit in self.lists.units if (n := self.ballots(group, unit))]
        return min(counts, default=0), max(counts, default=0)

    def n_parts(self, group: RaterGroup) -> int:
        """Over how many ballots the largest set of units is split; 1 where none is."""
        return max((each.n_parts for each in audiences(group, self.lists)), default=1)

    def units_below(self, group: RaterGroup) -> tuple[Unit, ...]:
        """Units that cannot reach the group's minimum, even if everybody votes."""
        rated = (
            unit
            for unit in self.lists.units
            if group.scope is not RaterScope.BODIES or unit.id in self.assessed_by
        )
        return tuple(unit for unit in rated if self.ballots(group, unit) < group.min_valid)
