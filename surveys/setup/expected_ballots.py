"""How many ballots each unit or member can expect of a rater group, were all of them cast."""

from collections import Counter

from sqlalchemy.orm import Session

from surveys.models import Period, RaterGroup, RaterScope, Target
from surveys.setup.audiences import audiences, ballots_by_target, period_lists, planned_size


class Expected:
    """The units of a period and who assesses them, as the sizes of groups run over them."""

    def __init__(self, session: Session, period: Period) -> None:
        self.lists = period_lists(session, period.id)
        self.assessed_by: dict[int, list[int]] = {}
        for unit_id, bodies in self.lists.bodies.items():
            for body_id in bodies:
                self.assessed_by.setdefault(body_id, []).append(unit_id)
        self._counts: dict[int, Counter[int]] = {}

    def ballots(self, group: RaterGroup, target: Target) -> int:
        """Ballots about `target`; of a reverse evaluation, about it as a body."""
        if group.id not in self._counts:
            self._counts[group.id] = ballots_by_target(group, self.lists)
        return self._counts[group.id][target.id]

    def total(self, group: RaterGroup) -> int:
        """Codes to be handed out; for an open code, voters expected."""
        return sum(planned_size(group, audience) for audience in audiences(group, self.lists))

    def span(self, group: RaterGroup) -> tuple[int, int]:
        """Fewest and most ballots that a target gets, of those that are rated at all."""
        targets = self.lists.targets(group.campaign)
        counts = [n for target in targets if (n := self.ballots(group, target))]
        return min(counts, default=0), max(counts, default=0)

    def n_parts(self, group: RaterGroup) -> int:
        """Over how many ballots the largest set of units is split; 1 where none is."""
        return max((each.n_parts for each in audiences(group, self.lists)), default=1)

    def targets_below(self, group: RaterGroup) -> tuple[Target, ...]:
        """Units or members that cannot reach the group's minimum, even if everybody votes."""
        rated = (
            target
            for target in self.lists.targets(group.campaign)
            if group.rates(target)
            and (group.scope is not RaterScope.BODIES or target.id in self.assessed_by)
        )
        return tuple(target for target in rated if self.ballots(group, target) < group.min_valid)
