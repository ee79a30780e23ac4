"""Sheets of the workbooks that go out: headers that stay, widths that fit, text that stays text."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

# A file of the same content has the same bytes, so it must not carry the hour of its making.
CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
FONT: Final = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
NARROWEST, WIDEST = 9, 46

Cell: TypeAlias = str | int | Decimal | None


class BookTable:
    """A sheet with one row of headers; text stays text, so a name can never become a formula."""

    def __init__(
        self, book: Any, name: str, headers: Sequence[str], *, fixed_columns: int = 1
    ) -> None:
        self._book = book
        self.sheet = book.add_worksheet(name)
        self._text = book.add_format({**FONT, "text_wrap": True, "bottom": 4})
        self._points = book.add_format({**FONT, "num_format": "0.0000##", "bottom": 4})
        self._whole = book.add_format({**FONT, "bottom": 4})
        self._fills: dict[str, Any] = {}
        self._widths = [_width(header) for header in headers]
        self.row = 0
        head = book.add_format(
            {**FONT, "bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E3ECEE"}
        )
        for column, header in enumerate(headers):
            self.sheet.write_string(0, column, header, head)
        self.sheet.set_row(0, 32)
        self.sheet.freeze_panes(1, fixed_columns)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.set_footer(f"&L{name}&R&P/&N")

    def add(self, cells: Iterable[Cell], *, fill: str | None = None) -> None:
        """Append a row; ``fill`` colours its last cell."""
        self.row += 1
        listed = list(cells)
        for column, cell in enumerate(listed):
            last = fill is not None and column == len(listed) - 1
            self._write(column, cell, self._fill(fill) if last and fill else None)

    def write_formula(self, column: int, formula: str, value: Decimal) -> None:
        """Put a formula with its value into the last row."""
        self.sheet.write_formula(self.row, column, formula, self._points, float(value))

    def finish(self) -> None:
        """Fit the columns, and let the reader filter."""
        for column, width in enumerate(self._widths):
            self.sheet.set_column(column, column, min(max(width, NARROWEST), WIDEST))
        if self.row:
            self.sheet.autofilter(0, 0, self.row, len(self._widths) - 1)

    def _write(self, column: int, cell: Cell, shade: Any) -> None:
        if column < len(self._widths):
            self._widths[column] = max(self._widths[column], _width(cell))
        if isinstance(cell, str):
            self.sheet.write_string(self.row, column, cell, shade or self._text)
        elif isinstance(cell, Decimal):
            self.sheet.write_number(self.row, column, cell, shade or self._points)
        elif cell is not None:
            self.sheet.write_number(self.row, column, cell, shade or self._whole)
        else:
            self.sheet.write_blank(self.row, column, None, self._text)

    def _fill(self, colour: str) -> Any:
        if colour not in self._fills:
            self._fills[colour] = self._book.add_format({**FONT, "bg_color": colour, "bottom": 4})
        return self._fills[colour]


def _width(cell: Cell) -> int:
    text = "" if cell is None else f"{cell:.4f}" if isinstance(cell, Decimal) else str(cell)
    lines = text.split("\n")
    wide = (
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in each) for each in lines
    )
    return max(wide, default=0) + 3
