"""Scores as plain data for JSON: numbers as text with four places, nothing lost to floats."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from surveys.scoring.lines import (
    BoardLine,
    CategoryLine,
    ComponentLine,
    PartLine,
    ProjectLine,
    Scores,
    UnitLine,
)
from surveys.scoring.notes import Note
from surveys.scoring.rounding import shown


def scores_as_data(scores: Scores) -> dict[str, Any]:
    """Return everything a :class:`Scores` holds, in its own order."""
    data: dict[str, Any] = {
        "scheme": scores.scheme,
        "version": scores.version,
        "engine": scores.engine,
        "units": [_unit(line) for line in scores.lines],
        "categories": [_category(line) for line in scores.categories],
        "boards": [_board(line) for line in scores.boards],
        "projects": [_project(line) for line in scores.projects],
    }
    if scores.persons is not None:
        data["persons"] = scores_as_data(scores.persons)
    return data


def _board(line: BoardLine) -> dict[str, Any]:
    return {
        "component": line.component,
        "indicator": line.indicator,
        "responsible": list(line.responsible),
        "places": [
            {
                "place_name": name,
                "value": None if value is None else _exact(value),
                "place": line.places.get(name),
                "colour": str(line.colours[name]),
            }
            for name, value in line.values.items()
        ],
    }


def _project(line: ProjectLine) -> dict[str, Any]:
    return {
        "project": line.project,
        "gap": _exact(line.gap),
        "state": line.state,
        "order": line.order,
        "proposals": list(line.proposals),
    }


def _unit(line: UnitLine) -> dict[str, Any]:
    arithmetic = line.arithmetic
    return {
        "unit": line.unit,
        "category": line.category,
        "team": line.team,
        "components": [_component(component) for component in arithmetic.components],
        "bonus_claimed": shown(arithmetic.bonus_claimed),
        "bonus": shown(arithmetic.bonus),
        "deductions": shown(arithmetic.deductions),
        "reverse_points": _plain(arithmetic.reverse_points),
        "reverse_deduction": _exact(arithmetic.reverse_deduction),
        "total": _plain(line.total),
        "place": line.place,
        "grade": line.grade,
        "colour": str(line.colour),
        "vetoes": [
            {"item": veto.item, "level": veto.level, "document": veto.document}
            for veto in line.vetoes
        ],
        "consequences": [
            {"code": str(item.code), **_facts(item.facts)} for item in line.consequences
        ],
        "notes": _notes((*arithmetic.notes, *line.notes)),
    }


def _component(line: ComponentLine) -> dict[str, Any]:
    return {
        "component": line.key,
        "points": _plain(line.points),
        "weight": _exact(line.weight),
        "weighted": None if line.weighted is None else _exact(line.weighted),
        "parts": [_part(part) for part in line.parts],
        "notes": _notes(line.notes),
    }


def _part(part: PartLine) -> dict[str, Any]:
    return {
        "part": part.key,
        "branch": part.branch,
        "points": _plain(part.points),
        "weight": _exact(part.weight),
        "effective_weight": _plain(part.effective_weight),
        "n_valid": part.n_valid,
    }


def _category(line: CategoryLine) -> dict[str, Any]:
    return {
        "category": line.category,
        "n": line.n,
        "seats": dict(line.seats),
        "needs_decision": [
            {**_note(question.note), "units": list(question.units)}
            for question in line.needs_decision
        ],
        "notes": _notes(line.notes),
    }


def _notes(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    return [_note(note) for note in notes]


def _note(note: Note) -> dict[str, Any]:
    return {"code": str(note.code), **_facts(note.facts)}


def _facts(facts: Mapping[str, object]) -> dict[str, Any]:
    return {name: _fact(value) for name, value in facts.items()}


def _fact(value: object) -> object:
    if isinstance(value, Decimal):
        return _exact(value)
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else shown(value)


def _exact(value: Decimal) -> str:
    """All digits, never in scientific notation: 0.15 × 92.0750 is 13.811250."""
    return format(value, "f")
