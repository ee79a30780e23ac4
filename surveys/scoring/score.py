"""The whole reckoning of a period, in the order of the regulation.

conversion → component → weighted sum → bonus → deductions → total → veto flags → places of the
units not vetoed → quota grades and thresholds → facts, caps, recorded decisions → proposals; then
the same for the persons in the units, whose scores start from their unit's total.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from surveys.scoring.boards import board_line, of_unit
from surveys.scoring.checking import check_inputs
from surveys.scoring.colours import Colour, colours_by_place
from surveys.scoring.components import Around, component_lines, convert_indicators
from surveys.scoring.consequences import Occasion, proposals
from surveys.scoring.grade_rulings import best_grade, grade_notes, standing_grade, takes_a_place
from surveys.scoring.grading import Candidate, Grading, grade_units
from surveys.scoring.inputs import PeriodInputs, UnitInputs
from surveys.scoring.lines import (
    BoardLine,
    CategoryLine,
    OpenQuestion,
    Scores,
    TotalLine,
    UnitLine,
)
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.progress import project_line
from surveys.scoring.ranking import competition_places, standing
from surveys.scoring.rounding import EXACT
from surveys.scoring.schemes import ENGINE, Level, Scheme
from surveys.scoring.totals import total_line

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Reckoned:
    unit: UnitInputs
    line: TotalLine

    @property
    def total(self) -> Decimal | None:
        return self.line.total


@dataclass(frozen=True)
class _Field:
    """One category: its members with all that is known of the field around them."""

    scheme: Level
    members: Sequence[_Reckoned]
    places: Mapping[str, int]
    colours: Mapping[str, Colour]
    boards: tuple[BoardLine, ...]
    claims: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class _Teams:
    """What persons take from their units: the total, and the merit quota of its grade."""

    totals: Mapping[str, Decimal | None] = field(default_factory=dict)
    quotas: Mapping[str, Decimal] = field(default_factory=dict)


def score(scheme: Scheme, inputs: PeriodInputs) -> Scores:
    """Reckon totals, places, grades, colours and proposals of all units, then of all persons.

    The order of the units does not matter; the result is ordered by category (as the scheme lists
    them), place, total and key. Errors: Invalid, as :func:`check_inputs` and the components name.
    """
    with localcontext(EXACT):
        scores = _score_level(scheme, inputs, scheme, _Teams())
        if scheme.persons is not None and inputs.persons is not None:
            of_units = _teams(scheme, scores)
            persons = _score_level(scheme.persons, inputs.persons, scheme, of_units)
            scores = replace(scores, persons=persons)
        if scheme.progress is not None:
            lines = (project_line(project, scheme.progress) for project in inputs.projects)
            scores = replace(scores, projects=tuple(lines))
    return scores


def _score_level(level: Level, inputs: PeriodInputs, scheme: Scheme, teams: _Teams) -> Scores:
    check_inputs(level, inputs)
    boards = _boards(level, inputs)
    lines: list[UnitLine] = []
    categories: list[CategoryLine] = []
    ordered = sorted(inputs.units, key=lambda unit: unit.key)
    for category in level.categories:
        units = [unit for unit in ordered if unit.category == category.key]
        if not units:
            continue
        # Figures are converted category by category: what they make is dropped with it.
        converted = convert_indicators(inputs, units)
        around = Around(level, inputs, converted, boards, teams.totals)
        members = [
            _Reckoned(unit, total_line(level, unit, component_lines(around, unit)))
            for unit in units
        ]
        claims = {unit.key: teams.quotas.get(unit.team, ZERO) for unit in units}
        places = _places(level, members)
        colours = colours_by_place(places, level.colours)
        of_field = _Field(level, members, places, colours, boards, claims)
        of_units, of_category = _score_category(category.key, of_field)
        lines += of_units
        categories.append(of_category)
    return Scores(scheme.key, scheme.version, tuple(lines), tuple(categories), ENGINE, boards)


def _boards(level: Level, inputs: PeriodInputs) -> tuple[BoardLine, ...]:
    return tuple(
        board_line(component.key, indicator, component.board.colours)
        for component in level.components
        if component.board is not None
        for indicator in inputs.boards.get(component.key, ())
    )


def _teams(scheme: Level, scores: Scores) -> _Teams:
    quotas = {grade.key: grade.consequences.merit_quota for grade in scheme.grades}
    return _Teams(
        totals={line.unit: line.total for line in scores.lines},
        quotas={line.unit: quotas.get(line.grade or "") or ZERO for line in scores.lines},
    )


def _score_category(category: str, of_field: _Field) -> tuple[list[UnitLine], CategoryLine]:
    scheme, places = of_field.scheme, of_field.places
    n = sum(member.unit.in_quota_base for member in of_field.members)
    grading = grade_units(scheme, _candidates(of_field), n=n)
    sharing = Counter(places.values())
    lines = [_unit_line(of_field, member, grading, sharing) for member in of_field.members]
    lines.sort(key=_print_order)
    return lines, CategoryLine(
        category=category,
        n=n,
        seats=grading.seats,
        needs_decision=_open_questions(grading, of_field.members),
        notes=_category_notes(scheme, places),
    )


def _places(scheme: Level, members: Sequence[_Reckoned]) -> dict[str, int]:
    return competition_places(
        {
            member.unit.key: standing(member.line, member.total, scheme.tie_break)
            for member in members
            if member.total is not None and takes_a_place(scheme, member.unit)
        }
    )


def _candidates(of_field: _Field) -> list[Candidate]:
    return [
        Candidate(
            unit=member.unit.key,
            total=member.total,
            place=of_field.places.get(member.unit.key),
            best=best_grade(of_field.scheme, member.unit),
            claim=of_field.claims[member.unit.key],
        )
        for member in of_field.members
        if member.total is not None and member.unit.in_quota_base
    ]


def _unit_line(
    of_field: _Field, member: _Reckoned, grading: Grading, sharing: Mapping[int, int]
) -> UnitLine:
    unit, line, scheme = member.unit, member.line, of_field.scheme
    place = of_field.places.get(unit.key)
    found = standing_grade(scheme, unit, grading.grades.get(unit.key))
    boards = tuple(
        board
        for component in scheme.components
        if component.board is not None
        for board in of_unit(of_field.boards, component.key, unit.key)
    )
    notes = _event_notes(unit)
    notes += grade_notes(scheme, unit, found)
    if place is not None and sharing[place] > 1:
        notes.append(note(NoteCode.SHARED_PLACE, place=place, n_units=sharing[place]))
    return UnitLine(
        unit=unit.key,
        category=unit.category,
        arithmetic=line,
        place=place,
        grade=found.grade,
        colour=_colour(of_field, member),
        vetoes=unit.vetoes,
        team=unit.team,
        consequences=proposals(
            scheme, Occasion(unit, found.grade, line.reverse_points, boards=boards)
        ),
        notes=tuple(notes),
    )


def _colour(of_field: _Field, member: _Reckoned) -> Colour:
    unit = member.unit
    if unit.key in of_field.colours:
        return of_field.colours[unit.key]
    vetoed = unit.vetoes and unit.in_quota_base and member.total is not None
    return Colour.RED if vetoed else Colour.GREY


def _event_notes(unit: UnitInputs) -> list[Note]:
    notes = [
        note(NoteCode.VETOED, item=veto.item, level=veto.level, document=veto.document)
        for veto in unit.vetoes
    ]
    if not unit.in_quota_base:
        notes.append(note(NoteCode.OUTSIDE_QUOTA_BASE))
    return notes


def _open_questions(grading: Grading, members: Sequence[_Reckoned]) -> tuple[OpenQuestion, ...]:
    decided = {member.unit.key for member in members if member.unit.grade_decision is not None}
    questions = [
        question
        for question in grading.needs_decision
        if not question.units or not set(question.units) <= decided
    ]
    without_total = tuple(member.unit.key for member in members if member.total is None)
    if without_total:
        missing = note(NoteCode.TOTALS_MISSING, n_units=len(without_total))
        questions.append(OpenQuestion(missing, without_total))
    return tuple(questions)


def _category_notes(scheme: Level, places: Mapping[str, int]) -> tuple[Note, ...]:
    if len(places) >= scheme.colours.min_units:
        return ()
    few = note(NoteCode.COLOURS_NEED_MORE_UNITS, n=len(places), min_units=scheme.colours.min_units)
    return (few,)


def _print_order(line: UnitLine) -> tuple[bool, int, Decimal, str]:
    total = line.total if line.total is not None else Decimal(-1)
    return line.place is None, line.place or 0, -total, line.unit
