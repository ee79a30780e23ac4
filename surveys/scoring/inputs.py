"""What the regulation reckons from: one period's figures, detached from any storage.

All points, weights and values are ``Decimal``; a missing figure is ``None``, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class GroupVotes:
    """Votes of one rater group or channel for one unit.

    Give either ``counts`` (option label → votes, unscored options included) or ``n_valid`` with
    ``score`` (0 to 100, unrounded, already trimmed where the scheme trims).
    ``weight`` overrides the scheme's group weight for this unit, ``min_valid`` its minimum.
    """

    group: str
    weight: Decimal | None = None
    n_valid: int = 0
    score: Decimal | None = None
    counts: Mapping[str, int] | None = None
    min_valid: int | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure collected for units: its weight within the component and its conversion.

    ``conversion`` is an id of :data:`surveys.scoring.converting.CONVERTERS`; ``then`` names a
    second one applied to the result (``share_change`` then ``range``). Where a value already is
    in points, ``conversion`` is None.
    """

    key: str
    weight: Decimal
    conversion: str | None = None
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    lower_is_better: bool = False
    then: str | None = None


@dataclass(frozen=True)
class Reading:
    """A unit's figure for one indicator: ready ``points``, or raw figures to convert.

    Attributes
    ----------
    value, target, previous : this period's figure, its target, last period's figure
    rates : yearly growth rates, 0.07 for 7 %
    place : rank position for ``rank_points``
    excellent_share, adverse_share : 0 to 1, for ``rate_bracket``
    occurrences : (count, points each) pairs for ``deduct``
    """

    points: Decimal | None = None
    value: Decimal | None = None
    target: Decimal | None = None
    previous: Decimal | None = None
    rates: tuple[Decimal, ...] = ()
    place: int | None = None
    excellent_share: Decimal | None = None
    adverse_share: Decimal | None = None
    occurrences: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True)
class Adjustment:
    """A bonus or deduction: ``points`` (0 or more) for each of ``times`` occurrences."""

    kind: Literal["bonus", "deduction"]
    points: Decimal
    reason: str = ""
    document: str = ""
    times: int = 1


@dataclass(frozen=True)
class Veto:
    """A listed event that caps the grade, voids bonus points and removes the place."""

    item: str
    level: str = "ordinary"
    document: str = ""


@dataclass(frozen=True)
class GradeCap:
    """An event that keeps the grade at or below ``grade`` but leaves the place."""

    grade: str
    reason: str
    document: str


@dataclass(frozen=True)
class GradeDecision:
    """A grade set by named persons after the reckoning; a cap still binds it."""

    grade: str
    reason: str
    document: str
    decided_by: str


@dataclass(frozen=True)
class ComponentDecision:
    """Points (0 to 100) set by recorded decision where a component is insufficient."""

    points: Decimal
    reason: str
    document: str


@dataclass(frozen=True)
class ReverseResult:
    """How ``n_units`` assessed units rate a body: mean of the unit means, unrounded."""

    points: Decimal | None
    n_units: int


@dataclass(frozen=True)
class UnitInputs:
    """All figures of one unit in the period.

    Attributes
    ----------
    values : for components of kind ``mean``: component → part → points (None = missing)
    readings : for components of kind ``indicators``: component → indicator → reading
    surveys : for components of kind ``survey``: component → votes by group
    in_quota_base : False for units suspended or created less than six months ago
    """

    key: str
    category: str
    in_quota_base: bool = True
    values: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, Reading]] = field(default_factory=dict)
    surveys: Mapping[str, tuple[GroupVotes, ...]] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    caps: tuple[GradeCap, ...] = ()
    reverse: ReverseResult | None = None
    component_decisions: Mapping[str, ComponentDecision] = field(default_factory=dict)
    grade_decision: GradeDecision | None = None


@dataclass(frozen=True)
class PeriodInputs:
    """All units of a period and the indicators they are measured by (component → indicators)."""

    units: tuple[UnitInputs, ...]
    indicators: Mapping[str, tuple[Indicator, ...]] = field(default_factory=dict)
