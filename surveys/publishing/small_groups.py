"""What a unit may be told group by group: no figure rests on few ballots, none can be reckoned.

The points of a component are public, and so are the weights of its groups. A part's points are
therefore the weighted mean of its groups, as in the component: they re-add to it and say nothing
that could be set against it. A group that the component does not count stays out altogether; in a
pooled mean it could be told apart by subtraction. There is this one breakdown and no filter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from stats.disclosure import SMALLEST_FOR_MEAN, Audit, audit, merge_small_groups
from surveys.models import ScoreLine
from surveys.scoring.notes import NoteCode
from surveys.scoring.rounding import EXACT, component_points
from surveys.scoring.schemes import Scheme

SMALLEST = SMALLEST_FOR_MEAN
"""Fewest ballots, or units that rate, behind a figure."""

SMALLEST_FOR_WORDS = 8
"""Fewest units that could have written, behind comments."""

PROTECTION = 1.0
"""A small group's points may not be known more closely than this."""

HALF_A_DIGIT = 0.00005
NOT_RECKONED = {
    NoteCode.COMPONENT_INSUFFICIENT,
    NoteCode.FIGURES_MISSING,
    NoteCode.COMPONENT_EMPTY,
    NoteCode.COMPONENT_DECIDED,
}


@dataclass(frozen=True)
class CountedGroup:
    """A rater group that a component counts: points 0 to 100, share of the component 0 to 1."""

    key: str
    points: Decimal
    share: Decimal
    n_valid: int


@dataclass(frozen=True)
class ShownPart:
    """Groups that are shown together; most often one group."""

    groups: tuple[CountedGroup, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The groups, in the scheme's order."""
        return tuple(group.key for group in self.groups)

    @property
    def merged(self) -> bool:
        """Whether several groups stand together."""
        return len(self.groups) > 1

    @property
    def n_valid(self) -> int:
        """Valid ballots of the whole part."""
        return sum(group.n_valid for group in self.groups)

    @property
    def share(self) -> Decimal:
        """Share of the component."""
        return sum((group.share for group in self.groups), Decimal(0))

    @property
    def points(self) -> Decimal:
        """Weighted mean of the groups, as in the component, to four places."""
        with localcontext(EXACT):
            total = sum((group.share * group.points for group in self.groups), Decimal(0))
            return component_points(total / self.share)


@dataclass(frozen=True)
class Breakdown:
    """One component by groups.

    Parameters
    ----------
    parts : empty where the ballots allow no breakdown: the component stands for all
    uncounted : groups with too few valid votes to count; nothing is shown of them
    """

    component: str
    parts: tuple[ShownPart, ...]
    uncounted: tuple[str, ...]

    @property
    def merged(self) -> bool:
        """Whether any groups stand together."""
        return any(part.merged for part in self.parts)


def breakdowns(line: ScoreLine, scheme: Scheme) -> tuple[Breakdown, ...]:
    """The survey components of a line, group by group as far as that may be shown."""
    found = []
    for kept in line.components["lines"]:
        survey = scheme.component(kept["key"]).survey
        reckoned = not NOT_RECKONED & {note["code"] for note in kept["notes"]}
        if survey is not None and kept["points"] is not None and reckoned:
            options = sorted(survey.points.values()) or [Decimal(0), Decimal(100)]
            found.append(breakdown(kept, options=options))
    return tuple(found)


def breakdown(kept: Mapping[str, Any], *, options: Sequence[Decimal]) -> Breakdown:
    """One component, as a line keeps it, by groups; `options`: points a vote can give, ascending.

    The smallest groups are merged until every part has enough ballots; then parts that may be of
    one mind, and parts in which a small group could still be reckoned, with the smallest other.
    """
    counted = counted_groups(kept)
    merging = merge_small_groups([group.n_valid for group in counted], minimum=SMALLEST)
    parts = [
        ShownPart(tuple(g for g, own in zip(counted, merging.part, strict=True) if own == code))
        for code in range(merging.size.size)
    ]
    while len(parts) > 1 and (unsafe := first_unsafe(counted, parts, options)) is not None:
        parts.remove(unsafe)
        smallest = min(parts, key=lambda part: (part.n_valid, part.keys))
        parts.remove(smallest)
        together = {*unsafe.keys, *smallest.keys}
        parts.append(ShownPart(tuple(group for group in counted if group.key in together)))
    known = {group.key for group in counted}
    return Breakdown(
        component=kept["key"],
        parts=in_order(parts, counted) if len(parts) > 1 else (),
        uncounted=tuple(part["key"] for part in kept["parts"] if part["key"] not in known),
    )


def counted_groups(kept: Mapping[str, Any]) -> tuple[CountedGroup, ...]:
    """The groups that the component counts, in the scheme's order."""
    return tuple(
        CountedGroup(
            key=part["key"],
            points=Decimal(part["points"]),
            share=Decimal(part["effective_weight"]),
            n_valid=int(part["n_valid"] or 0),
        )
        for part in kept["parts"]
        if part["effective_weight"] is not None and Decimal(part["effective_weight"]) > 0
    )


def first_unsafe(
    counted: Sequence[CountedGroup], parts: Sequence[ShownPart], options: Sequence[Decimal]
) -> ShownPart | None:
    """A part that gives opinions away; None where none does."""
    for part in parts:
        # All may have ticked the same; that some may not have, only their ballots could tell.
        if part.points in options:
            return part
    small = [group for group in counted if group.n_valid < SMALLEST]
    found = inferred(counted, parts, options=options)
    for group, exposed in zip(small, found.exposed, strict=True):
        if exposed:
            return next(part for part in parts if group in part.groups)
    return None


def inferred(
    counted: Sequence[CountedGroup], parts: Sequence[ShownPart], *, options: Sequence[Decimal]
) -> Audit:
    """What a reader of the component and of these parts can infer of the small groups' points.

    Linear programming over all points of the groups that give the published figures, each within
    the scale, the weights being known.

    Returns
    -------
    Audit of the groups with fewer ballots than may be shown, in their order; limits are points
    above the lowest option
    """
    scale = [*options, *(group.points for group in counted)]
    n, low, high = len(counted), float(min(scale)), float(max(scale))
    small = [place for place, group in enumerate(counted) if group.n_valid < SMALLEST]
    if not small:
        nothing = np.zeros(0)
        return Audit(nothing, nothing, np.zeros(0, dtype=np.bool_), consistent=True)
    identity, none = np.eye(n), np.zeros(n)
    published = [*parts, ShownPart(tuple(counted))]
    rows = [np.concatenate([each, each]) for each in identity]
    for part in published:
        shares = [
            float(group.share / part.share) if group in part.groups else 0.0 for group in counted
        ]
        rows.append(np.concatenate([shares, none]))
    figures = [high - low] * n + [float(part.points) - low for part in published]
    slack = [0.0] * n + [HALF_A_DIGIT] * len(published)
    wanted = [np.concatenate([identity[place], none]) for place in small]
    return audit(np.array(rows), figures, wanted, protection=PROTECTION, tolerance=slack)


def in_order(parts: Sequence[ShownPart], counted: Sequence[CountedGroup]) -> tuple[ShownPart, ...]:
    """Single groups in the scheme's order, then groups together."""
    places = {group.key: place for place, group in enumerate(counted)}
    return tuple(sorted(parts, key=lambda part: (part.merged, places[part.keys[0]])))
