"""Lists that grow: every page searches them in the same way, and saves what was found as a file.

A view names the columns once; search, CSV and workbook follow from them. The page's template draws
the rows in its own way, beneath ``components/lists.html``.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any, Final, Generic, TypeVar, cast

from flask import Response, request, url_for
from flask_babel import to_user_timezone
from xlsxwriter import Workbook

from surveys.formulas import harmless
from webapp.languages import moment
from webapp.office.downloads import download

Row = TypeVar("Row")
Cell = str | int | float | Decimal | datetime | None
Columns = Mapping[str, Callable[[Row], Cell]]

KINDS: Final = "any(csv,xlsx):kind"
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAMES: Final = {"xlsx": "Excel", "csv": "CSV"}
# By these rows the columns of a workbook are made wide enough, up to so many Chinese signs.
ROWS_MEASURED: Final = 200
WIDEST: Final = 30


@dataclass(frozen=True)
class ListTools:
    """What stands over a list: search, how many rows, and where it is saved.

    Parameters
    ----------
    url : of the whole list
    files : name of a kind of file → its address, for the rows that were found
    wanted : the words searched for
    kept : further arguments of the address, which a search does not change
    """

    n_rows: int
    n_found: int
    wanted: str
    url: str
    files: Mapping[str, str]
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A list, and those of its rows that hold the words searched for.

    Parameters
    ----------
    columns : header → what a row says there; a search looks at all of them
    """

    rows: Sequence[Row]
    columns: Columns[Row]
    wanted: str = ""

    @cached_property
    def found(self) -> tuple[Row, ...]:
        """The rows that hold the words."""
        return self.among(self.rows)

    def among(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Those of some rows that hold the words."""
        words = self.wanted.casefold().split()
        return tuple(row for row in rows if not words or self._holds(row, words))

    def _holds(self, row: Row, words: Sequence[str]) -> bool:
        said = "\n".join(written(cell(row)) for cell in self.columns.values()).casefold()
        return all(word in said for word in words)

    def tools(
        self, page: str, *, kept: Mapping[str, str | None] | None = None, **where: Any
    ) -> ListTools:
        """For the page at an endpoint; its files come from the endpoint ``<page>_file``.

        Parameters
        ----------
        kept : further arguments of the address that choose rows; None says nothing
        where : of the page's path
        """
        further = {name: value for name, value in (kept or {}).items() if value}
        asked: dict[str, Any] = {"q": self.wanted} | further if self.wanted else {**further}
        return ListTools(
            n_rows=len(self.rows),
            n_found=len(self.found),
            wanted=self.wanted,
            url=url_for(page, **where),
            files=file_addresses(page, **where, **asked),
            kept=further,
        )

    def file(self, stem: str, kind: str) -> Response:
        """The rows that were found, as a file of a kind of `KINDS`."""
        lines = ([cell(row) for cell in self.columns.values()] for row in self.found)
        return table_file(stem, kind, list(self.columns), lines)


def file_addresses(page: str, **arguments: Any) -> dict[str, str]:
    """Name of a kind of file → its address, for the page at an endpoint."""
    return {name: url_for(f"{page}_file", kind=kind, **arguments) for kind, name in NAMES.items()}


def words_wanted() -> str:
    """What the address searches for."""
    return request.args.get("q", "").strip()


def table_file(
    stem: str, kind: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """A table as a file; whatever a cell's text begins with, no program takes it for a formula."""
    body = as_workbook(headers, rows) if kind == "xlsx" else b"".join(as_csv(headers, rows))
    return download(body, f"{stem}.{kind}", MEDIA_TYPES[kind])


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Line by line, with the mark at the beginning that spreadsheet programs want to see."""
    yield "\N{BYTE ORDER MARK}".encode()
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    for row in chain([headers], rows):
        writer.writerow([_plain(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def as_workbook(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet whose head stays in sight and can be filtered; row by row, in little memory."""
    buffer, lines = BytesIO(), iter(rows)
    measured = list(islice(lines, ROWS_MEASURED))
    with Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"})
        for column, header in enumerate(headers):
            longest = max(len(written(row[column])) for row in [headers, *measured])
            sheet.set_column(column, column, 2 * min(longest, WIDEST) + 2)
            sheet.write_string(0, column, header, head)
        n = 0
        for n, row in enumerate(chain(measured, lines), start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(n, column, cell, body)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(n, column, _on_the_wall(cell), clock)
                elif cell is not None:
                    sheet.write_number(n, column, float(cell), body)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, n, len(headers) - 1)
    return buffer.getvalue()


def written(cell: Cell) -> str:
    """A cell as text, as pages show it."""
    if isinstance(cell, datetime):
        return moment(cell)
    return "" if cell is None else str(cell)


def _plain(cell: Cell) -> Cell:
    """A cell of a CSV; a moment in the form that programs read and sort."""
    if isinstance(cell, datetime):
        return f"{_on_the_wall(cell):%Y-%m-%d %H:%M:%S}"
    return harmless(cell) if isinstance(cell, str) else cell


def _on_the_wall(moment: datetime) -> datetime:
    """A moment as the office's clock shows it."""
    return cast("datetime", to_user_timezone(moment)).replace(tzinfo=None)
