"""Where figures stand on a common scale, as shares of its width: for drawings in templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

STEPS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
MOST_TICKS: Final = 6
MARGIN: Final = 0.05
THINNEST: Final = 0.4


@dataclass(frozen=True)
class Scale:
    """A scale from `low` to `high`, a little wider than its values, with a mark at every `step`."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> tuple[float, ...]:
        """The round marks between the ends."""
        first, last = ceil(self.low / self.step), floor(self.high / self.step)
        return tuple(place * self.step for place in range(first, last + 1))

    def at(self, value: float) -> str:
        """Where a value stands: ``"37.50%"``."""
        return f"{self._share(value):.2f}%"

    def span(self, low: float, high: float) -> str:
        """How wide a range is, never so thin that it cannot be seen."""
        return f"{max(self._share(high) - self._share(low), THINNEST):.2f}%"

    def _share(self, value: float) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return 100 * min(max(share, 0.0), 1.0)


def scale_over(values: Iterable[float | None]) -> Scale:
    """The scale with at most six round marks that holds all values."""
    known = [float(value) for value in values if value is not None] or [0.0, 100.0]
    width = max(max(known) - min(known), 1.0)
    low, high = min(known) - MARGIN * width, max(known) + MARGIN * width
    for step in STEPS:
        scale = Scale(low, high, step)
        if len(scale.ticks) <= MOST_TICKS:
            return scale
    return Scale(low, high, STEPS[-1])


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: what it stands for, and where it begins and how wide it is."""

    key: str
    value: float
    at: str
    width: str


def stacked(parts: Iterable[tuple[str, float]], *, whole: float) -> tuple[Segment, ...]:
    """Pieces one behind the other, as shares of `whole`."""
    segments = []
    begun = 0.0
    for key, value in parts:
        segments.append(
            Segment(key, value, f"{100 * begun / whole:.3f}%", f"{100 * value / whole:.3f}%")
        )
        begun += value
    return tuple(segments)
