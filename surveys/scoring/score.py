"""The whole reckoning of a period, in the order of the regulation.

conversion → component → weighted sum → bonus → deductions → total → veto flags → places of the
units not vetoed → quota grades and thresholds → recorded decisions → proposals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from surveys.scoring.checking import check_inputs
from surveys.scoring.colours import Colour, colours_by_place
from surveys.scoring.components import component_lines, convert_indicators
from surveys.scoring.consequences import proposals
from surveys.scoring.grading import Candidate, Grading, grade_units
from surveys.scoring.inputs import GradeDecision, PeriodInputs, UnitInputs
from surveys.scoring.lines import CategoryLine, OpenQuestion, Scores, TotalLine, UnitLine
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.ranking import competition_places, standing
from surveys.scoring.rounding import EXACT
from surveys.scoring.schemes import Scheme
from surveys.scoring.totals import total_line


@dataclass(frozen=True)
class _Reckoned:
    unit: UnitInputs
    line: TotalLine

    @property
    def total(self) -> Decimal | None:
        return self.line.total


def score(scheme: Scheme, inputs: PeriodInputs) -> Scores:
    """Reckon totals, places, grades, colours and proposals of all units.

    The order of the units does not matter; the result is ordered by category (as the scheme lists
    them), place, total and key. Errors: Invalid, as :func:`check_inputs` and the components name.
    """
    with localcontext(EXACT):
        check_inputs(scheme, inputs)
        converted = convert_indicators(inputs)
        reckoned = [
            _Reckoned(
                unit, total_line(scheme, unit, component_lines(scheme, unit, inputs, converted))
            )
            for unit in sorted(inputs.units, key=lambda unit: unit.key)
        ]
        lines: list[UnitLine] = []
        categories: list[CategoryLine] = []
        for category in scheme.categories:
            members = [member for member in reckoned if member.unit.category == category.key]
            if members:
                of_units, of_category = _score_category(scheme, category.key, members)
                lines += of_units
                categories.append(of_category)
    return Scores(scheme.key, scheme.version, tuple(lines), tuple(categories))


def _score_category(
    scheme: Scheme, category: str, members: Sequence[_Reckoned]
) -> tuple[list[UnitLine], CategoryLine]:
    n = sum(member.unit.in_quota_base for member in members)
    places = _places(scheme, members)
    grading = grade_units(scheme, _candidates(scheme, members, places), n=n)
    colours = colours_by_place(places, scheme.colours)
    lines = [_unit_line(scheme, member, places, grading, colours) for member in members]
    lines.sort(key=_print_order)
    return lines, CategoryLine(
        category=category,
        n=n,
        seats=grading.seats,
        needs_decision=_open_questions(grading, members),
        notes=_category_notes(scheme, places),
    )


def _places(scheme: Scheme, members: Sequence[_Reckoned]) -> dict[str, int]:
    return competition_places(
        {
            member.unit.key: standing(member.line, member.total, scheme.tie_break)
            for member in members
            if member.total is not None and member.unit.in_quota_base and not member.unit.vetoes
        }
    )


def _candidates(
    scheme: Scheme, members: Sequence[_Reckoned], places: dict[str, int]
) -> list[Candidate]:
    return [
        Candidate(
            unit=member.unit.key,
            total=member.total,
            place=places.get(member.unit.key),
            best=_best_grade(scheme, member.unit),
        )
        for member in members
        if member.total is not None and member.unit.in_quota_base
    ]


def _best_grade(scheme: Scheme, unit: UnitInputs) -> int:
    caps = [cap.grade for cap in unit.caps]
    if scheme.veto is not None:
        caps += [scheme.veto.grade_cap(veto.level) for veto in unit.vetoes]
    return max((scheme.grade_rank(cap) for cap in caps), default=0)


def _unit_line(
    scheme: Scheme,
    member: _Reckoned,
    places: dict[str, int],
    grading: Grading,
    colours: dict[str, Colour],
) -> UnitLine:
    unit, line = member.unit, member.line
    reckoned = grading.grades.get(unit.key)
    grade = _decided(scheme, unit, reckoned)
    place = places.get(unit.key)
    return UnitLine(
        unit=unit.key,
        category=unit.category,
        arithmetic=line,
        place=place,
        grade=grade,
        colour=_colour(member, colours),
        vetoes=unit.vetoes,
        consequences=proposals(scheme, grade=grade, reverse_points=line.reverse_points),
        notes=tuple(
            _unit_notes(unit, reckoned, grade, list(places.values()).count(place or 0), place)
        ),
    )


def _decided(scheme: Scheme, unit: UnitInputs, reckoned: str | None) -> str | None:
    if unit.grade_decision is None:
        return reckoned
    decided = scheme.grade_rank(unit.grade_decision.grade)
    # A cap binds the committee too: a decision can lower below it, never lift above it.
    return scheme.grades[max(decided, _best_grade(scheme, unit))].key


def _colour(member: _Reckoned, colours: dict[str, Colour]) -> Colour:
    if member.total is None or not member.unit.in_quota_base:
        return Colour.GREY
    return Colour.RED if member.unit.vetoes else colours[member.unit.key]


def _unit_notes(
    unit: UnitInputs, reckoned: str | None, grade: str | None, n_sharing: int, place: int | None
) -> list[Note]:
    notes = [
        note(NoteCode.VETOED, item=veto.item, level=veto.level, document=veto.document)
        for veto in unit.vetoes
    ]
    if not unit.in_quota_base:
        notes.append(note(NoteCode.OUTSIDE_QUOTA_BASE))
    notes += [
        note(NoteCode.GRADE_CAPPED, cap=cap.grade, reason=cap.reason, document=cap.document)
        for cap in unit.caps
    ]
    if unit.grade_decision is not None:
        notes.append(_decision_note(unit.grade_decision, reckoned, grade))
    if n_sharing > 1:
        notes.append(note(NoteCode.SHARED_PLACE, place=place, n_units=n_sharing))
    return notes


def _decision_note(decision: GradeDecision, reckoned: str | None, grade: str | None) -> Note:
    return note(
        NoteCode.GRADE_DECIDED,
        reckoned=reckoned,
        decided=grade,
        asked=decision.grade,
        reason=decision.reason,
        document=decision.document,
        decided_by=decision.decided_by,
    )


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


def _category_notes(scheme: Scheme, places: dict[str, int]) -> tuple[Note, ...]:
    if len(places) >= scheme.colours.min_units:
        return ()
    few = note(NoteCode.COLOURS_NEED_MORE_UNITS, n=len(places), min_units=scheme.colours.min_units)
    return (few,)


def _print_order(line: UnitLine) -> tuple[bool, int, Decimal, str]:
    total = line.total if line.total is not None else Decimal(-1)
    return line.place is None, line.place or 0, -total, line.unit
