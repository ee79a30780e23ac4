"""What tells one slip from another, as PDF drawing: its QR code as one path, and its code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.issuing.layouts import A4_HEIGHT, Layout
from surveys.issuing.pdf_pages import POINTS_PER_MM, text_marks
from surveys.issuing.qr import QUIET_ZONE, dark_runs
from surveys.issuing.qr_table import Packed, QrTable

FONT = b"Gc"
# The codes' font is one of equal widths: half an em each.
LETTER_EMS = 0.5
GROUPS_ON_FIRST_LINE = 4


@dataclass(frozen=True)
class SlipMarks:
    """Draws the codes of one sheet after another.

    Parameters
    ----------
    glyphs : how each letter of a code is written in `FONT`
    """

    layout: Layout
    table: QrTable
    glyphs: Mapping[str, bytes]

    @cached_property
    def strokes(self) -> list[bytes]:
        """As the function of that name, for this size of symbol."""
        return strokes(self.table.side)

    def of_sheet(self, codes: Sequence[str]) -> bytes:
        """The marks of a sheet's slips, from its first place on."""
        symbols = self.table.symbols(codes)
        drawn = [self._symbol(symbol, place) for place, symbol in enumerate(symbols)]
        lines = [line for place, code in enumerate(codes) for line in self._lines(code, place)]
        text = text_marks(lines, font=FONT, size=self.layout.code_points)
        return b"0 g\n" + b"".join(drawn) + text

    def _symbol(self, symbol: Packed, place: int) -> bytes:
        left, top = self.layout.corner(place)
        return symbol_marks(
            symbol,
            self.strokes,
            corner=(left + self.layout.qr.x, A4_HEIGHT - top - self.layout.qr.y),
            width=self.layout.qr.width,
            side=self.table.side,
        )

    def _lines(self, code: str, place: int) -> list[tuple[float, float, bytes]]:
        left, top = self.layout.corner(place)
        groups = [code[start : start + 4] for start in range(0, len(code), 4)]
        found = []
        halves = (groups[:GROUPS_ON_FIRST_LINE], groups[GROUPS_ON_FIRST_LINE:])
        for half, baseline in zip(halves, self.layout.code_lines, strict=True):
            text = " ".join(half)
            x = (left + self.layout.code_x) * POINTS_PER_MM
            if self.layout.centred:
                x -= len(text) * LETTER_EMS * self.layout.code_points / 2
            y = (A4_HEIGHT - top - baseline) * POINTS_PER_MM
            found.append((x, y, b"".join([self.glyphs[letter] for letter in text])))
        return found


def symbol_marks(
    symbol: Packed,
    table: Sequence[bytes],
    *,
    corner: tuple[float, float],
    width: float,
    side: int,
) -> bytes:
    """One symbol.

    Parameters
    ----------
    table : `strokes` of this size of symbol
    corner : upper left one, its quiet zone included; millimetres from the lower left of the page
    width : millimetres, quiet zone included
    side : modules
    """
    scale = width * POINTS_PER_MM / (side + 2 * QUIET_ZONE)
    x, y = (each * POINTS_PER_MM for each in corner)
    path = b"".join([table[at << 8 | bits] for at, bits in enumerate(symbol.tobytes()) if bits])
    return b"q %.4f 0 0 -%.4f %.3f %.3f cm\n%sf Q\n" % (scale, scale, x, y, path)


def strokes(side: int) -> list[bytes]:
    """For each byte of a packed symbol and each of its 256 values the rectangles to draw.

    All rectangles of a symbol are one path: drawn one by one, seams would show between them.
    """
    per_row = -(-side // 8)
    return [
        b"".join(
            b"%d %d %d 1 re\n" % (column * 8 + start + QUIET_ZONE, row + QUIET_ZONE, length)
            for start, length in dark_runs([bool(bits >> 7 - bit & 1) for bit in range(8)])
        )
        for row in range(side)
        for column in range(per_row)
        for bits in range(256)
    ]
