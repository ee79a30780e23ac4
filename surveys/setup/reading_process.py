"""The child process in which a stranger's workbook is unpacked: `python -m` this module.

The workbook, or a table as text, comes in on standard input; its cells go out on standard output
as JSON: a list of sheets, each with its name and rows; a cell is null, a text, or a list of kind
and text. Whatever the
file does, it does to a process with little memory and little time.
"""

import json
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, TypeAlias
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from surveys.setup.archive import LARGEST_FILE, OLE2, BadArchive, check_archive
from surveys.setup.csv_text import table_of
from surveys.setup.sheet_facts import SheetFacts, facts_of

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 10
MOST_SHEETS = 40
MOST_ROWS = 60_000
MOST_COLUMNS = 60
LONGEST_TEXT = 4_000
# What a spreadsheet keeps of a number.
DIGITS = 15
ZIP = b"PK"
# The kind of a cell whose formula has no result, or whose result is an error.
BROKEN = "broken"

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
Cell: TypeAlias = str | list[str] | None
JsonSheet: TypeAlias = dict[str, Any]


def limit_self() -> None:
    """From here on this process has little memory and time, and writes no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sheets_of(data: bytes) -> list[JsonSheet]:
    """The sheets of a workbook in order, or the one of a text file; all rows from the first on."""
    if not data.startswith((ZIP, OLE2)):
        rows = table_of(data, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
        return [{"name": "", "rows": [[as_cell(value) for value in row] for row in rows]}]
    check_archive(data)
    facts = facts_of(data)
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        if len(book.sheet_names) > MOST_SHEETS:
            raise BadArchive("too_many_sheets")
        hidden = {
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible != SheetVisibleEnum.Visible
        }
        return [
            {
                "name": name,
                "rows": rows_of(book, name, facts.get(name, SheetFacts())),
                "hidden": name in hidden,
                "hidden_rows": [row + 1 for row in facts.get(name, SheetFacts()).hidden_rows],
            }
            for name in book.sheet_names
        ]


def rows_of(book: CalamineWorkbook, name: str, facts: SheetFacts) -> list[list[Cell]]:
    """Rows of one sheet, cut at its last used cell."""
    sheet = book.get_sheet_by_name(name)
    row, column = sheet.end or (0, 0)
    if row > MOST_ROWS or column >= MOST_COLUMNS:
        raise BadArchive("sheet_too_large")
    rows = [[as_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    _mark_broken(rows, facts)
    _fill_merged(rows, sheet.merged_cell_ranges or [])
    return rows


def _mark_broken(rows: list[list[Cell]], facts: SheetFacts) -> None:
    """A formula without a result, and an error, are no empty cells: put them back."""
    for (row, column), said in facts.broken.items():
        if row > MOST_ROWS or column >= MOST_COLUMNS:
            continue
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = [BROKEN, said[:LONGEST_TEXT]]
    width = max(map(len, rows), default=0)
    for each in rows:
        each.extend([None] * (width - len(each)))


def _fill_merged(
    rows: list[list[Cell]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """What stands in a merged cell stands in each row that it covers, in its first column."""
    for (top, left), (bottom, _right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            row[left] = rows[top][left] if row[left] is None else row[left]


def as_cell(value: Value) -> Cell:
    """A value of the spreadsheet as text that says what it is."""
    if isinstance(value, str):
        return value[:LONGEST_TEXT].strip() or None
    if isinstance(value, bool):
        return ["flag", "1" if value else "0"]
    if isinstance(value, (int, float)):
        return ["number", format(value, f".{DIGITS}g")]
    if isinstance(value, datetime):
        return ["date", value.date().isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return str(value)


def main() -> int:
    """Read standard input, write standard output."""
    limit_self()
    try:
        answer: object = {"sheets": sheets_of(sys.stdin.buffer.read(LARGEST_FILE + 1))}
    except BadArchive as problem:
        answer = {"refused": problem.code}
    except PasswordError:
        answer = {"refused": "file_encrypted_or_old"}
    except (CalamineError, ParseError):
        answer = {"refused": "not_a_workbook"}
    except MemoryError:
        answer = {"refused": "sheet_too_large"}
    json.dump(answer, sys.stdout, ensure_ascii=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
