"""Where the dots, bars and lines of a finding's pictures lie, in per cent and pixels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flask_babel import gettext

from surveys.review.effect import PlaceShift
from surveys.review.pictures import Bar, Bars, Dot, Strip
from webapp.languages import points

ROW: Final = 32
DOT_STEP: Final = 13
COLUMN: Final = 3.2
LEAST_SPAN: Final = 0.5


@dataclass(frozen=True)
class PlacedDot:
    """One dot of a strip: x in per cent of the width, y in pixels."""

    dot: Dot
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class PlacedStrip:
    """A strip ready to be drawn.

    Parameters
    ----------
    ticks : (x in per cent, words)
    named : the dots that carry their name
    """

    strip: Strip
    dots: tuple[PlacedDot, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float
    middle: int
    height: int

    @property
    def named(self) -> tuple[PlacedDot, ...]:
        """The dots that the finding speaks of."""
        return tuple(each for each in self.dots if each.dot.role != "other")


@dataclass(frozen=True)
class SlopeRow:
    """A unit's row before (y1) and after (y2), in pixels."""

    shift: PlaceShift
    y1: int
    y2: int
    tone: str


@dataclass(frozen=True)
class Slope:
    """Places before and after: the rows in the order of either side."""

    before: tuple[SlopeRow, ...]
    after: tuple[SlopeRow, ...]
    height: int


def placed_strip(strip: Strip) -> PlacedStrip:
    """Lay a strip out: equal values stand above each other, 0 is always in sight."""
    values = [dot.value for dot in strip.dots]
    low, high = min(*values, -LEAST_SPAN, 0.0), max(*values, LEAST_SPAN, 0.0)
    pad = 0.08 * (high - low)
    low, high = low - pad, high + pad

    def x_of(value: float) -> float:
        return 100 * (value - low) / (high - low)

    columns: dict[int, int] = defaultdict(int)
    offsets = []
    for dot in strip.dots:
        column = round(x_of(dot.value) / COLUMN)
        k = columns[column]
        columns[column] += 1
        offsets.append((k + 1) // 2 * (-DOT_STEP if k % 2 else DOT_STEP))
    reach = max((abs(each) for each in offsets), default=0)
    middle = 44 + reach
    dots = tuple(
        PlacedDot(dot, x_of(dot.value), middle + offset, anchor_of(x_of(dot.value)))
        for dot, offset in zip(strip.dots, offsets, strict=True)
    )
    return PlacedStrip(strip, dots, ticks_of(low, high), x_of(0.0), middle, middle + reach + 58)


def anchor_of(x: float) -> str:
    """How a label at x keeps inside the picture."""
    return "start" if x < 35 else "end" if x > 65 else "middle"


def ticks_of(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Whole steps of a half, one or two marks, with their sign."""
    span = high - low
    step = next((each for each in (0.25, 0.5, 1.0) if span / each <= 6), 2.0)
    first, last = int(low / step), int(high / step)
    return tuple(
        (100 * (k * step - low) / span, signed(k * step))
        for k in range(first, last + 1)
        if low <= k * step <= high
    )


def signed(value: float) -> str:
    """A difference with its sign."""
    if value == 0:
        return "0"
    return f"{'+' if value > 0 else '−'}{points(abs(value), 2 if value % 0.5 else 1)}"


def signed_points(value: Decimal | None) -> str:
    """A difference of points to four places, with its sign; a dash where there is none."""
    if value is None or value == 0:
        return points(value, 4)
    return f"{'+' if value > 0 else '−'}{points(abs(value), 4)}"


def slope(shifts: Sequence[PlaceShift], *, named: frozenset[int]) -> Slope:
    """Lay places out: the left column as they are, the right one without the ballots."""
    after = sorted(shifts, key=lambda shift: (shift.place_without, shift.unit.position))
    row_after = {shift.unit.id: k for k, shift in enumerate(after)}
    rows = [
        SlopeRow(
            shift=shift,
            y1=k * ROW + ROW // 2,
            y2=row_after[shift.unit.id] * ROW + ROW // 2,
            tone=tone_of(shift, named),
        )
        for k, shift in enumerate(shifts)
    ]
    return Slope(tuple(rows), tuple(sorted(rows, key=lambda row: row.y2)), ROW * len(rows))


def tone_of(shift: PlaceShift, named: frozenset[int]) -> str:
    """The units that the finding names stand out, the others that move less so."""
    if shift.unit.id in named:
        return "named"
    return "moved" if shift.moves else "same"


def bar_label(bars: Bars, bar: Bar, labels: Mapping[int, str]) -> str:
    """What one bin holds."""
    if bars.kind == "marks":
        return labels.get(int(bar.low), str(int(bar.low)))
    if bars.kind == "patterns":
        return pattern_words(bar.pattern, labels)
    if bar.high == float("inf"):
        return str(gettext("%(low)s s or more", low=int(bar.low)))
    return str(gettext("%(low)s to %(high)s s", low=int(bar.low), high=int(bar.high)))


def pattern_words(pattern: Sequence[int], labels: Mapping[int, str]) -> str:
    """A set of answers in words: the commonest mark, then what differs."""
    if not pattern:
        return str(gettext("All other answers"))
    names = {**labels, 0: gettext("no answer")}
    usual = max(sorted(set(pattern), reverse=True), key=list(pattern).count)
    others = [(k, mark) for k, mark in enumerate(pattern, 1) if mark != usual]
    if not others:
        return str(gettext("%(mark)s throughout", mark=names[usual]))
    joint = str(gettext(", "))
    said = joint.join(gettext("item %(k)s: %(mark)s", k=k, mark=names[mark]) for k, mark in others)
    return str(gettext("%(mark)s, but %(others)s", mark=names[usual], others=said))
