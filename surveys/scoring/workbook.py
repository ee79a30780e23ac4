"""A period's figures from a workbook in Chinese, as an assessment office would write it.

Every sheet is read to its end; all problems come back together, each with sheet, row and column.
The layout stands in docs/scoring.md; which sheet a component is read from, the scheme says.
"""

from typing import Final

from surveys.errors import Invalid
from surveys.scoring.figures import (
    Readings,
    Values,
    read_indicator_sheet,
    read_values,
    read_votes,
)
from surveys.scoring.incidents import (
    ADJUSTMENTS,
    VETOES,
    read_adjustments,
    read_reverse,
    read_vetoes,
)
from surveys.scoring.inputs import GroupVotes, Indicator, PeriodInputs, UnitInputs
from surveys.scoring.schemes import Scheme
from surveys.scoring.wide_sheets import UNIT, Book, rows_of
from surveys.setup.cells import read_cells
from surveys.setup.problems import Problems
from surveys.setup.tables import YES

UNITS: Final = "单位"
CATEGORY: Final = "类别"
IN_BASE: Final = "计入名额基数"


def read_inputs(scheme: Scheme, data: bytes) -> PeriodInputs:
    """Read a workbook.

    Errors: Invalid ``workbook_invalid`` with ``problems``, a tuple of
    :class:`surveys.setup.problems.RowProblem` in reading order; Invalid as ``read_cells`` names
    where the file is no readable workbook.
    """
    book = read_cells(data)
    problems = Problems()
    units = _read_units(scheme, book, problems)
    inputs = _read_figures(scheme, book, units, problems)
    if problems.found:
        raise Invalid("workbook_invalid", problems=problems.in_order(sheet_names(scheme)))
    return inputs


def sheet_names(scheme: Scheme) -> tuple[str, ...]:
    """All sheets a workbook of this scheme can have, in reading order."""
    of_components = (component.sheet for component in scheme.components)
    of_reverse = (scheme.reverse.sheet,) if scheme.reverse else ()
    return (UNITS, *of_components, ADJUSTMENTS, VETOES, *of_reverse)


def _read_units(scheme: Scheme, book: Book, problems: Problems) -> dict[str, UnitInputs]:
    categories = {
        name: category.key
        for category in scheme.categories
        for name in (category.key, category.zh, category.key + category.zh)
    }
    units: dict[str, UnitInputs] = {}
    for row in rows_of(book, UNITS, (UNIT, CATEGORY), problems, optional=(IN_BASE,)):
        key = row.text(UNIT)
        category = row.choice(CATEGORY, categories)
        in_base = row.choice(IN_BASE, YES, default=True)
        if key in units:
            row.note(UNIT, "given_twice")
        units[key] = UnitInputs(key, category, in_quota_base=in_base)
    return units


def _read_figures(
    scheme: Scheme, book: Book, units: dict[str, UnitInputs], problems: Problems
) -> PeriodInputs:
    values: dict[str, Values] = {}
    readings: dict[str, Readings] = {}
    indicators: dict[str, tuple[Indicator, ...]] = {}
    surveys: dict[str, dict[str, tuple[GroupVotes, ...]]] = {}
    for component in scheme.components:
        key = component.key
        if component.survey is not None:
            surveys[key] = read_votes(book, component, component.survey, units, problems)
        elif component.kind == "mean":
            values[key] = read_values(book, component, units, problems)
        else:
            indicators[key], readings[key] = read_indicator_sheet(book, component, units, problems)
    adjustments = read_adjustments(book, units, problems)
    vetoes = read_vetoes(book, scheme.veto, units, problems)
    reverse = read_reverse(book, scheme.reverse, units, problems)
    filled = tuple(
        UnitInputs(
            key=key,
            category=unit.category,
            in_quota_base=unit.in_quota_base,
            values={part: found[key] for part, found in values.items() if key in found},
            readings={part: found[key] for part, found in readings.items() if key in found},
            surveys={part: found[key] for part, found in surveys.items() if key in found},
            adjustments=adjustments.get(key, ()),
            vetoes=vetoes.get(key, ()),
            reverse=reverse.get(key),
        )
        for key, unit in units.items()
    )
    return PeriodInputs(filled, indicators)
