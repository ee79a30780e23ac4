"""Whether honest campaigns get p-values no smaller than chance lets them.

A test keeps its promise where its p-values are super-uniform: ``P(p ≤ x) ≤ x`` for every x. How far
they are from it is the one-sided Kolmogorov–Smirnov distance ``D⁺ = max (F(x) - x)`` of all that
came up in clean campaigns.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from stats.ballots import Floats, Ints
from stats.ledger import Ledger

BINS = 1000


@dataclass(frozen=True)
class Uniformity:
    """How one family's p-values lie in the clean campaigns of a profile.

    Parameters
    ----------
    family : name of the test
    what : ``tests`` (every single one) or ``campaigns`` (the least of each, adjusted)
    n : number of p-values
    at_1, at_5 : shares of them up to .01 and .05
    distance : D⁺, on a grid of a thousandth
    bound : what chance alone exceeds once in twenty times, were the p-values independent
    """

    family: str
    what: str
    n: int
    at_1: float
    at_5: float
    distance: float
    bound: float


@dataclass(eq=False)
class Uniformities:
    """Histograms of p-values that ledgers are added to; a thousand campaigns take no more room."""

    counts: dict[tuple[str, str], Ints] = field(
        default_factory=lambda: defaultdict(lambda: np.zeros(BINS, dtype=np.int64))
    )

    def add(self, found: Ledger) -> None:
        """Add the p-values of one campaign."""
        for family, p in found.tests.items():
            self.counts[family, "tests"] += binned(p)
        for family, least in found.least.items():
            self.counts[family, "campaigns"] += binned(np.array([least]))

    def figures(self) -> list[Uniformity]:
        """One figure for each family and kind, in the order of their names."""
        return [uniformity(*key, self.counts[key]) for key in sorted(self.counts)]


def binned(p: Floats) -> Ints:
    """Counts of p-values in the thousandths ``((k-1)/1000, k/1000]``, the first with 0."""
    # A permutation p-value of 50/1000 lies on the grid, whatever its last bit says.
    place = np.ceil(p * BINS - 1e-6).astype(np.int64) - 1
    return np.bincount(np.clip(place, 0, BINS - 1), minlength=BINS).astype(np.int64)


def uniformity(family: str, what: str, counts: Ints) -> Uniformity:
    """What a histogram of p-values says."""
    n = int(counts.sum())
    reached = np.cumsum(counts) / max(n, 1)
    grid = np.arange(1, BINS + 1) / BINS
    return Uniformity(
        family=family,
        what=what,
        n=n,
        at_1=float(reached[BINS // 100 - 1]),
        at_5=float(reached[BINS // 20 - 1]),
        distance=max(float((reached - grid).max()), 0.0),
        # Smirnov's asymptotic tail exp(-2 n D²).
        bound=float(np.sqrt(np.log(20) / 2 / max(n, 1))),
    )
