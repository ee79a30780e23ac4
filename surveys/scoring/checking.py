"""Refuse inputs that contradict the scheme, before anything is reckoned."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from surveys.errors import Invalid
from surveys.scoring.components import check_indicators
from surveys.scoring.inputs import Indicator, PeriodInputs, UnitInputs
from surveys.scoring.schemes import Level
from surveys.scoring.validators import demands

ZERO = Decimal(0)


def check_inputs(scheme: Level, inputs: PeriodInputs) -> None:
    """Check units, names and ranges.

    Errors: Invalid ``unit_twice``, ``unknown_category``, ``unknown_component``,
    ``points_out_of_range``, ``negative_points``, ``negative_times``, ``veto_without_document``,
    ``unknown_veto_level``, ``veto_not_in_scheme``, ``unknown_grade``, ``unknown_fact``,
    ``fact_without_document``, ``unknown_branch``, ``leaves_wrong``, ``weights_wrong``,
    ``tag_share_too_small``.
    """
    check_indicators(inputs)
    counted = Counter(unit.key for unit in inputs.units)
    for key, count in counted.items():
        if count > 1:
            raise Invalid("unit_twice", unit=key)
    categories = {category.key for category in scheme.categories}
    known = _indicators_by_key(inputs)
    _check_branches(scheme, inputs)
    for unit in inputs.units:
        if unit.category not in categories:
            raise Invalid("unknown_category", unit=unit.key, category=unit.category)
        _check_components(scheme, unit)
        _check_trees(scheme, unit, known)
        _check_adjustments(unit)
        _check_events(scheme, unit)


def _check_components(scheme: Level, unit: UnitInputs) -> None:
    by_kind = {
        "mean": unit.values,
        "indicators": unit.readings,
        "survey": unit.surveys,
    }
    for kind, given in by_kind.items():
        known = {part.key for part in scheme.components if part.kind == kind}
        for key in given:
            if key not in known:
                raise Invalid("unknown_component", unit=unit.key, component=key, kind=kind)
    for component in scheme.components:
        highest = component.maximum
        for points in _points_given(unit, component.key):
            if not ZERO <= points <= highest:
                raise Invalid(
                    "points_out_of_range", unit=unit.key, component=component.key, points=points
                )


def _indicators_by_key(inputs: PeriodInputs) -> Mapping[str, Mapping[str, Indicator]]:
    return {
        component: {indicator.key: indicator for indicator in indicators}
        for component, indicators in inputs.indicators.items()
    }


def _check_branches(scheme: Level, inputs: PeriodInputs) -> None:
    for component in scheme.components:
        branches = {branch.key for branch in component.branches}
        for indicator in inputs.indicators.get(component.key, ()) if branches else ():
            if indicator.branch not in branches:
                raise Invalid(
                    "unknown_branch",
                    component=component.key,
                    indicator=indicator.key,
                    branch=indicator.branch,
                    expected=tuple(sorted(branches)),
                )


def _check_trees(
    scheme: Level, unit: UnitInputs, indicators: Mapping[str, Mapping[str, Indicator]]
) -> None:
    for component in scheme.components:
        if not component.weight_in(unit.category):
            continue
        readings = unit.readings.get(component.key, {})
        for demand in demands(component, indicators.get(component.key, {}), readings):
            if not demand.met:
                raise Invalid(
                    demand.code,
                    unit=unit.key,
                    component=component.key,
                    found=demand.found,
                    expected=demand.expected,
                )


def _points_given(unit: UnitInputs, component: str) -> Iterable[Decimal]:
    yield from (v for v in unit.values.get(component, {}).values() if v is not None)
    readings = unit.readings.get(component, {}).values()
    yield from (reading.points for reading in readings if reading.points is not None)
    yield from (vote.score for vote in unit.surveys.get(component, ()) if vote.score is not None)
    if component in unit.component_decisions:
        yield unit.component_decisions[component].points


def _check_adjustments(unit: UnitInputs) -> None:
    for item in unit.adjustments:
        if item.points < 0:
            raise Invalid("negative_points", unit=unit.key, points=item.points)
        if item.times < 0:
            raise Invalid("negative_times", unit=unit.key, times=item.times)


def _check_events(scheme: Level, unit: UnitInputs) -> None:
    for veto in unit.vetoes:
        if scheme.veto is None:
            raise Invalid("veto_not_in_scheme", unit=unit.key, item=veto.item)
        scheme.veto.grade_cap(veto.level)
        if veto.item not in scheme.veto.items and not veto.document:
            raise Invalid("veto_without_document", unit=unit.key, item=veto.item)
    for cap in unit.caps:
        scheme.grade_rank(cap.grade)
    for event in unit.facts:
        scheme.fact(event.fact)
        if not event.document:
            raise Invalid("fact_without_document", unit=unit.key, fact=event.fact)
    if unit.grade_decision is not None:
        scheme.grade_rank(unit.grade_decision.grade)
