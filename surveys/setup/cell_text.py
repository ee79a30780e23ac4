"""What stands in a cell, however an office wrote it: stray spaces, full-width digits, per cent."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from surveys.setup.reading_process import BROKEN, Cell

T = TypeVar("T")

# Zero-width signs and the byte order mark, as they come along with copied text.
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
SPACES = re.compile(r"\s")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def as_text(cell: Cell) -> str:
    """What stands in a cell, whatever its kind; a formula without result says nothing."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return tidy(cell)
    return "" if cell[0] == BROKEN else cell[1]


def tidy(text: str) -> str:
    """Text without signs that nobody sees, and without spaces at its ends or in heaps."""
    # What can be printed has neither line breaks nor signs that nobody sees: the usual case.
    if text.isprintable() and "  " not in text:
        return text.strip()
    text = UNSEEN.sub("", text)
    return "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n")).strip()


def word(text: str) -> str:
    """A code, or a word of a list: no spaces, full-width letters and digits as half-width ones."""
    if text.isascii() and text.isalnum():
        return text
    return SPACES.sub("", unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    """A header without spaces, a star or the difference between full and half width."""
    return word(UNSEEN.sub("", text)).replace("*", "")


def as_number(text: str) -> Decimal | None:
    """An exact number; None where the text is none. Commas stand only between thousands."""
    text = word(text)
    share = text.endswith("%")
    text = text.rstrip("%")
    if "," in text:
        text = text.replace(",", "") if GROUPED.fullmatch(text) else "?"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or "_" in text:
        return None
    number = number / 100 if share else number
    # 1E+2 is written out, and 0.50 as it stands.
    return number.quantize(Decimal(1)) if places_of(number) < 0 else number


def places_of(number: Decimal) -> int:
    """Digits after the point."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def exact(number: Decimal | None) -> str:
    """A number as text, the same for 0.3 and 0.300000; "" for none."""
    if number is None:
        return ""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def name_in(among: Mapping[str, T], meant: T) -> str:
    """The first word that stands for `meant`."""
    return next(word for word, value in among.items() if value == meant)


def yes_no(flag: bool) -> str:
    """A flag as sheets write it."""
    return "是" if flag else "否"
