"""How sure the survey part of a total is: intervals around totals, and the places they allow.

Only what was asked is a sample; indicators, adjustments and weights are taken as given. Each
component's interval is that of its weighted group means with the finite-population correction
(issued codes); half-widths of the components, being independent, add in quadrature.

A group whose ends the scheme drops keeps the spread of all its votes: its interval is rather too
wide than too narrow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from stats.estimates.interval import weighted_mean_interval
from stats.estimates.ranks import marginal_rank_intervals

Z = 1.959964


@dataclass(frozen=True)
class GroupSpread:
    """What one group's votes say: (points, count) pairs, its weight, and how many were asked."""

    votes: Sequence[tuple[Decimal, int]]
    weight: float
    population: int | None


@dataclass(frozen=True)
class PlaceInterval:
    """The places within a category that the votes do not rule out."""

    low: int
    high: int


def component_half_width(groups: Sequence[GroupSpread]) -> float:
    """Half the 95 % interval of a weighted mean of group means; 0 without any vote."""
    used = [group for group in groups if sum(n for _, n in group.votes) > 0]
    if not used:
        return 0.0
    moments = [moments_of(group.votes) for group in used]
    means, variances, counts = (np.array(column) for column in zip(*moments, strict=True))
    population = np.array([np.inf if g.population is None else g.population for g in used])
    interval = weighted_mean_interval(
        means,
        variances,
        counts,
        np.maximum(population, counts),
        np.array([group.weight for group in used]),
    )
    half = (interval.high - interval.low) / 2
    return float(half) if np.isfinite(half) else 0.0


def moments_of(votes: Sequence[tuple[Decimal, int]]) -> tuple[float, float, int]:
    """Mean, variance of one vote, and number."""
    points = np.array([float(value) for value, _ in votes])
    counts = np.array([n for _, n in votes])
    n = int(counts.sum())
    mean = float(points @ counts / n)
    variance = float(((points - mean) ** 2) @ counts / (n - 1)) if n > 1 else float("nan")
    return mean, variance, n


def place_intervals(totals: Mapping[str, tuple[float, float]]) -> dict[str, PlaceInterval]:
    """Places of the units of one category.

    Parameters
    ----------
    totals : unit → (total, half-width of its 95 % interval)
    """
    if not totals:
        return {}
    values = np.array([total for total, _ in totals.values()])
    errors = np.array([max(half, 1e-9) / Z for _, half in totals.values()])
    ranks = marginal_rank_intervals(values, errors)
    return {
        unit: PlaceInterval(int(low), int(high))
        for unit, low, high in zip(totals, ranks.low, ranks.high, strict=True)
    }
