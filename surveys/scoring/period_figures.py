"""The measured figures of a period as the regulation reckons with them: indicators, adjustments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from surveys.models import Adjustment, Indicator, IndicatorPart, Period, Unit, Veto
from surveys.scoring import inputs as reckoned
from surveys.scoring.adjustment_claims import approved_claims
from surveys.scoring.components import indicator_means
from surveys.scoring.inputs import Reading

Values = Mapping[str, Mapping[str, Decimal | None]]
"""Component → part → points."""


class PeriodFigures:
    """All measured figures of a period, by unit."""

    def __init__(self, session: Session, period: Period) -> None:
        self.categories = {unit.code: unit.category.code for unit in period.units}
        self.codes = {unit.id: unit.code for unit in period.units}
        self.indicators = session.scalars(
            select(Indicator)
            .where(Indicator.period_id == period.id)
            .options(selectinload(Indicator.values))
            .order_by(Indicator.code)
        ).all()
        units = select(Unit.id).where(Unit.period_id == period.id)
        self.adjustments: dict[int, list[Adjustment]] = defaultdict(list)
        for adjustment in session.scalars(
            select(Adjustment).where(Adjustment.unit_id.in_(units)).order_by(Adjustment.id)
        ):
            self.adjustments[adjustment.unit_id].append(adjustment)
        self.claims = approved_claims(session, period_id=period.id)
        self.vetoes: dict[int, list[Veto]] = defaultdict(list)
        for veto in session.scalars(select(Veto).where(Veto.unit_id.in_(units)).order_by(Veto.id)):
            self.vetoes[veto.unit_id].append(veto)
        self.quarters = self._quarters()
        self.special = self._special()

    def values(self, unit: str) -> Values:
        """Points of a unit's quarters and special assessments."""
        return {
            "quarterly": {key: of_units.get(unit) for key, of_units in self.quarters.items()},
            "special": {
                key: of_units[unit] for key, of_units in self.special.items() if unit in of_units
            },
        }

    def indicators_of(self, part: IndicatorPart) -> tuple[reckoned.Indicator, ...]:
        """The indicators of a part with their conversions."""
        return tuple(as_reckoned(each) for each in self._of(part))

    def readings_of(self, part: IndicatorPart) -> Mapping[str, Mapping[str, Reading]]:
        """Raw figures of a part by unit and indicator."""
        return self._readings(self._of(part))

    def adjustments_of(self, unit_id: int) -> tuple[reckoned.Adjustment, ...]:
        """Bonus and deduction points of a unit: as loaded, then as approved since."""
        loaded = tuple(
            reckoned.Adjustment(
                "bonus" if each.kind.value == "bonus" else "deduction",
                each.points,
                each.reason,
                each.document,
            )
            for each in self.adjustments[unit_id]
        )
        return (*loaded, *self.claims[unit_id])

    def vetoes_of(self, unit_id: int) -> tuple[reckoned.Veto, ...]:
        """Vetoes of a unit."""
        return tuple(
            reckoned.Veto(each.item, "major" if each.major else "ordinary", each.document)
            for each in self.vetoes[unit_id]
        )

    def _quarters(self) -> dict[str, dict[str, Decimal | None]]:
        by_quarter: dict[int, list[Indicator]] = defaultdict(list)
        for each in self._of(IndicatorPart.QUARTERLY):
            by_quarter[each.quarter or 0].append(each)
        return {f"Q{key}": self._means(members) for key, members in sorted(by_quarter.items())}

    def _special(self) -> dict[str, dict[str, Decimal | None]]:
        return {
            each.code: {
                unit: points
                for unit, points in self._means([each]).items()
                # Not every unit has every special assessment: none of its own is not a missing one.
                if unit in self._units_with(each)
            }
            for each in self._of(IndicatorPart.SPECIAL)
        }

    def _means(self, indicators: Sequence[Indicator]) -> dict[str, Decimal | None]:
        return indicator_means(
            tuple(as_reckoned(each) for each in indicators),
            categories=self.categories,
            readings=self._readings(indicators),
        )

    def _of(self, part: IndicatorPart) -> list[Indicator]:
        return [each for each in self.indicators if each.part is part]

    def _units_with(self, indicator: Indicator) -> set[str]:
        return {self.codes[value.unit_id] for value in indicator.values}

    def _readings(self, indicators: Iterable[Indicator]) -> dict[str, dict[str, Reading]]:
        readings: dict[str, dict[str, Reading]] = defaultdict(dict)
        for indicator in indicators:
            for value in indicator.values:
                reading = reading_of(indicator, value.value, value.target)
                readings[self.codes[value.unit_id]][indicator.code] = reading
        return readings


def as_reckoned(indicator: Indicator) -> reckoned.Indicator:
    """An indicator with its conversion, detached from its table."""
    return reckoned.Indicator(
        key=indicator.code,
        weight=indicator.weight,
        conversion=indicator.conversion or None,
        **conversion_of(indicator.parameters),
    )


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
