"""Rows of a table, read cell by cell; a bad cell is noted where it stands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from surveys.setup.cell_text import as_number, as_text, places_of, word
from surveys.setup.headers import Book, Sheet, Table, located
from surveys.setup.problems import Expected, Place, Problems
from surveys.setup.reading_process import BROKEN, Cell

T = TypeVar("T")

LONGEST_NAME: Final = 200
LARGEST_COUNT: Final = 1_000_000
NUMBER_PLACES: Final = 6
LARGEST_NUMBER: Final = Decimal(10) ** 13
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
YES: Final = {"是": True, "否": False, "yes": True, "no": False, "1": True, "0": False}


@dataclass(frozen=True)
class Row:
    """One row. A bad cell is noted and read as something harmless: reading goes on."""

    place: Place
    cells: Mapping[str, Cell]
    problems: Problems

    def said(self, header: str) -> str:
        """What stands under `header`, without stray spaces."""
        return as_text(self.cells.get(header))

    def note(self, header: str, code: str, *, expected: Expected = ()) -> None:
        """Note a problem with the cell under `header`."""
        self.problems.add(
            self.place, header, code, value=as_text(self.cells.get(header)), expected=expected
        )

    def optional(self, header: str, *, longest: int = LONGEST_NAME) -> str:
        """Text, or "" for an empty cell."""
        text = self.said(header)
        if header.endswith("代码"):
            text = word(text)
        if len(text) > longest:
            self.note(header, "too_long", expected=(str(longest),))
        return text[:longest]

    def text(self, header: str, *, longest: int = LONGEST_NAME) -> str:
        """Text that must not be empty."""
        text = self.optional(header, longest=longest)
        if not text:
            self.note(header, "missing")
        return text

    def code(self, header: str) -> str:
        """A code: letters, digits, - _ and . only."""
        text = word(self.text(header))
        if text and not CODE.fullmatch(text):
            self.note(header, "bad_code")
        return text

    def choice(self, header: str, among: Mapping[str, T], *, default: T | None = None) -> T:
        """One of the words of `among`; an empty cell is `default`, if there is one."""
        text = self.said(header)
        if not text and default is not None:
            return default
        for known, meant in among.items():
            if word(known) == word(text):
                return meant
        self.note(header, "missing" if not text else "not_a_choice", expected=tuple(among))
        return next(iter(among.values()))

    def english(self, header: str, *, instead: str) -> str:
        """The English name; where the office gives none, the Chinese one stands for it."""
        return self.optional(header) or instead

    def flag(self, header: str) -> bool:
        """是 or 否; an empty cell is 否."""
        return self.choice(header, YES, default=False)

    def optional_number(
        self,
        header: str,
        *,
        low: Decimal | None = None,
        high: Decimal | None = None,
        places: int = NUMBER_PLACES,
    ) -> Decimal | None:
        """An exact number between bounds, or None for an empty cell; 30% is 0.30."""
        text = self.said(header)
        if not text:
            return None
        number = as_number(text)
        if number is None:
            self.note(header, "not_a_number")
            return None
        if places_of(number) > places:
            self.note(header, "too_many_places", expected=(str(places),))
        too_low = low is not None and number < low
        too_high = number > (LARGEST_NUMBER if high is None else high)
        if too_low or too_high or number < -LARGEST_NUMBER:
            bounds = ("" if bound is None else str(bound) for bound in (low, high))
            self.note(header, "out_of_range", expected=tuple(bounds))
        return number

    def number(
        self,
        header: str,
        *,
        low: Decimal | None = None,
        high: Decimal | None = None,
        places: int = NUMBER_PLACES,
    ) -> Decimal:
        """An exact number that must not be missing."""
        number = self.optional_number(header, low=low, high=high, places=places)
        if number is None:
            if not self.said(header):
                self.note(header, "missing")
            return Decimal(0) if low is None else low
        return number

    def count(self, header: str, *, low: int = 0, default: int | None = None) -> int:
        """A whole number."""
        if default is not None and not self.said(header):
            return default
        number = self.number(header, low=Decimal(low), high=Decimal(LARGEST_COUNT))
        if number != number.to_integral_value():
            self.note(header, "not_whole")
        return int(number)

    def day(self, header: str) -> date:
        """A date: a date cell, or text such as 2025-01-31, 2025/1/31, 2025年1月31日."""
        text = word(self.said(header))
        found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
        try:
            year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
            return date(year, month, day)
        except ValueError:
            self.note(header, "not_a_date" if text else "missing")
            return date.min


def read_rows(book: Book, sheet: Sheet, problems: Problems) -> Iterator[Row]:
    """The filled rows of a sheet below its headers; what is missing is noted."""
    whole = Place(sheet.name, 0, {})
    grid = book.get(sheet.name)
    if grid is None:
        problems.add(whole, "", "sheet_missing", expected=tuple(book))
        return
    table = grid if isinstance(grid, Table) else located(grid, sheet, problems)
    if table is None:
        return
    for line in table.lines:
        columns = {**table.columns, **line.columns}
        row = Row(Place(sheet.name, line.number, columns), line.cells, problems)
        _note_broken(row)
        yield row
    if not table.lines and sheet.needs_rows:
        problems.add(whole, "", "sheet_empty")


def _note_broken(row: Row) -> None:
    for header, cell in row.cells.items():
        if isinstance(cell, list) and cell[0] == BROKEN:
            row.problems.add(row.place, header, "formula_without_result", value=cell[1])
