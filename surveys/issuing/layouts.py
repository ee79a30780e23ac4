"""How slips lie on a sheet of A4: label stock, slips to cut, slips to fold. Lengths in mm."""

from dataclasses import dataclass
from typing import Final

from surveys.errors import Invalid

A4_WIDTH: Final = 210.0
A4_HEIGHT: Final = 297.0


@dataclass(frozen=True)
class Box:
    """A rectangle within a slip; x, y of its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One way to lay slips out.

    Parameters
    ----------
    columns, rows, width, height : slips on a sheet, and the size of one
    left, top, gap : margins of the sheet, and the gap between columns
    qr : where the symbol stands, its quiet zone included; a square
    words : where group, title and what it is about stand
    foot : where it stands how to vote
    code : x and the two baselines of the code for typing, and its size in points
    centred : whether x of the code is its middle
    cut : whether lines show where to cut (label stock is cut already)
    fold : x of the line to fold along, or None
    """

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    qr: Box
    words: Box
    foot: Box
    code_x: float
    code_lines: tuple[float, float]
    code_points: float
    gap: float = 0.0
    centred: bool = False
    cut: bool = True
    fold: float | None = None

    @property
    def n_slips(self) -> int:
        """On one sheet."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of the slip at a place, counted by rows."""
        row, column = divmod(place, self.columns)
        return self.left + column * (self.width + self.gap), self.top + row * self.height


LAYOUTS: Final = {
    "slips12": Layout(
        columns=3,
        rows=4,
        width=190 / 3,
        height=277 / 4,
        left=10,
        top=10,
        qr=Box(14.2, 18.5, 35, 35),
        words=Box(3, 3, 57.3, 15.5),
        foot=Box(3, 62, 57.3, 6),
        code_x=190 / 6,
        code_lines=(56.2, 59.8),
        code_points=8.2,
        centred=True,
    ),
    "slips8": Layout(
        columns=2,
        rows=4,
        width=95,
        height=277 / 4,
        left=10,
        top=10,
        qr=Box(2, 10, 48, 48),
        words=Box(51, 4, 41, 34),
        foot=Box(51, 53, 41, 13),
        code_x=51,
        code_lines=(44, 48.2),
        code_points=8.6,
    ),
    "folded8": Layout(
        columns=2,
        rows=4,
        width=105,
        height=A4_HEIGHT / 4,
        left=0,
        top=0,
        qr=Box(6.2, 9, 44, 44),
        words=Box(57, 8, 42, 32),
        foot=Box(57, 52, 42, 14),
        code_x=28.2,
        code_lines=(58, 62),
        code_points=8.2,
        centred=True,
        fold=52.5,
    ),
    "labels24": Layout(
        columns=3,
        rows=8,
        width=70,
        height=37,
        left=0,
        top=0.5,
        qr=Box(3.5, 4, 29.5, 29.5),
        words=Box(34, 4.5, 31, 16),
        foot=Box(34, 28, 31, 5.5),
        code_x=34,
        code_lines=(23.4, 26.4),
        code_points=7.4,
        cut=False,
    ),
    "labels21": Layout(
        columns=3,
        rows=7,
        width=63.5,
        height=38.1,
        left=7.2,
        top=15.15,
        gap=2.55,
        qr=Box(1.5, 4.3, 29.5, 29.5),
        words=Box(31.5, 3.5, 30, 17),
        foot=Box(31.5, 29, 30, 6),
        code_x=31.5,
        code_lines=(24.2, 27.2),
        code_points=7.2,
        cut=False,
    ),
}
DEFAULT_LAYOUT: Final = "slips12"

# Posters of open codes.
PAPERS: Final = ("a4", "a3")


def layout_of(name: str) -> Layout:
    """A layout by its name; Invalid ``unknown_layout`` (layout)."""
    if name not in LAYOUTS:
        raise Invalid("unknown_layout", layout=name)
    return LAYOUTS[name]
