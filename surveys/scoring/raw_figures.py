"""The measured figures behind a unit's points: value, target, and how they were converted."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Indicator, IndicatorPart, IndicatorValue, Unit, ValueVersion


@dataclass(frozen=True)
class RawFigure:
    """One figure of an indicator; ``conversion`` is "" where the value already is in points.

    Parameters
    ----------
    version, n_versions : which of its versions it is, of how many; one that was never corrected
        is version 1 of 1
    """

    name: Mapping[str, str]
    value: Decimal
    target: Decimal | None
    conversion: str
    parameters: Mapping[str, Any]
    weight: Decimal
    body: Unit | None
    code: str
    version: int = 1
    n_versions: int = 1


RawFigures: TypeAlias = Mapping[tuple[str, str], tuple[RawFigure, ...]]
"""(component, part) → the figures behind it; a quarter may have several."""


def raw_figures(session: Session, *, unit_id: int, used: Mapping[str, int]) -> RawFigures:
    """All figures of a unit as a scoring took them, by the component and part they lead to.

    Parameters
    ----------
    used : indicator → version that counted; 1 where it names none
    """
    versions = versions_of(session, unit_id=unit_id)
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
        kept = versions.get(indicator.id, [])
        number = min(used.get(indicator.code, 1), max(len(kept), 1))
        counted = kept[number - 1] if kept else value
        figure = RawFigure(
            name={"zh": indicator.name_zh, "en": indicator.name_en},
            value=counted.value,
            target=counted.target,
            conversion=indicator.conversion,
            parameters=indicator.parameters,
            weight=indicator.weight,
            body=indicator.body,
            code=indicator.code,
            version=number,
            n_versions=max(len(kept), 1),
        )
        place = indicator.part.value, key
        found[place] = (*found.get(place, ()), figure)
    return found


def versions_of(session: Session, *, unit_id: int) -> Mapping[int, list[ValueVersion]]:
    """The versions of a unit's corrected values by indicator, the first one first."""
    rows = session.scalars(
        select(ValueVersion)
        .where(ValueVersion.unit_id == unit_id)
        .order_by(ValueVersion.indicator_id, ValueVersion.number)
    )
    found: dict[int, list[ValueVersion]] = {}
    for row in rows:
        found.setdefault(row.indicator_id, []).append(row)
    return found
