"""Which sheet of a file is which table of the set-up, and what of the file is passed over.

A sheet is known by its name, else by its headers. Nothing is passed over in silence: each sheet,
column or row that is not read is a note.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from surveys.errors import Invalid
from surveys.setup.cell_text import as_text, plain
from surveys.setup.cells import SheetCells
from surveys.setup.headers import Line, Sheet, Table, headers_of, letters, located
from surveys.setup.problems import Problems
from surveys.setup.reading_process import Cell
from surveys.setup.sheets.indicators import INDICATORS, VALUES
from surveys.setup.unfolding import Wide, indicator_names, unfolded, wide_sheet
from surveys.setup.workbook import SHEETS

# Explanations that our own templates carry.
HELP_SHEETS: Final = frozenset({"填写说明", "说明", "选项"})
# Columns that an office adds for itself, and nobody misses.
OWN_COLUMNS: Final = frozenset(
    {"序号", "说明", "备注", "单位", "单位代码", "单位名称", "指标名称", "类别", "类别名称"}
)
SUMS: Final = frozenset({"合计", "总计", "小计"})
FOOTERS: Final = ("注:", "备注:", "说明:", "填表人", "填表单位", "审核人", "制表")
MOST_NOTED: Final = 20


@dataclass(frozen=True)
class Note:
    """Something of the file that was not read as a row: the web finds the words for `code`.

    Codes: ``sheet_ignored``, ``sheet_twice``, ``column_ignored``, ``row_skipped``,
    ``hidden_rows_read``, ``hidden_sheet_read``, ``sheet_known_by_headers``, ``values_unfolded``.
    """

    code: str
    sheet: str
    row: int = 0
    value: str = ""


@dataclass(frozen=True)
class Found:
    """The tables of a file, with notes on the rest."""

    tables: Mapping[str, Table]
    notes: tuple[Note, ...]


def recognise(
    sheets: Sequence[SheetCells],
    problems: Problems,
    *,
    meant: str | None = None,
    indicators: Mapping[str, str] | None = None,
) -> Found:
    """Find the tables of the set-up in a file.

    Parameters
    ----------
    meant : the table that the reader of the page meant; the first unknown sheet may be it
    indicators : names of the indicators by their codes, as a sheet may have columns for them

    Raises
    ------
    Invalid : ``nothing_recognised`` (sheets: their names)
    """
    tables: dict[str, Table] = {}
    notes: list[Note] = []
    called = indicator_names({**(indicators or {}), **_indicators(sheets)})
    for cells in sheets:
        wide = wide_sheet(cells, called)
        if wide is not None and VALUES.name not in tables:
            tables[VALUES.name], skipped = without_notes(unfolded(cells, wide), VALUES, cells)
            notes += [*_of_wide(cells, wide), *dict.fromkeys(skipped)]
            continue
        sheet = sheet_of(cells, meant)
        if sheet is None or sheet.name in tables:
            notes += _passed_over(cells, twice=sheet is not None)
            continue
        notes += _known(cells, sheet)
        table = located(cells.rows, sheet, problems)
        if table is not None:
            table, skipped = without_notes(table, sheet, cells)
            notes += [*_columns(cells, sheet), *skipped]
        tables[sheet.name] = table or Table({}, [])
    if not tables:
        raise Invalid("nothing_recognised", sheets=tuple(cells.name for cells in sheets))
    return Found(tables, tuple(notes))


def sheet_of(cells: SheetCells, meant: str | None) -> Sheet | None:
    """The table that a sheet is: by name, by its headers, or the one that is meant."""
    named = {plain(sheet.name): sheet for sheet in SHEETS}
    found = named.get(plain(cells.name))
    if found or plain(cells.name) in HELP_SHEETS:
        return found
    fitting = [(fits(cells, sheet), sheet) for sheet in SHEETS]
    most, best = max(fitting, key=lambda each: each[0])
    if most:
        asked = [sheet for n, sheet in fitting if n == most and sheet.name == meant]
        return asked[0] if asked else best
    has_rows = any(any(cell is not None for cell in row) for row in cells.rows)
    return named.get(plain(meant)) if meant and has_rows else None


def fits(cells: SheetCells, sheet: Sheet) -> int:
    """How many headers a sheet has, if it has all that it must."""
    _, columns = headers_of(cells.rows, sheet)
    needed = {header for header in sheet.headers if header not in sheet.optional}
    return len(columns) if needed <= columns.keys() else 0


def without_notes(table: Table, sheet: Sheet, cells: SheetCells) -> tuple[Table, list[Note]]:
    """The table without sums, and without what an office writes below its tables."""
    skipped: list[Note] = []
    lines: list[Line] = []
    for line in table.lines:
        whole_row = cells.rows[line.number - 1]
        first = next((text for cell in whole_row if (text := as_text(cell))), "")
        if plain(first) in SUMS or plain(first).startswith(FOOTERS):
            skipped.append(Note("row_skipped", sheet.name, line.number, first))
        else:
            lines.append(line)
    return replace(table, lines=lines), skipped


def _indicators(sheets: Sequence[SheetCells]) -> dict[str, str]:
    """Names of the indicators that the file itself sets up, by their codes."""
    for cells in sheets:
        if plain(cells.name) == plain(INDICATORS.name):
            table = located(cells.rows, INDICATORS, Problems())
            lines = table.lines if table else ()
            return {
                as_text(line.cells["指标代码"]): as_text(line.cells["指标名称"]) for line in lines
            }
    return {}


def _of_wide(cells: SheetCells, wide: Wide) -> Iterator[Note]:
    yield Note("values_unfolded", VALUES.name, value="、".join(wide.columns.values()))
    yield from _hidden(cells, VALUES)
    yield from _unread(cells, VALUES, wide.top, {wide.unit, *wide.columns})


def _known(cells: SheetCells, sheet: Sheet) -> Iterator[Note]:
    # A text file has no name for its table.
    if cells.name and plain(cells.name) != plain(sheet.name):
        yield Note("sheet_known_by_headers", sheet.name, value=cells.name)
    yield from _hidden(cells, sheet)


def _hidden(cells: SheetCells, sheet: Sheet) -> Iterator[Note]:
    if cells.hidden:
        yield Note("hidden_sheet_read", sheet.name)
    if cells.hidden_rows:
        shown = [str(row) for row in cells.hidden_rows[:MOST_NOTED]]
        more = ["…"] if len(cells.hidden_rows) > MOST_NOTED else []
        yield Note("hidden_rows_read", sheet.name, value=", ".join(shown + more))


def _passed_over(cells: SheetCells, *, twice: bool) -> Iterator[Note]:
    if plain(cells.name) not in HELP_SHEETS and any(map(_filled, cells.rows)):
        yield Note("sheet_twice" if twice else "sheet_ignored", cells.name)


def _columns(cells: SheetCells, sheet: Sheet) -> Iterator[Note]:
    """Columns below whose headers something stands, and that are not read."""
    top, columns = headers_of(cells.rows, sheet)
    yield from _unread(cells, sheet, top, set(columns.values()))


def _unread(cells: SheetCells, sheet: Sheet, top: int, taken: set[int]) -> Iterator[Note]:
    for position, cell in enumerate(cells.rows[top]):
        name = as_text(cell)
        below = (row[position] for row in cells.rows[top + 1 :])
        if position not in taken and plain(name) not in OWN_COLUMNS and _filled(below):
            yield Note("column_ignored", sheet.name, value=f"{letters(position)} {name}".strip())


def _filled(cells: Iterable[Cell]) -> bool:
    return any(cell is not None for cell in cells)
