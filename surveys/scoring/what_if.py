"""What if a weight, a quota, an adjustment or the treatment of findings were another one?

A trial reckons the period twice by the same engine, as it stands and with the change, and lays the
places and grades side by side. It writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from enum import StrEnum

from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid
from surveys.models import CampaignKind, CampaignState, Period
from surveys.scoring.inputs import Adjustment, GroupVotes, PeriodInputs
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.rounding import EXACT
from surveys.scoring.scheme_faults import refuse_faults
from surveys.scoring.scheme_parts import Grade
from surveys.scoring.schemes import Scheme
from surveys.scoring.score import score
from surveys.scoring.score_period import Ground, ground_of

LARGEST_CHANGE = Decimal(100)
KINDS = frozenset(kind.value for kind in CampaignKind)


class Treatment(StrEnum):
    """Which ballots count in a trial.

    ALL: every ballot. DECIDED: without those that two persons left out. SUSPECTED: also without
    those in strong findings and facts that nobody has dismissed.
    """

    ALL = "all"
    DECIDED = "decided"
    SUSPECTED = "suspected"


@dataclass(frozen=True)
class Seats:
    """Another rule for a grade: its threshold, its share, or the ends of its band."""

    minimum: Decimal | None = None
    share: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Trial:
    """What is changed; what is not named stays.

    Parameters
    ----------
    weights : component → weight; all weights must still sum to 1
    groups : kind of campaign → rater group → weight; all groups of it, summing to 1
    grades : grade → its other rule
    points : unit → points added to (or, below 0, taken from) its total, −100 to 100
    """

    weights: Mapping[str, Decimal] = field(default_factory=dict)
    groups: Mapping[CampaignKind, Mapping[str, Decimal]] = field(default_factory=dict)
    grades: Mapping[str, Seats] = field(default_factory=dict)
    points: Mapping[str, Decimal] = field(default_factory=dict)
    treatment: Treatment = Treatment.DECIDED


@dataclass(frozen=True)
class Move:
    """A unit as it stands, and in the trial."""

    before: UnitLine
    after: UnitLine

    @property
    def places_won(self) -> int | None:
        """Places won (+) or lost (−); None where either has no place."""
        if self.before.place is None or self.after.place is None:
            return None
        return self.before.place - self.after.place

    @property
    def changes_grade(self) -> bool:
        """Another grade, or one where there was none."""
        return self.before.grade != self.after.grade

    @property
    def changes_place(self) -> bool:
        """Another place, or one where there was none."""
        return self.before.place != self.after.place

    @property
    def total_change(self) -> Decimal | None:
        """How much the total changes; None where either has none."""
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total


@dataclass(frozen=True)
class WhatIf:
    """Both results, and every unit's move, by category and its place as it stands."""

    scheme: Scheme
    tried_scheme: Scheme
    before: Scores
    after: Scores
    moves: tuple[Move, ...]

    @property
    def changed(self) -> tuple[Move, ...]:
        """Those whose place or grade is another one."""
        return tuple(move for move in self.moves if move.changes_place or move.changes_grade)


def what_if(session: Session, *, period_id: int, trial: Trial) -> WhatIf:
    """Reckon a period as it stands and with the trial's changes.

    Raises
    ------
    Conflict : ``box_not_opened`` (campaign, state)
    Invalid : ``weights_not_one`` (sum), ``proportions_not_one`` (sum), ``share_out_of_range``,
        ``group_weights_not_one`` (campaign, sum), ``unknown_group`` (campaign),
        ``unknown_component``, ``unknown_grade``, ``unknown_unit`` (unit), ``points_out_of_range``,
        and what `surveys.scoring.score.score` raises
    """
    period = session.get_one(Period, period_id)
    for campaign in period.campaigns:
        if campaign.state not in {CampaignState.OPENED, CampaignState.CERTIFIED}:
            raise Conflict("box_not_opened", campaign=campaign.id, state=campaign.state.value)
    ground = ground_of(session, period, leave_out_excluded=True)
    tried = tried_scheme(ground.scheme, trial)
    inputs = with_points(tried_inputs(session, period, ground, trial), trial)
    before, after = score(ground.scheme, ground.inputs), score(tried, inputs)
    lines = {line.unit: line for line in after.lines}
    moves = tuple(Move(line, lines[line.unit]) for line in before.lines)
    return WhatIf(ground.scheme, tried, before, after, moves)


