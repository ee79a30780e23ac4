"""From a unit's figures to its component scores, each rounded to 4 places."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from surveys.errors import Invalid
from surveys.scoring.boards import of_unit
from surveys.scoring.colours import Colour
from surveys.scoring.converting import convert_field
from surveys.scoring.indicator_parts import IndicatorParts
from surveys.scoring.inputs import Indicator, PeriodInputs, Reading, UnitInputs
from surveys.scoring.lines import BoardLine, ComponentLine, PartLine
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.rounding import component_points
from surveys.scoring.scheme_parts import Component
from surveys.scoring.schemes import Level
from surveys.scoring.survey_scores import survey_component
from surveys.scoring.validators import weight_of

ZERO = Decimal(0)
ONE = Decimal(1)

Converted: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Decimal | None]]]
"""Points by component, indicator and unit."""


@dataclass(frozen=True)
class Around:
    """What a unit's components look at besides its own figures.

    ``teams``: totals of the units that persons belong to, by unit.
    """

    scheme: Level
    inputs: PeriodInputs
    converted: Converted
    boards: tuple[BoardLine, ...] = ()
    teams: Mapping[str, Decimal | None] = field(default_factory=dict)


def convert_indicators(inputs: PeriodInputs, units: Sequence[UnitInputs]) -> Converted:
    """Convert every indicator inside one category.

    Errors: Invalid ``unknown_conversion``, ``conversion_parameters``.
    """
    return {
        component: {
            indicator.key: convert_field(indicator, _field(component, indicator.key, units))
            for indicator in indicators
        }
        for component, indicators in inputs.indicators.items()
    }


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
    means: dict[str, Decimal | None] = {}
    for category in dict.fromkeys(categories.values()):
        units = [
            UnitInputs(unit, category, readings={"": readings.get(unit, {})})
            for unit, of_unit in categories.items()
            if of_unit == category
        ]
        inputs = PeriodInputs(tuple(units), {"": indicators})
        check_indicators(inputs)
        converted = convert_indicators(inputs, units)[""]
        means |= {unit.key: _parts(unit, "", indicators, converted, {}).mean() for unit in units}
    return {unit: means[unit] for unit in categories}


def component_lines(around: Around, unit: UnitInputs) -> tuple[ComponentLine, ...]:
    """The components of a unit's category in the scheme's order.

    Decided ones replace insufficient ones; those of weight 0 are none of this category's.
    """
    return tuple(
        _with_decision(_component_line(around, component, unit, weight), unit)
        for component in around.scheme.components
        if (weight := component.weight_in(unit.category))
    )


def check_indicators(inputs: PeriodInputs) -> None:
    """Refuse indicators given twice, and readings of unknown ones.

    Errors: Invalid ``indicator_twice``, ``unknown_indicator``.
    """
    for component, indicators in inputs.indicators.items():
        keys = Counter(indicator.key for indicator in indicators)
        for key, count in keys.items():
            if count > 1:
                raise Invalid("indicator_twice", component=component, indicator=key)
        for unit in inputs.units:
            unknown = sorted(unit.readings.get(component, {}).keys() - keys.keys())
            if unknown:
                raise Invalid(
                    "unknown_indicator", component=component, unit=unit.key, indicator=unknown[0]
                )


def _component_line(
    around: Around, component: Component, unit: UnitInputs, weight: Decimal
) -> ComponentLine:
    if component.survey is not None:
        return survey_component(
            key=component.key,
            weight=weight,
            survey=component.survey,
            votes=unit.surveys.get(component.key, ()),
        )
    if component.kind == "indicators":
        return _indicator_line(around, component, unit, weight)
    parts, notes = _simple_parts(around, component, unit)
    present = [(part.weight, part.points) for part in parts if part.points is not None]
    used = sum((part_weight for part_weight, _ in present), ZERO)
    total = sum((part_weight * points for part_weight, points in present), ZERO)
    n_expected = max(len(parts), component.n_expected or 0)
    of_present = [
        replace(p, effective_weight=p.weight / used) for p in parts if p.points is not None
    ]
    shared = {part.key: part for part in of_present}
    return _mean_line(
        component,
        weight,
        Mean(total / used if used else None, len(present), n_expected),
        parts=[shared.get(part.key, part) for part in parts],
        notes=notes,
    )


def _simple_parts(
    around: Around, component: Component, unit: UnitInputs
) -> tuple[list[PartLine], tuple[Note, ...]]:
    """Parts of a mean, of a board, or of the one value that a team gives its members."""
    if component.kind == "team":
        return [PartLine(unit.team, around.teams.get(unit.team), ONE, None)], ()
    if component.kind == "mean":
        values = unit.values.get(component.key, {})
        return [PartLine(part, points, ONE, None) for part, points in values.items()], ()
    lines = of_unit(around.boards, component.key, unit.key)
    return (
        [_board_part(component, line) for line in lines],
        tuple(_board_note(component, line) for line in lines),
    )


def _indicator_line(
    around: Around, component: Component, unit: UnitInputs, weight: Decimal
) -> ComponentLine:
    indicators = around.inputs.indicators.get(component.key, ())
    converted = around.converted.get(component.key, {})
    branches = {branch.key: branch.weight for branch in component.branches}
    parts = _parts(unit, component.key, indicators, converted, branches)
    undefined = tuple(
        note(NoteCode.INDICATOR_UNDEFINED, indicator=item.key, conversion=item.conversion)
        for item in parts.undefined()
    )
    restated = tuple(
        note(
            NoteCode.PREVIOUS_RESTATED,
            indicator=key,
            published=reading.published,
            restated=reading.previous,
        )
        for key, reading in unit.readings.get(component.key, {}).items()
        if reading.published is not None
    )
    n_expected = max(len(parts), component.n_expected or 0)
    mean = Mean(parts.mean(), parts.n_present, n_expected)
    return _mean_line(component, weight, mean, parts=parts, notes=(*undefined, *restated))


def _parts(
    unit: UnitInputs,
    component: str,
    indicators: Sequence[Indicator],
    converted: Mapping[str, Mapping[str, Decimal | None]],
    branches: Mapping[str, Decimal],
) -> IndicatorParts:
    readings = unit.readings.get(component, {})
    # One tuple serves all units that have every indicator.
    if len(readings) != len(indicators):
        indicators = [item for item in indicators if item.key in readings]
    return IndicatorParts(
        indicators,
        tuple(weight_of(item, readings[item.key]) for item in indicators),
        tuple(converted[item.key][unit.key] for item in indicators),
        branches,
    )


@dataclass(frozen=True)
class Mean:
    """An unrounded mean, and of how many expected figures it is."""

    points: Decimal | None
    n_present: int
    n_expected: int


def _mean_line(
    component: Component,
    weight: Decimal,
    mean: Mean,
    *,
    parts: Sequence[PartLine],
    notes: tuple[Note, ...],
) -> ComponentLine:
    if mean.points is None:
        missing = _missing(component.key, mean.n_expected)
        return ComponentLine(component.key, None, weight, parts, (*notes, missing))
    if mean.n_present < mean.n_expected:
        facts = {"n_present": mean.n_present, "n_expected": mean.n_expected}
        notes = (*notes, note(NoteCode.VALUES_MISSING, **facts))
    return ComponentLine(component.key, component_points(mean.points), weight, parts, notes)


def _missing(component: str, n_expected: int) -> Note:
    if not n_expected:
        return note(NoteCode.COMPONENT_EMPTY, component=component)
    return note(NoteCode.FIGURES_MISSING, component=component, n_expected=n_expected)


def _board_part(component: Component, line: BoardLine) -> PartLine:
    rule = component.board
    colour = line.colours.get(rule.own) if rule else None
    points: dict[str, Decimal] = (
        {str(key): each for key, each in rule.points.items()} if rule else {}
    )
    found = points.get(str(colour))
    # Several responsible units share the weight of an indicator; each gets its colour.
    return PartLine(line.indicator, found, ONE / len(line.responsible), None)


def _board_note(component: Component, line: BoardLine) -> Note:
    own = component.board.own if component.board else ""
    return note(
        NoteCode.BOARD_COLOUR,
        indicator=line.indicator,
        value=line.values.get(own),
        place=line.places.get(own),
        n=len(line.places),
        colour=str(line.colours.get(own, Colour.GREY)),
    )


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


def _field(component: str, indicator: str, units: Sequence[UnitInputs]) -> dict[str, Reading]:
    return {
        unit.key: reading
        for unit in units
        if (reading := unit.readings.get(component, {}).get(indicator)) is not None
    }
