"""From the tables of a period to what the regulation reckons from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from surveys.models import (
    Adjustment,
    CampaignKind,
    Indicator,
    IndicatorPart,
    Period,
    Unit,
    Veto,
)
from surveys.scoring import inputs as reckoned
from surveys.scoring.campaign_votes import CampaignVotes
from surveys.scoring.inputs import GroupVotes, PeriodInputs, Reading, UnitInputs
from surveys.scoring.schemes import Scheme

Values = Mapping[str, Mapping[str, Decimal | None]]


class PeriodFigures:
    """All measured figures of a period, by unit."""

    def __init__(self, session: Session, period: Period) -> None:
        self.indicators = session.scalars(
            select(Indicator)
            .where(Indicator.period_id == period.id)
            .options(selectinload(Indicator.values))
            .order_by(Indicator.code)
        ).all()
        units = select(Unit.id).where(Unit.period_id == period.id)
        self.adjustments: dict[int, list[Adjustment]] = defaultdict(list)
        for adjustment in session.scalars(select(Adjustment).where(Adjustment.unit_id.in_(units))):
            self.adjustments[adjustment.unit_id].append(adjustment)
        self.vetoes: dict[int, list[Veto]] = defaultdict(list)
        for veto in session.scalars(select(Veto).where(Veto.unit_id.in_(units))):
            self.vetoes[veto.unit_id].append(veto)

    def values(self, unit_id: int) -> Values:
        """Quarterly and special figures that already are points."""
        quarters: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
        special: dict[str, Decimal | None] = {}
        for indicator in self.indicators:
            value = value_of(indicator, unit_id)
            if value is None or indicator.part is IndicatorPart.ANNUAL:
                continue
            if indicator.part is IndicatorPart.QUARTERLY:
                quarters[f"Q{indicator.quarter}"].append((value.value, indicator.weight))
            else:
                special[indicator.code] = value.value
        means: dict[str, Decimal | None] = {key: mean(pairs) for key, pairs in quarters.items()}
        return {"quarterly": means, "special": special}

    def annual(self) -> tuple[reckoned.Indicator, ...]:
        """The annual indicators with their conversions."""
        return tuple(
            reckoned.Indicator(
                key=indicator.code,
                weight=indicator.weight,
                conversion=indicator.conversion or None,
                **conversion_of(indicator.parameters),
            )
            for indicator in self.indicators
            if indicator.part is IndicatorPart.ANNUAL
        )

    def readings(self, unit_id: int) -> dict[str, Reading]:
        """A unit's raw annual figures."""
        return {
            indicator.code: reading_of(indicator, value.value, value.target)
            for indicator in self.indicators
            if indicator.part is IndicatorPart.ANNUAL
            and (value := value_of(indicator, unit_id)) is not None
        }

    def adjustments_of(self, unit_id: int) -> tuple[reckoned.Adjustment, ...]:
        """Bonus and deduction points of a unit."""
        return tuple(
            reckoned.Adjustment(
                "bonus" if each.kind.value == "bonus" else "deduction",
                each.points,
                each.reason,
                each.document,
            )
            for each in self.adjustments[unit_id]
        )

    def vetoes_of(self, unit_id: int) -> tuple[reckoned.Veto, ...]:
        """Vetoes of a unit."""
        return tuple(
            reckoned.Veto(each.item, "major" if each.major else "ordinary", each.document)
            for each in self.vetoes[unit_id]
        )


def period_inputs(
    session: Session, *, period: Period, scheme: Scheme, votes: Iterable[CampaignVotes]
) -> PeriodInputs:
    """Put measured figures and counted votes together for every unit of the period."""
    figures = PeriodFigures(session, period)
    counted = {each.campaign.kind: each for each in votes}
    reverse = counted.get(CampaignKind.REVERSE)
    annual = figures.annual()
    known = {component.key for component in scheme.components}
    return PeriodInputs(
        units=tuple(
            UnitInputs(
                key=unit.code,
                category=unit.category.code,
                values={k: v for k, v in figures.values(unit.id).items() if k in known},
                readings={"annual": figures.readings(unit.id)} if "annual" in known else {},
                surveys=surveys_of(unit, scheme, counted),
                adjustments=figures.adjustments_of(unit.id),
                vetoes=figures.vetoes_of(unit.id),
                reverse=None if reverse is None else reverse.reverse_of(unit.id),
            )
            for unit in period.units
        ),
        indicators={"annual": annual} if annual else {},
    )


def surveys_of(
    unit: Unit, scheme: Scheme, counted: Mapping[CampaignKind, CampaignVotes]
) -> dict[str, tuple[GroupVotes, ...]]:
    """A unit's votes in the survey components of the scheme, named after the campaign's kind."""
    return {
        component.key: counted[kind].group_votes(
            unit.id, trim=None if component.survey is None else component.survey.trim
        )
        for component in scheme.components
        for kind in (CampaignKind.DEMOCRATIC, CampaignKind.RECOGNITION)
        if component.key == kind.value and kind in counted
    }


def value_of(indicator: Indicator, unit_id: int) -> Any:
    """The unit's row of an indicator, or None."""
    return next((value for value in indicator.values if value.unit_id == unit_id), None)


def mean(pairs: list[tuple[Decimal, Decimal]]) -> Decimal:
    """Weighted mean of (value, weight) pairs."""
    weight = sum((w for _, w in pairs), Decimal(0))
    return sum((v * w for v, w in pairs), Decimal(0)) / weight


def conversion_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Split stored parameters into numbers and the two switches of a conversion."""
    rest = dict(parameters)
    lower = bool(rest.pop("lower_is_better", False))
    then = rest.pop("then", None)
    numbers = {key: Decimal(str(value)) for key, value in rest.items()}
    return {"parameters": numbers, "lower_is_better": lower, "then": then}


def reading_of(indicator: Indicator, value: Decimal, target: Decimal | None) -> Reading:
    """A figure: ready points where the indicator has no conversion, else raw."""
    if not indicator.conversion:
        return Reading(points=value)
    return Reading(value=value, target=target)
