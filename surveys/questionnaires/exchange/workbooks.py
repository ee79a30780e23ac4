"""Sheets into an .xlsx file: text stays text, a file of the same content has the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Final, TypeAlias

import xlsxwriter

Value: TypeAlias = str | int | Decimal
Table: TypeAlias = Sequence[Sequence[Value]]

# A file of the same content has the same bytes, so it must not carry the hour of its making.
CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
WIDEST: Final = 48


def write_workbook(tables: dict[str, Table]) -> bytes:
    """Write one sheet for each table, its first row as headers; empty columns are left out."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bg_color": "#E3ECEE", "bottom": 1})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, values in enumerate(zip(*table, strict=True)):
                widest = max(_width(str(value)) for value in values)
                sheet.set_column(column, column, min(widest + 2, WIDEST))
                for row, value in enumerate(values):
                    _write(sheet, row, column, value, head if row == 0 else body)
    return buffer.getvalue()


def _write(sheet: object, row: int, column: int, value: Value, style: object) -> None:
    write = sheet.write_string if isinstance(value, str) else sheet.write_number  # type: ignore[attr-defined]
    if value != "":
        write(row, column, value, style)


def _width(text: str) -> int:
    return sum(1 if sign.isascii() else 2 for sign in text)


def without_empty_columns(table: Table, *, keep: int) -> Table:
    """The table without the columns beyond the first `keep` that hold nothing but a header."""
    columns = [list(column) for column in zip(*table, strict=True)]
    kept = [
        column
        for place, column in enumerate(columns)
        if place < keep or any(value != "" for value in column[1:])
    ]
    return [list(row) for row in zip(*kept, strict=True)]
