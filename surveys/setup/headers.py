"""Sheets as tables: the headers are found below titles and across merged cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from surveys.setup.cell_text import as_text, plain
from surveys.setup.problems import Place, Problems
from surveys.setup.reading_process import Cell

Grid: TypeAlias = Sequence[Sequence[Cell]]

# A title and some lines of explanation may stand above the headers.
HEADERS_WITHIN: Final = 8


@dataclass(frozen=True)
class Sheet:
    """What the reader knows of a sheet before it looks: its name and its headers.

    Attributes
    ----------
    key : the headers that tell one row from another
    optional : headers of columns that may be missing altogether
    aliases : what else a column may be called, and the header it means
    """

    name: str
    headers: tuple[str, ...]
    needs_rows: bool = True
    key: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    strict: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict, hash=False)

    def key_of(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """What tells a row from others."""
        return tuple(cells.get(header, "") for header in self.key or self.headers)


@dataclass(frozen=True)
class Line:
    """One row of a table by header; `number` is 0 for what does not come from a file.

    `columns` are the letters of its own columns, where they are not those of the table.
    """

    number: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A sheet whose headers have been found; `columns` are the letters by header."""

    columns: dict[str, str]
    lines: Sequence[Line]


Book: TypeAlias = Mapping[str, Grid | Table]


def located(grid: Grid, sheet: Sheet, problems: Problems) -> Table | None:
    """The table below its headers; None, with a note, where a column is lacking."""
    top, positions = headers_of(grid, sheet)
    columns = {header: letters(position) for header, position in positions.items()}
    lacking = [h for h in sheet.headers if h not in columns and h not in sheet.optional]
    for header in lacking:
        problems.add(Place(sheet.name, top + 1, columns), header, "column_missing")
    if sheet.strict and positions:
        _note_unknown(sheet, grid[top], top, set(positions.values()), problems)
    if lacking:
        return None
    lines = (
        Line(number, {header: line[position] for header, position in positions.items()})
        for number, line in enumerate(grid[top + 1 :], start=top + 2)
    )
    return Table(columns, [line for line in lines if any(map(as_said, line.cells.values()))])


def _note_unknown(
    sheet: Sheet, cells: Sequence[Cell], top: int, known: set[int], problems: Problems
) -> None:
    for position, cell in enumerate(cells):
        name = as_text(cell)
        if name and position not in known:
            place = Place(sheet.name, top + 1, {name: letters(position)})
            problems.add(place, name, "unknown_column", value=name, expected=sheet.headers)


def as_said(cell: Cell) -> bool:
    """Whether a cell holds anything."""
    return bool(as_text(cell)) or isinstance(cell, list)


def headers_of(grid: Grid, sheet: Sheet) -> tuple[int, dict[str, int]]:
    """Where the headers stand: their lowest row, and the position of each column.

    A header may be merged over two rows, or be split into a wide one above and one below it
    (单位 over 代码 and 名称). Of rows that hold the same headers the lowest is taken.
    """
    best: tuple[int, dict[str, int]] = 0, {}
    wanted = {plain(alias): header for alias, header in sheet.aliases.items()}
    own = {plain(header): header for header in sheet.headers}
    for top in range(min(len(grid), HEADERS_WITHIN)):
        found: dict[str, int] = {}
        for position, names in enumerate(_names_at(grid, top)):
            known = next((own[name] for name in names if name in own), None)
            if known is not None:
                found.setdefault(known, position)
        for position, names in enumerate(_names_at(grid, top)):
            meant = next((wanted[name] for name in names if name in wanted), None)
            if meant is not None and position not in found.values():
                found.setdefault(meant, position)
        if found and len(found) >= len(best[1]):
            best = top, found
    return best


def _names_at(grid: Grid, top: int) -> Iterator[tuple[str, ...]]:
    """What each column may be called when row `top` is the lowest row of headers."""
    above = [plain(as_text(cell)) for cell in grid[top - 1]] if top else [""] * len(grid[top])
    wide = ""
    for position, cell in enumerate(grid[top]):
        name = plain(as_text(cell))
        over = above[position] if position < len(above) else ""
        wide = over or wide
        yield (name, wide + name) if name else (over,)


def header_row(grid: Sequence[Sequence[Cell]], headers: Sequence[str]) -> int:
    """Position of the row near the top that holds most of the headers."""

    def held(position: int) -> int:
        return len({*map(plain, headers)} & {plain(as_text(cell)) for cell in grid[position]})

    return max(range(min(len(grid), HEADERS_WITHIN)), key=held, default=0)


def letters(position: int) -> str:
    """A, B, … Z, AA for columns 0, 1, … 25, 26."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
