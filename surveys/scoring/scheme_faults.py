"""What a scheme can say that does not hold together: sums, names that lead nowhere, bad bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from surveys.errors import Invalid
from surveys.scoring.conversions import CONVERSIONS
from surveys.scoring.scheme_parts import Component

if TYPE_CHECKING:
    from surveys.scoring.schemes import Level, Scheme

Place: TypeAlias = tuple[str | int, ...]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Fault:
    """One fault: the place in the file as keys and positions, a stable code, its facts."""

    place: Place
    code: str
    facts: dict[str, str]


def require_sound(scheme: "Scheme") -> Iterator[Fault]:
    """All faults of a scheme, level by level."""
    yield from level_faults(scheme, ())
    if scheme.persons is not None:
        yield from level_faults(scheme.persons, ("persons",))


def refuse_faults(scheme: "Scheme") -> None:
    """Refuse a scheme that was put together in memory; Invalid with the first fault's code."""
    for fault in require_sound(scheme):
        raise Invalid(fault.code, **fault.facts)


def level_faults(level: "Level", at: Place) -> Iterator[Fault]:
    """All faults of one level."""
    yield from _twice(level, at)
    yield from _weights(level, at)
    for number, component in enumerate(level.components):
        yield from _component(level, component, (*at, "components", number))
    yield from _proportions(level, at)
    yield from _grade_names(level, at)
    yield from _tie_break(level, at)


def _twice(level: "Level", at: Place) -> Iterator[Fault]:
    for name in ("categories", "components", "grades", "adjustments", "facts"):
        seen: set[str] = set()
        for number, item in enumerate(getattr(level, name)):
            if item.key in seen:
                yield Fault((*at, name, number, "key"), "key_twice", {"key": item.key})
            seen.add(item.key)


def _weights(level: "Level", at: Place) -> Iterator[Fault]:
    for category in level.categories:
        total = sum((part.weight_in(category.key) for part in level.components), ZERO)
        if total != 1:
            facts = {"category": category.key, "sum": str(total)}
            yield Fault((*at, "components", 0, "weight"), "weights_not_one", facts)


def _component(level: "Level", component: Component, at: Place) -> Iterator[Fault]:
    categories = {category.key for category in level.categories}
    for category in sorted(set(component.category_weights) - categories):
        yield Fault((*at, "category_weights"), "unknown_category", {"category": category})
    if component.section and component.section not in {each.key for each in level.sections}:
        yield Fault((*at, "section"), "unknown_section", {"section": component.section})
    if component.survey is not None:
        total = sum((group.weight for group in component.survey.groups), ZERO)
        if total != 1:
            place = (*at, "survey", "groups", 0, "weight")
            yield Fault(place, "group_weights_not_one", {"sum": str(total)})
    total = sum((branch.weight for branch in component.branches), ZERO)
    if component.branches and total != 1:
        yield Fault((*at, "branches", 0, "weight"), "branch_weights_not_one", {"sum": str(total)})
    yield from _conversions(component, at)


def _conversions(component: Component, at: Place) -> Iterator[Fault]:
    if component.convert is None:
        return
    named = {"method": component.convert.method, "then": component.convert.then or ""}
    for entry, methods in named.items():
        for method in filter(None, methods.split("+")):
            if method not in CONVERSIONS:
                facts = {"conversion": method, "known": ", ".join(CONVERSIONS)}
                yield Fault((*at, "convert", entry), "unknown_conversion", facts)


def _proportions(level: "Level", at: Place) -> Iterator[Fault]:
    quotas = [grade.quota for grade in level.grades]
    shares = [q.share for q in quotas if q is not None and q.kind == "proportion"]
    total = sum((share for share in shares if share is not None), ZERO)
    if shares and (total != 1 or len(shares) != len(quotas)):
        yield Fault((*at, "grades", 0, "quota"), "proportions_not_one", {"sum": str(total)})


def _grade_names(level: "Level", at: Place) -> Iterator[Fault]:
    grades = {grade.key for grade in level.grades}
    levels = level.veto.levels if level.veto else ()
    named: list[tuple[Place, str]] = [
        *((("veto", "levels", i, "grade_cap"), each.grade_cap) for i, each in enumerate(levels)),
        *((("facts", i, "grade"), each.grade) for i, each in enumerate(level.facts)),
        *((("look_back", i, "grade"), each.grade) for i, each in enumerate(level.look_back)),
    ]
    for place, grade in named:
        if grade not in grades:
            facts = {"grade": grade, "known": ", ".join(sorted(grades))}
            yield Fault((*at, *place), "unknown_grade", facts)


def _tie_break(level: "Level", at: Place) -> Iterator[Fault]:
    keys = {component.key for component in level.components} | {"deductions"}
    for name in level.tie_break:
        if name not in keys:
            yield Fault((*at, "tie_break"), "unknown_tie_break", {"name": name})
