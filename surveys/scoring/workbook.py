"""A period's figures from a workbook in Chinese, as an assessment office would write it.

Every sheet is read to its end; all problems come back together, each with sheet, row and column.
The layout stands in docs/scoring.md; which sheet a component is read from, the scheme says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from surveys.errors import Invalid
from surveys.scoring.figures import Values, names_in, read_board, read_values, read_votes
from surveys.scoring.incidents import Decisions, read_adjustments, read_facts, read_vetoes
from surveys.scoring.indicator_sheet import Readings, read_indicator_sheet
from surveys.scoring.inputs import (
    BoardIndicator,
    GroupVotes,
    Indicator,
    PeriodInputs,
    UnitInputs,
)
from surveys.scoring.level_sheets import (
    CATEGORY,
    FORMER,
    IN_BASE,
    PAY_BASE,
    PERSON_SHEETS,
    TEAM,
    UNIT_SHEETS,
    LevelSheets,
    Reader,
)
from surveys.scoring.project_sheet import ORDERS, read_projects
from surveys.scoring.reverse_sheet import read_reverse
from surveys.scoring.schemes import Level, Scheme
from surveys.scoring.wide_sheets import Book, rows_of
from surveys.setup.cells import read_cells
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import YES, Row

FigureT = TypeVar("FigureT")
WITHOUT_GRADE: Final = "无"


def read_inputs(scheme: Scheme, data: bytes) -> PeriodInputs:
    """Read a workbook.

    Errors: Invalid ``workbook_invalid`` with ``problems``, a tuple of
    :class:`surveys.setup.problems.RowProblem` in reading order; Invalid as ``read_cells`` names
    where the file is no readable workbook.
    """
    book = read_cells(data)
    problems = Problems()
    inputs = _read_level(scheme, UNIT_SHEETS, book, problems, teams=None)
    persons = None
    if scheme.persons is not None and PERSON_SHEETS.roster in book:
        teams = {unit.key for unit in inputs.units}
        persons = _read_level(scheme.persons, PERSON_SHEETS, book, problems, teams=teams)
    projects = read_projects(book, scheme.progress, problems)
    if problems.found:
        raise Invalid("workbook_invalid", problems=problems.in_order(sheet_names(scheme)))
    return PeriodInputs(inputs.units, inputs.indicators, inputs.boards, persons, projects)


def sheet_names(scheme: Scheme) -> tuple[str, ...]:
    """All sheets a workbook of this scheme can have, in reading order."""
    names = [*_level_sheets(scheme, UNIT_SHEETS)]
    if scheme.persons is not None:
        names += _level_sheets(scheme.persons, PERSON_SHEETS)
    if scheme.progress is not None:
        names += (scheme.progress.sheet, ORDERS)
    return tuple(dict.fromkeys(names))


def _level_sheets(level: Level, sheets: LevelSheets) -> list[str]:
    of_components = [component.sheet for component in level.components if component.sheet]
    of_reverse = [level.reverse.sheet] if level.reverse else []
    events = [sheets.adjustments, sheets.vetoes, sheets.facts, sheets.decisions]
    return [sheets.roster, *of_components, *events, *of_reverse]


@dataclass
class _Figures:
    """Component figures by component and unit."""

    values: dict[str, Values] = field(default_factory=dict)
    readings: dict[str, Readings] = field(default_factory=dict)
    surveys: dict[str, dict[str, tuple[GroupVotes, ...]]] = field(default_factory=dict)
    indicators: dict[str, tuple[Indicator, ...]] = field(default_factory=dict)
    boards: dict[str, tuple[BoardIndicator, ...]] = field(default_factory=dict)


def _read_level(
    level: Level, sheets: LevelSheets, book: Book, problems: Problems, *, teams: set[str] | None
) -> PeriodInputs:
    members = _read_roster(level, sheets, book, problems, teams=teams)
    reader = Reader(book, level, sheets, members, problems)
    figures = _read_figures(reader, {unit.category for unit in members.values()})
    adjustments, vetoes = read_adjustments(reader), read_vetoes(reader)
    facts, decisions, reverse = read_facts(reader), Decisions(reader), read_reverse(reader)
    units = tuple(
        UnitInputs(
            key=key,
            category=unit.category,
            in_quota_base=unit.in_quota_base,
            team=unit.team,
            former_grades=unit.former_grades,
            pay_base=unit.pay_base,
            values=_of_unit(key, figures.values),
            readings=_of_unit(key, figures.readings),
            surveys=_of_unit(key, figures.surveys),
            adjustments=adjustments.get(key, ()),
            vetoes=vetoes.get(key, ()),
            facts=facts.get(key, ()),
            reverse=reverse.get(key),
            component_decisions=decisions.components.get(key, {}),
            grade_decision=decisions.grades.get(key),
        )
        for key, unit in members.items()
    )
    return PeriodInputs(units, figures.indicators, figures.boards)


def _of_unit(key: str, figures: Mapping[str, Mapping[str, FigureT]]) -> dict[str, FigureT]:
    return {component: found[key] for component, found in figures.items() if key in found}


def _read_roster(
    level: Level, sheets: LevelSheets, book: Book, problems: Problems, *, teams: set[str] | None
) -> dict[str, UnitInputs]:
    optional = {CATEGORY, IN_BASE, FORMER, PAY_BASE}
    fixed = [sheets.subject]
    if teams is not None:
        fixed.append(TEAM)
    if len(level.categories) > 1:
        fixed.append(CATEGORY)
    members: dict[str, UnitInputs] = {}
    for row in rows_of(book, sheets.roster, tuple(fixed), problems, optional=optional - {*fixed}):
        unit = _member(level, sheets, row, teams)
        if unit.key in members:
            row.note(sheets.subject, "given_twice")
        members[unit.key] = unit
    if not members and not problems.found:
        problems.add(Place(sheets.roster, 0, {}), "", "sheet_empty")
    return members


def _member(level: Level, sheets: LevelSheets, row: Row, teams: set[str] | None) -> UnitInputs:
    categories = {
        name: category.key
        for category in level.categories
        for name in (category.key, category.zh, category.key + category.zh)
    }
    only = level.categories[0].key if len(level.categories) == 1 else None
    team = "" if teams is None else row.text(TEAM)
    if teams is not None and team and team not in teams:
        row.note(TEAM, "unknown_unit")
    return UnitInputs(
        key=row.text(sheets.subject),
        category=row.choice(CATEGORY, categories, default=only),
        in_quota_base=row.choice(IN_BASE, YES, default=True),
        team=team,
        former_grades=_former_grades(level, row),
        pay_base=row.optional_number(PAY_BASE, places=2),
    )


def _former_grades(level: Level, row: Row) -> tuple[str | None, ...]:
    """`三等、二等`, the latest period first; 无 is a period without a grade."""
    known: dict[str, str | None] = {grade.zh: grade.key for grade in level.grades}
    known[WITHOUT_GRADE] = None
    named = names_in(row.optional(FORMER))
    if not set(named) <= set(known):
        row.note(FORMER, "not_a_choice", expected=tuple(known))
    return tuple(known.get(name) for name in named)


def _read_figures(reader: Reader, categories: set[str]) -> _Figures:
    figures = _Figures()
    for component in reader.level.components:
        needed = any(component.weight_in(category) for category in categories)
        if component.kind == "team" or (not needed and component.sheet not in reader.book):
            continue
        key = component.key
        if component.survey is not None:
            figures.surveys[key] = read_votes(reader, component, component.survey)
        elif component.kind == "board":
            figures.boards[key] = read_board(reader, component)
        elif component.kind == "mean":
            figures.values[key] = read_values(reader, component)
        else:
            found = read_indicator_sheet(reader, component)
            figures.indicators[key], figures.readings[key] = found
    return figures
