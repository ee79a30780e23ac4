"""The measured figures behind a unit's points: value, target, and how they were converted."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Indicator, IndicatorPart, IndicatorValue, Unit


@dataclass(frozen=True)
class RawFigure:
    """One figure of an indicator; ``conversion`` is "" where the value already is in points."""

    name: Mapping[str, str]
    value: Decimal
    target: Decimal | None
    conversion: str
    parameters: Mapping[str, Any]
    weight: Decimal
    body: Unit | None


RawFigures: TypeAlias = Mapping[tuple[str, str], tuple[RawFigure, ...]]
"""(component, part) → the figures behind it; a quarter may have several."""


def raw_figures(session: Session, *, unit_id: int) -> RawFigures:
    """All figures of a unit, by the component and part that they lead to."""
    rows = session.execute(
        select(Indicator, IndicatorValue)
        .join(IndicatorValue, IndicatorValue.indicator_id == Indicator.id)
        .where(IndicatorValue.unit_id == unit_id)
        .order_by(Indicator.code)
    )
    found: dict[tuple[str, str], tuple[RawFigure, ...]] = {}
    for indicator, value in rows:
        quarterly = indicator.part is IndicatorPart.QUARTERLY
        key = f"Q{indicator.quarter}" if quarterly else indicator.code
        figure = RawFigure(
            name={"zh": indicator.name_zh, "en": indicator.name_en},
            value=value.value,
            target=value.target,
            conversion=indicator.conversion,
            parameters=indicator.parameters,
            weight=indicator.weight,
            body=indicator.body,
        )
        place = indicator.part.value, key
        found[place] = (*found.get(place, ()), figure)
    return found
