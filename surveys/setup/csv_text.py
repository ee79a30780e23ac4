"""A table as text: UTF-8 with or without a mark, UTF-16 with one, or the GB18030 of older offices.

Read inside the child process; see :mod:`surveys.setup.reading_process`.
"""

import codecs
import csv
import re
from io import StringIO
from typing import Final

from surveys.formulas import unquoted
from surveys.setup.archive import BadArchive

DELIMITERS: Final = ",\t;，"
LOOKED_AT: Final = 20
# Before these a spreadsheet program would see a formula.
# Text has none of these; a file that is no text soon has one.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def table_of(data: bytes, *, most_rows: int, most_columns: int) -> list[list[str]]:
    """The rows of a text file.

    Raises
    ------
    BadArchive : ``not_a_workbook``, ``csv_broken`` where a quotation mark is never closed,
        ``sheet_too_large``
    """
    text = decoded(data)
    if CONTROLS.search(text) or text.lstrip().startswith("<"):
        raise BadArchive("not_a_workbook")
    delimiter = delimiter_of(text)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(rows) > most_rows or len(row) > most_columns:
                raise BadArchive("sheet_too_large")
            rows.append([unquoted(cell) for cell in row])
    except csv.Error as error:
        raise BadArchive("csv_broken") from error
    return rows


def decoded(data: bytes) -> str:
    """The text, in the first encoding that fits it wholly."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadArchive("not_a_workbook")


def delimiter_of(text: str) -> str:
    """The sign that stands most often in the first lines; without any this is no table."""
    head = "\n".join(text.splitlines()[:LOOKED_AT])
    most = max(DELIMITERS, key=head.count)
    if most not in head:
        raise BadArchive("not_a_workbook")
    return most
