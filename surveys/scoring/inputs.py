"""What the regulation reckons from: one period's figures, detached from any storage.

All points, weights and values are ``Decimal``; a missing figure is ``None``, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure collected for units: its weight within the component and its conversion.

    ``conversion`` is an id of :data:`surveys.scoring.converting.CONVERTERS`, or several joined by
    ``+``, whose mean counts; ``then`` names a second one applied to the result
    (``share_change+avg_growth`` then ``range``). Where a value already is in points,
    ``conversion`` is None. ``branch`` is that of the component's tree, ``tags`` what validators
    ask for.
    """

    key: str
    weight: Decimal
    conversion: str | None = None
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    lower_is_better: bool = False
    then: str | None = None
    branch: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit's figure for one indicator: ready ``points``, or raw figures to convert.

    Attributes
    ----------
    value, target, previous : this period's figure, its target, last period's figure
    published : last period's figure as it was published, where a boundary change restated it
    weight : the indicator's weight for this unit, where it has its own
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
    published: Decimal | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A bonus or deduction: ``points`` (0 or more) for each of ``times`` occurrences.

    ``document`` is its basis, ``evidence`` the file that proves it. Where a proposer is named, it
    counts only once somebody else has approved it.
    """

    kind: Literal["bonus", "deduction"]
    points: Decimal
    reason: str = ""
    document: str = ""
    times: int = 1
    evidence: str = ""
    proposed_by: str = ""
    approved_by: str = ""

    @property
    def counts(self) -> bool:
        """Approved by somebody other than the proposer, or entered without that procedure."""
        return not self.proposed_by or self.approved_by not in {"", self.proposed_by}


@dataclass(frozen=True, slots=True)
class Veto:
    """A listed event that caps the grade, voids bonus points and removes the place."""

    item: str
    level: str = "ordinary"
    document: str = ""


@dataclass(frozen=True, slots=True)
class GradeCap:
    """An event that keeps the grade at or below ``grade`` but leaves the place."""

    grade: str
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class FactEvent:
    """A fact of the scheme that was established of a unit or person, and by which paper."""

    fact: str
    document: str


@dataclass(frozen=True, slots=True)
class GradeDecision:
    """A grade set by named persons after the reckoning; a cap still binds it."""

    grade: str
    reason: str
    document: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class ComponentDecision:
    """Points (0 to 100) set by recorded decision where a component is insufficient."""

    points: Decimal
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class ReverseResult:
    """How ``n_units`` assessed units rate a body: mean of the unit means, unrounded."""

    points: Decimal | None
    n_units: int


@dataclass(frozen=True, slots=True)
class UnitInputs:
    """All figures of one unit in the period.

    Attributes
    ----------
    values : for components of kind ``mean``: component → part → points (None = missing)
    readings : for components of kind ``indicators``: component → indicator → reading
    surveys : for components of kind ``survey``: component → votes by group
    in_quota_base : False for units suspended or created less than six months ago
    team : the unit a person belongs to
    former_grades : grades in the sealed periods before, the latest first; None: without a grade
    pay_base : performance pay before the grade's coefficient
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
    facts: tuple[FactEvent, ...] = ()
    team: str = ""
    former_grades: tuple[str | None, ...] = ()
    pay_base: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BoardIndicator:
    """A figure compared among places (districts of a city), and the units responsible for it.

    ``values`` : place → figure, None = missing
    """

    key: str
    values: Mapping[str, Decimal | None]
    responsible: tuple[str, ...]
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project stands: shares in 0 … 100, orders issued before, the state before.

    ``at_talk`` : actual progress when a talk was held about it, None without a talk
    """

    key: str
    planned: Decimal
    actual: Decimal
    orders_before: int = 0
    at_talk: Decimal | None = None
    closed_before: bool = False
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class PeriodInputs:
    """All units of a period and what they are measured by.

    Attributes
    ----------
    indicators : component → indicators
    boards : component → figures compared among places
    persons : the persons in the units, as a level of their own
    """

    units: tuple[UnitInputs, ...]
    indicators: Mapping[str, tuple[Indicator, ...]] = field(default_factory=dict)
    boards: Mapping[str, tuple[BoardIndicator, ...]] = field(default_factory=dict)
    persons: "PeriodInputs | None" = None
    projects: tuple[Project, ...] = ()
