"""From a unit's figures to its component scores, each rounded to 4 places."""

from collections.abc import Mapping
from decimal import Decimal

from surveys.errors import Invalid
from surveys.scoring.converting import convert_field
from surveys.scoring.inputs import Indicator, PeriodInputs, Reading, UnitInputs
from surveys.scoring.lines import ComponentLine, PartLine
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.rounding import component_points
from surveys.scoring.scheme_parts import Component
from surveys.scoring.schemes import Scheme
from surveys.scoring.survey_scores import survey_component

ZERO = Decimal(0)
ONE = Decimal(1)

Converted = Mapping[tuple[str, str, str], Decimal | None]
"""Points by (component, indicator, unit)."""


def convert_indicators(inputs: PeriodInputs) -> Converted:
    """Convert every indicator inside each category.

    Errors: Invalid ``indicator_twice``, ``unknown_indicator``, ``unknown_conversion``,
    ``conversion_parameters``.
    """
    converted: dict[tuple[str, str, str], Decimal | None] = {}
    for component, indicators in inputs.indicators.items():
        _check_indicators(component, indicators, inputs.units)
        for indicator in indicators:
            for field in _fields(component, indicator, inputs.units):
                for unit, points in convert_field(indicator, field).items():
                    converted[component, indicator.key, unit] = points
    return converted


def indicator_means(
    indicators: tuple[Indicator, ...],
    *,
    categories: Mapping[str, str],
    readings: Mapping[str, Mapping[str, Reading]],
) -> dict[str, Decimal | None]:
    """Points of units over a set of indicators: Σ w·p / Σ w over those present, unrounded.

    For figures that enter a component as one value, such as a quarter with indicators of its own.

    Parameters
    ----------
    categories : unit → category, inside which figures are converted
    readings : unit → indicator → reading
    """
    units = tuple(
        UnitInputs(unit, category, readings={"": readings.get(unit, {})})
        for unit, category in categories.items()
    )
    converted = convert_indicators(PeriodInputs(units, {"": indicators}))
    return {unit.key: _mean_of(unit, indicators, converted) for unit in units}


def component_lines(
    scheme: Scheme, unit: UnitInputs, inputs: PeriodInputs, converted: Converted
) -> tuple[ComponentLine, ...]:
    """All components of a unit in the scheme's order, decided ones replacing insufficient ones."""
    return tuple(
        _with_decision(_component_line(component, unit, inputs, converted), unit)
        for component in scheme.components
    )


def _component_line(
    component: Component, unit: UnitInputs, inputs: PeriodInputs, converted: Converted
) -> ComponentLine:
    weight = component.weight_in(unit.category)
    if component.survey is not None:
        return survey_component(
            key=component.key,
            weight=weight,
            survey=component.survey,
            votes=unit.surveys.get(component.key, ()),
        )
    if component.kind == "mean":
        values = unit.values.get(component.key, {})
        parts = [(part, ONE, points) for part, points in values.items()]
        return _weighted_mean(component, weight, parts, ())
    readings = unit.readings.get(component.key, {})
    listed = [item for item in inputs.indicators.get(component.key, ()) if item.key in readings]
    parts = [
        (item.key, item.weight, converted[component.key, item.key, unit.key]) for item in listed
    ]
    undefined = tuple(
        note(NoteCode.INDICATOR_UNDEFINED, indicator=item.key, conversion=item.conversion)
        for item in listed
        if converted[component.key, item.key, unit.key] is None and item.conversion is not None
    )
    return _weighted_mean(component, weight, parts, undefined)


def _weighted_mean(
    component: Component,
    weight: Decimal,
    parts: list[tuple[str, Decimal, Decimal | None]],
    notes: tuple[Note, ...],
) -> ComponentLine:
    present = [(part_weight, points) for _, part_weight, points in parts if points is not None]
    used = sum((part_weight for part_weight, _ in present), ZERO)
    lines = tuple(
        PartLine(
            key, points, part_weight, part_weight / used if used and points is not None else None
        )
        for key, part_weight, points in parts
    )
    if used == 0:
        missing = note(NoteCode.COMPONENT_INSUFFICIENT, component=component.key, usable_weight=ZERO)
        return ComponentLine(component.key, None, weight, lines, (*notes, missing))
    n_expected = max(len(parts), component.n_expected or 0)
    if len(present) < n_expected:
        missing = note(NoteCode.VALUES_MISSING, n_present=len(present), n_expected=n_expected)
        notes = (*notes, missing)
    total = sum((part_weight * points for part_weight, points in present), ZERO)
    return ComponentLine(component.key, component_points(total / used), weight, lines, notes)


def _with_decision(line: ComponentLine, unit: UnitInputs) -> ComponentLine:
    decision = unit.component_decisions.get(line.key)
    if decision is None or line.points is not None:
        return line
    decided = note(
        NoteCode.COMPONENT_DECIDED,
        component=line.key,
        document=decision.document,
        reason=decision.reason,
    )
    points = component_points(decision.points)
    return ComponentLine(line.key, points, line.weight, line.parts, (*line.notes, decided))


def _mean_of(
    unit: UnitInputs, indicators: tuple[Indicator, ...], converted: Converted
) -> Decimal | None:
    found = [(item.weight, converted.get(("", item.key, unit.key))) for item in indicators]
    present = [(weight, points) for weight, points in found if points is not None]
    used = sum((weight for weight, _ in present), ZERO)
    return sum((weight * points for weight, points in present), ZERO) / used if used else None


def _fields(
    component: str, indicator: Indicator, units: tuple[UnitInputs, ...]
) -> list[dict[str, Reading]]:
    fields: dict[str, dict[str, Reading]] = {}
    for unit in units:
        reading = unit.readings.get(component, {}).get(indicator.key)
        if reading is not None:
            fields.setdefault(unit.category, {})[unit.key] = reading
    return list(fields.values())


def _check_indicators(
    component: str, indicators: tuple[Indicator, ...], units: tuple[UnitInputs, ...]
) -> None:
    keys = [indicator.key for indicator in indicators]
    for key in keys:
        if keys.count(key) > 1:
            raise Invalid("indicator_twice", component=component, indicator=key)
    for unit in units:
        unknown = sorted(set(unit.readings.get(component, {})) - set(keys))
        if unknown:
            raise Invalid(
                "unknown_indicator", component=component, unit=unit.key, indicator=unknown[0]
            )
