"""The cells of a stranger's workbook, read in a child process with limits."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from surveys.errors import Invalid
from surveys.setup.archive import LARGEST_FILE
from surveys.setup.reading_process import Cell

SECONDS: Final = 20


@dataclass(frozen=True)
class SheetCells:
    """A sheet as it lies in the file; `hidden_rows` are counted as the spreadsheet counts.

    The one sheet of a text file has no name.
    """

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()


def read_file(data: bytes) -> tuple[SheetCells, ...]:
    """All sheets of a workbook (.xlsx) or of a text file (.csv), rows from the first on.

    Raises
    ------
    Invalid : ``file_too_large`` (largest, in bytes), ``file_empty``, ``file_encrypted_or_old``,
        ``not_a_workbook``, ``archive_harmful``, ``too_many_sheets``, ``sheet_too_large``,
        ``csv_broken``
    """
    if not data:
        raise Invalid("file_empty")
    if len(data) > LARGEST_FILE:
        raise Invalid("file_too_large", largest=LARGEST_FILE)
    answer = json.loads(_answer_of_child(data))
    if "refused" in answer:
        raise Invalid(answer["refused"])
    return tuple(
        SheetCells(
            name=sheet["name"],
            rows=sheet["rows"],
            hidden=sheet.get("hidden", False),
            hidden_rows=tuple(sheet.get("hidden_rows", ())),
        )
        for sheet in answer["sheets"]
    )


def read_cells(data: bytes) -> dict[str, list[list[Cell]]]:
    """All cells by sheet; raises what :func:`read_file` raises."""
    return {sheet.name: sheet.rows for sheet in read_file(data)}


def _answer_of_child(data: bytes) -> bytes:
    command = [sys.executable, "-I", "-m", "surveys.setup.reading_process"]
    try:
        child = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid("archive_harmful") from error
    # The limits end the child by a signal, or calamine gives up: either way it was too much.
    if child.returncode != 0 or not child.stdout:
        raise Invalid("sheet_too_large")
    return child.stdout
