"""The child process in which a stranger's workbook is unpacked: `python -m` this module.

The workbook comes in on standard input, its cells go out on standard output as JSON: a list of
sheets, each a name and rows; a cell is null, a text, or a list of kind and text. Whatever the
file does, it does to a process with little memory and little time.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from surveys.setup.archive import LARGEST_FILE, BadArchive, check_archive

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 10
MOST_SHEETS = 40
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_TEXT = 4_000
# What a spreadsheet keeps of a number.
DIGITS = 15

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
Cell: TypeAlias = str | list[str] | None


def limit_self() -> None:
    """From here on this process has little memory and time, and writes no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cells_of(data: bytes) -> list[tuple[str, list[list[Cell]]]]:
    """Sheets in order, each with all its rows from the first on."""
    check_archive(data)
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        if len(book.sheet_names) > MOST_SHEETS:
            raise BadArchive("too_many_sheets")
        return [(name, rows_of(book, name)) for name in book.sheet_names]


def rows_of(book: CalamineWorkbook, name: str) -> list[list[Cell]]:
    """Rows of one sheet, cut at its last used cell."""
    sheet = book.get_sheet_by_name(name)
    row, column = sheet.end or (0, 0)
    if row > MOST_ROWS or column >= MOST_COLUMNS:
        raise BadArchive("sheet_too_large")
    return [[as_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


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
        answer: object = {"sheets": cells_of(sys.stdin.buffer.read(LARGEST_FILE + 1))}
    except BadArchive as problem:
        answer = {"refused": problem.code}
    except PasswordError:
        answer = {"refused": "file_encrypted_or_old"}
    except CalamineError:
        answer = {"refused": "not_a_workbook"}
    except MemoryError:
        answer = {"refused": "sheet_too_large"}
    json.dump(answer, sys.stdout, ensure_ascii=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
