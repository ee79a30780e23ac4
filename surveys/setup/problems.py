"""What is wrong with a workbook: each problem names its sheet, row and column."""

from dataclasses import dataclass, field
from typing import TypeAlias

Expected: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One problem; the web finds the words for `code`.

    Parameters
    ----------
    row : as the spreadsheet counts, from 1; 0 where the whole sheet is meant
    column : letter of the column, or "" where the whole row is meant
    header : what stands at the head of the column, or ""
    value : what was found, "" for nothing
    expected : facts for the words: the values allowed, the bounds, the sum, the other row
    """

    sheet: str
    row: int
    column: str
    header: str
    code: str
    value: str
    expected: Expected = ()

    @property
    def cell(self) -> str:
        """The cell as the spreadsheet names it: C12."""
        return f"{self.column}{self.row or ''}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was read: sheet, row, and the letters of the columns by header."""

    sheet: str
    row: int
    columns: dict[str, str] = field(hash=False, compare=False)


@dataclass
class Problems:
    """All problems, gathered while reading goes on."""

    found: list[RowProblem] = field(default_factory=list)

    def add(
        self, place: Place, header: str, code: str, *, value: str = "", expected: Expected = ()
    ) -> None:
        """Note a problem in the column under `header`."""
        column = place.columns.get(header, "")
        self.found.append(RowProblem(place.sheet, place.row, column, header, code, value, expected))

    def in_order(self, sheets: tuple[str, ...]) -> tuple[RowProblem, ...]:
        """As one reads: sheet by sheet, row by row, column by column; each once."""
        order = {name: position for position, name in enumerate(sheets)}

        def key(problem: RowProblem) -> tuple[int, int, int, str]:
            last = len(order)
            column = problem.column
            return order.get(problem.sheet, last), problem.row, len(column), column

        return tuple(sorted(dict.fromkeys(self.found), key=key))
