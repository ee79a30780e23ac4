"""The cells of a stranger's workbook, read in a child process with limits."""

import json
import subprocess
import sys
from typing import Final

from surveys.errors import Invalid
from surveys.setup.archive import LARGEST_FILE
from surveys.setup.reading_process import Cell

SECONDS: Final = 20
SHORTEST_ZIP: Final = 22


def read_cells(data: bytes) -> dict[str, list[list[Cell]]]:
    """All cells by sheet, rows from the first on.

    Raises
    ------
    Invalid : ``file_too_large`` (largest, in bytes), ``file_empty``, ``file_encrypted_or_old``,
        ``not_a_workbook``, ``archive_harmful``, ``too_many_sheets``, ``sheet_too_large``
    """
    if not data:
        raise Invalid("file_empty")
    if len(data) > LARGEST_FILE:
        raise Invalid("file_too_large", largest=LARGEST_FILE)
    if len(data) < SHORTEST_ZIP:
        raise Invalid("not_a_workbook")
    answer = json.loads(_answer_of_child(data))
    if "refused" in answer:
        raise Invalid(answer["refused"])
    return dict(answer["sheets"])


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
