"""The sheets of one level of a workbook: those of the units, and those of the persons in them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from surveys.scoring.schemes import Level
from surveys.scoring.wide_sheets import Book, known_unit, rows_of, wide_rows
from surveys.setup.problems import Problems
from surveys.setup.tables import Row

TEAM: Final = "单位"
CATEGORY: Final = "类别"
IN_BASE: Final = "计入名额基数"
FORMER: Final = "上期等次"
PAY_BASE: Final = "绩效工资基数"


@dataclass(frozen=True)
class LevelSheets:
    """What the sheets of a level are called, and the column that names the unit or person."""

    subject: str
    roster: str
    adjustments: str
    vetoes: str
    facts: str
    decisions: str


UNIT_SHEETS: Final = LevelSheets("单位", "单位", "加减分", "一票否决", "事实认定", "组织认定")
PERSON_SHEETS: Final = LevelSheets(
    "人员", "人员", "人员加减分", "人员一票否决", "人员事实认定", "人员组织认定"
)


@dataclass(frozen=True)
class Reader:
    """Reads the sheets of one level; ``known``: the units or persons of its roster."""

    book: Book
    level: Level
    sheets: LevelSheets
    known: Collection[str]
    problems: Problems

    def rows(
        self, sheet: str, fixed: tuple[str, ...], *, optional: Collection[str] = ()
    ) -> Iterator[tuple[str | None, Row]]:
        """Rows of a sheet with the unit or person named in them, None where nobody knows it."""
        columns = (self.sheets.subject, *fixed)
        for row in rows_of(self.book, sheet, columns, self.problems, optional=optional):
            yield known_unit(row, self.sheets.subject, self.known), row

    def wide_rows(
        self, sheet: str, fixed: tuple[str, ...] = (), *, optional: Collection[str] = ()
    ) -> Iterator[tuple[str | None, Row, tuple[str, ...]]]:
        """Rows of a sheet with free columns."""
        columns = (self.sheets.subject, *fixed)
        for row, free in wide_rows(self.book, sheet, columns, self.problems, optional=optional):
            yield known_unit(row, self.sheets.subject, self.known), row, free
