"""Sheets as tables: the row of headers is found, then each row below is read by header."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias, TypeVar

from surveys.setup.problems import Expected, Place, Problems
from surveys.setup.reading_process import Cell

T = TypeVar("T")
Book: TypeAlias = Mapping[str, Sequence[Sequence[Cell]]]

# A title and some lines of explanation may stand above the headers.
HEADERS_WITHIN: Final = 8
LONGEST_NAME: Final = 200
LARGEST_COUNT: Final = 1_000_000
NUMBER_PLACES: Final = 6
LARGEST_NUMBER: Final = Decimal(10) ** 13
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
YES: Final = {"是": True, "否": False, "yes": True, "no": False, "1": True, "0": False}


@dataclass(frozen=True)
class Sheet:
    """What the reader knows of a sheet before it looks: its name and its headers."""

    name: str
    headers: tuple[str, ...]
    needs_rows: bool = True


@dataclass(frozen=True)
class Row:
    """One row. A bad cell is noted and read as something harmless: reading goes on."""

    place: Place
    cells: Mapping[str, Cell]
    problems: Problems

    def note(self, header: str, code: str, *, expected: Expected = ()) -> None:
        """Note a problem with the cell under `header`."""
        self.problems.add(
            self.place, header, code, value=as_text(self.cells.get(header)), expected=expected
        )

    def optional(self, header: str, *, longest: int = LONGEST_NAME) -> str:
        """Text, or "" for an empty cell."""
        text = as_text(self.cells.get(header))
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
        text = self.text(header)
        if text and not CODE.fullmatch(text):
            self.note(header, "bad_code")
        return text

    def choice(self, header: str, among: Mapping[str, T], *, default: T | None = None) -> T:
        """One of the words of `among`; an empty cell is `default`, if there is one."""
        text = as_text(self.cells.get(header))
        if not text and default is not None:
            return default
        if text in among:
            return among[text]
        self.note(header, "missing" if not text else "not_a_choice", expected=tuple(among))
        return next(iter(among.values()))

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
        text = as_text(self.cells.get(header))
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
            if not as_text(self.cells.get(header)):
                self.note(header, "missing")
            return Decimal(0) if low is None else low
        return number

    def count(self, header: str, *, low: int = 0, default: int | None = None) -> int:
        """A whole number."""
        if default is not None and not as_text(self.cells.get(header)):
            return default
        number = self.number(header, low=Decimal(low), high=Decimal(LARGEST_COUNT))
        if number != number.to_integral_value():
            self.note(header, "not_whole")
        return int(number)

    def day(self, header: str) -> date:
        """A date: a date cell, or text such as 2025-01-31, 2025/1/31, 2025年1月31日."""
        text = as_text(self.cells.get(header))
        found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
        try:
            year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
            return date(year, month, day)
        except ValueError:
            self.note(header, "not_a_date" if text else "missing")
            return date.min


def as_text(cell: Cell) -> str:
    """What stands in a cell, whatever its kind."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else cell[1]


def plain(text: str) -> str:
    """A header without spaces, a star or the difference between full and half width."""
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", text))


def as_number(text: str) -> Decimal | None:
    """An exact number; None where the text is none."""
    share = text.endswith(("%", "\uff05"))
    try:
        number = Decimal(text.rstrip("%\uff05").replace(",", "").strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    number = number / 100 if share else number
    # 1E+2 is written out, and 0.50 as it stands.
    return number.quantize(Decimal(1)) if places_of(number) < 0 else number


def places_of(number: Decimal) -> int:
    """Digits after the point."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def read_rows(book: Book, sheet: Sheet, problems: Problems) -> Iterator[Row]:
    """The filled rows of a sheet below its headers; what is missing is noted."""
    grid = book.get(sheet.name)
    whole = Place(sheet.name, 0, {})
    if grid is None:
        problems.add(whole, "", "sheet_missing", expected=tuple(book))
        return
    top = header_row(grid, sheet.headers)
    found = {plain(as_text(cell)): at for at, cell in enumerate(grid[top])} if grid else {}
    headers = {header: found[plain(header)] for header in sheet.headers if plain(header) in found}
    columns = {header: letters(position) for header, position in headers.items()}
    lacking = [header for header in sheet.headers if header not in columns]
    for header in lacking:
        problems.add(Place(sheet.name, top + 1, columns), header, "column_missing")
    if lacking:
        return
    empty = True
    for number, line in enumerate(grid[top + 1 :], start=top + 2):
        cells = {header: line[headers[header]] for header in sheet.headers}
        if any(cell is not None for cell in cells.values()):
            empty = False
            yield Row(Place(sheet.name, number, columns), cells, problems)
    if empty and sheet.needs_rows:
        problems.add(whole, "", "sheet_empty")


def header_row(grid: Sequence[Sequence[Cell]], headers: Sequence[str]) -> int:
    """Position of the row near the top that holds most of the headers."""

    def held(position: int) -> int:
        return len({*map(plain, headers)} & {plain(as_text(cell)) for cell in grid[position]})

    return max(range(min(len(grid), HEADERS_WITHIN)), key=held, default=0)


def letters(position: int) -> str:
    """A, B, … Z, AA for columns 0, 1, … 25, 26."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
