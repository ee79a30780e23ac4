"""The code on each paper ballot, as PDF drawing: a symbol on its first page, letters on all."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surveys.issuing.layouts import A4_HEIGHT, A4_WIDTH
from surveys.issuing.pdf_pages import POINTS_PER_MM, text_marks
from surveys.issuing.slip_marks import FONT, LETTER_EMS, strokes, symbol_marks

MARGIN: Final = 12.0
# As the template has it: the place begins so far below the upper edge.
PLACE_TOP: Final = 10.0
SYMBOL: Final = 30.0
POINTS: Final = 8.4
LATER_TOP: Final = 12.5
GROUPS_A_LINE: Final = 4


@dataclass(frozen=True)
class PaperPlaces:
    """Where codes stand on the pages of a ballot; millimetres.

    Parameters
    ----------
    wide : whether the pages lie on their long side
    """

    wide: bool
    place_width: float = 70.0
    place_height: float = 37.0
    later_width: float = 56.0

    @property
    def page_width(self) -> float:
        """Of a page."""
        return A4_HEIGHT if self.wide else A4_WIDTH

    @property
    def page_height(self) -> float:
        """Of a page."""
        return A4_WIDTH if self.wide else A4_HEIGHT


@dataclass(frozen=True)
class PaperMarks:
    """Draws the code of one ballot after another.

    Parameters
    ----------
    side : modules of a symbol's side
    glyphs : how each letter of a code is written in the font of codes
    """

    places: PaperPlaces
    side: int
    glyphs: Mapping[str, bytes]

    @cached_property
    def strokes(self) -> list[bytes]:
        """As the function of that name."""
        return strokes(self.side)

    def first(self, code: str, symbol: NDArray[np.uint8]) -> bytes:
        """The marks of the first page: the symbol at the right, the letters left of it."""
        left = self.places.page_width - MARGIN - SYMBOL
        drawn = symbol_marks(
            symbol,
            self.strokes,
            corner=(left, self.places.page_height - PLACE_TOP),
            width=SYMBOL,
            side=self.side,
        )
        groups = [code[start : start + 4] for start in range(0, len(code), 4)]
        halves = (groups[:GROUPS_A_LINE], groups[GROUPS_A_LINE:])
        lines = [
            (left + SYMBOL, PLACE_TOP + SYMBOL + 3.0 + 3.8 * place, " ".join(half))
            for place, half in enumerate(halves)
        ]
        return b"0 g\n" + drawn + self._text(lines)

    def later(self, code: str) -> bytes:
        """The marks of any other page: a sheet that got lost finds back to its first one."""
        groups = [code[start : start + 4] for start in range(0, len(code), 4)]
        right = self.places.page_width - MARGIN
        return b"0 g\n" + self._text([(right, LATER_TOP, " ".join(groups))])

    def _text(self, lines: list[tuple[float, float, str]]) -> bytes:
        """Lines of letters that end at x, on a baseline so far below the upper edge."""
        placed = [
            (
                x * POINTS_PER_MM - len(text) * LETTER_EMS * POINTS,
                (self.places.page_height - y) * POINTS_PER_MM,
                b"".join([self.glyphs[letter] for letter in text]),
            )
            for x, y, text in lines
        ]
        return text_marks(placed, font=FONT, size=POINTS)
