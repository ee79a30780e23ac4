"""Sheets whose columns the office names itself: quarters, special topics, options of a form."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from surveys.setup.cell_text import as_text, plain
from surveys.setup.headers import Sheet, header_row
from surveys.setup.problems import Problems
from surveys.setup.reading_process import Cell
from surveys.setup.tables import Row, read_rows

Book: TypeAlias = Mapping[str, Sequence[Sequence[Cell]]]

UNIT: Final = "单位"
REMARKS: Final = "备注"


def headers_found(book: Book, name: str, fixed: Sequence[str]) -> list[str]:
    """All headers of a sheet, as the row that holds the ``fixed`` ones has them."""
    grid = book.get(name)
    if not grid:
        return []
    row = grid[header_row(grid, fixed)]
    return [text for cell in row if (text := plain(as_text(cell)))]


def rows_of(
    book: Book,
    name: str,
    fixed: tuple[str, ...],
    problems: Problems,
    *,
    optional: Collection[str] = (),
) -> Iterator[Row]:
    """Rows with the ``fixed`` columns and those of ``optional`` that the sheet has."""
    present = [header for header in headers_found(book, name, fixed) if header in optional]
    yield from read_rows(book, Sheet(name, (*fixed, *present), needs_rows=False), problems)


def wide_rows(
    book: Book,
    name: str,
    fixed: tuple[str, ...],
    problems: Problems,
    *,
    optional: Collection[str] = (),
) -> Iterator[tuple[Row, tuple[str, ...]]]:
    """Rows of a sheet with the names of its free columns: neither remarks nor known ones."""
    known = {*fixed, *optional, REMARKS}
    headers = dict.fromkeys(headers_found(book, name, fixed))
    free = tuple(header for header in headers if header not in known)
    present = tuple(header for header in headers if header in optional)
    for row in read_rows(book, Sheet(name, (*fixed, *present, *free), needs_rows=False), problems):
        yield row, free


def known_unit(row: Row, header: str, units: Collection[str]) -> str | None:
    """Return the unit named under ``header``, or None with a problem noted."""
    name = row.text(header)
    if name and name not in units:
        row.note(header, "unknown_unit")
    return name if name in units else None
