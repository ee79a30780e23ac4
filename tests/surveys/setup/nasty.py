"""Files as offices send them, and files as attackers do."""

import zipfile
from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook as OpenpyxlWorkbook

from tests.surveys.setup.small_workbook import Sheets, as_file, small


def members(sheets: Sheets | None = None) -> dict[str, bytes]:
    """The parts of a right workbook."""
    with zipfile.ZipFile(BytesIO(as_file(sheets or small()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    """Parts as an archive."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def saved(book: OpenpyxlWorkbook) -> bytes:
    """A workbook of openpyxl as bytes."""
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def grid(name: str, rows: Sequence[Sequence[object]]) -> OpenpyxlWorkbook:
    """A workbook with one sheet."""
    book = OpenpyxlWorkbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(row)
    return book


def csv_text(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Rows as lines of text."""
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows)