def tried_scheme(scheme: Scheme, trial: Trial) -> Scheme:
    """The scheme with other weights and seats; refused where it no longer holds together."""
    for key in trial.weights:
        scheme.component(key)
    for key in trial.grades:
        scheme.grade_rank(key)
    components = tuple(
        component.model_copy(update={"weight": trial.weights[component.key]})
        if component.key in trial.weights
        else component
        for component in scheme.components
    )
    grades = tuple(_tried_grade(grade, trial.grades.get(grade.key)) for grade in scheme.grades)
    tried = scheme.model_copy(update={"components": components, "grades": grades})
    refuse_faults(tried)
    return tried


def _tried_grade(grade: Grade, seats: Seats | None) -> Grade:
    if seats is None:
        return grade
    shares = {"share": seats.share, "low": seats.low, "high": seats.high}
    given = {name: share for name, share in shares.items() if share is not None}
    for share in given.values():
        if not 0 <= share <= 1:
            raise Invalid("share_out_of_range", grade=grade.key, share=share)
    quota = grade.quota.model_copy(update=given) if grade.quota is not None else None
    minimum = grade.minimum if seats.minimum is None else seats.minimum
    return grade.model_copy(update={"quota": quota, "minimum": minimum})


def tried_inputs(session: Session, period: Period, ground: Ground, trial: Trial) -> PeriodInputs:
    """The period's inputs with other ballots counted, and other weights of rater groups."""
    if trial.treatment is not Treatment.DECIDED:
        ground = ground_of(
            session,
            period,
            leave_out_excluded=trial.treatment is not Treatment.ALL,
            leave_out_suspected=trial.treatment is Treatment.SUSPECTED,
        )
    return with_group_weights(period, ground, trial.groups)


def with_group_weights(
    period: Period, ground: Ground, groups: Mapping[CampaignKind, Mapping[str, Decimal]]
) -> PeriodInputs:
    """The inputs with other weights of rater groups within a campaign."""
    if not groups:
        return ground.inputs
    votes = {each.campaign.kind: each for each in ground.votes}
    for kind, weights in groups.items():
        known = {group.code for group in votes[kind].campaign.groups} if kind in votes else set()
        if set(weights) != known:
            raise Invalid("unknown_group", campaign=kind.value)
        total = sum(weights.values(), Decimal(0))
        if total != 1 or min(weights.values()) < 0:
            raise Invalid("group_weights_not_one", campaign=kind.value, sum=total)
    ids = {unit.code: unit.id for unit in period.units}
    roles = groups.get(CampaignKind.REVERSE)
    with localcontext(EXACT):
        return replace(
            ground.inputs,
            units=tuple(
                replace(
                    unit,
                    surveys={
                        component: tuple(
                            replace(vote, weight=_weight(groups, component, vote)) for vote in cast
                        )
                        for component, cast in unit.surveys.items()
                    },
                    reverse=unit.reverse
                    if roles is None
                    else votes[CampaignKind.REVERSE].reverse_of(ids[unit.key], weights=roles),
                )
                for unit in ground.inputs.units
            ),
        )


def _weight(
    groups: Mapping[CampaignKind, Mapping[str, Decimal]], component: str, vote: GroupVotes
) -> Decimal | None:
    """A survey component has the name of its kind of campaign."""
    own = groups.get(CampaignKind(component)) if component in KINDS else None
    return vote.weight if own is None else own[vote.group]


def with_points(inputs: PeriodInputs, trial: Trial) -> PeriodInputs:
    """The inputs with points added to or taken from units."""
    known = {unit.key for unit in inputs.units}
    for unit, points in trial.points.items():
        if unit not in known:
            raise Invalid("unknown_unit", unit=unit)
        if abs(points) > LARGEST_CHANGE:
            raise Invalid("points_out_of_range", unit=unit, points=points)
    return replace(
        inputs,
        units=tuple(
            replace(unit, adjustments=(*unit.adjustments, _adjustment(trial.points[unit.key])))
            if trial.points.get(unit.key)
            else unit
            for unit in inputs.units
        ),
    )


def _adjustment(points: Decimal) -> Adjustment:
    return Adjustment("bonus" if points > 0 else "deduction", abs(points))
