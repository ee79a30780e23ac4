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
from stats.estimates.rows import rows_of
from stats.estimates.unit_scores import unit_means

Z = 1.959964
WHOLE_SCALE = 100.0

Votes = Mapping[Decimal, int]
"""Points → number of votes."""


@dataclass(frozen=True)
class Spread:
    """What one group's votes on one unit say: mean, variance of one vote, number, freedom."""

    mean: float
    variance: float
    n: int
    df: float


@dataclass(frozen=True)
class GroupSpread:
    """A group's spread, its weight, and how many were asked; None: they stand for all others."""

    spread: Spread
    weight: float
    population: int | None


@dataclass(frozen=True)
class PlaceInterval:
    """The places within a category that the votes do not rule out."""

    low: int
    high: int


def group_spreads(votes: Mapping[int, Votes]) -> dict[int, Spread]:
    """Spreads of one group's votes on every unit.

    Five equal votes do not mean that there is no doubt: the variance of each unit is drawn towards
    that of all units by as much as they are alike (`stats.estimates.moderation`).

    Parameters
    ----------
    votes : unit → votes of the group; units without votes have no spread
    """
    units = [unit for unit, counts in votes.items() if sum(counts.values()) > 0]
    cells = [(k, p, n) for k, unit in enumerate(units) for p, n in votes[unit].items() if n > 0]
    if not cells:
        return {}
    place, points, times = (np.array(column) for column in zip(*cells, strict=True))
    rows = rows_of(place, points.astype(np.float64), len(units), weight=times)
    found = unit_means(rows).moments
    return {
        unit: Spread(
            float(found.value[k]), float(found.variance[k]), int(found.n[k]), float(found.df[k])
        )
        for k, unit in enumerate(units)
    }


def component_half_width(groups: Sequence[GroupSpread]) -> float:
    """Half the 95 % interval of a weighted mean of group means; 0 without any vote.

    Where nothing tells the spread of the votes (one vote in all) it is half of the whole scale.
    """
    used = [group for group in groups if group.spread.n > 0]
    if not used:
        return 0.0
    counts = np.array([group.spread.n for group in used])
    population = np.array([np.inf if g.population is None else g.population for g in used])
    interval = weighted_mean_interval(
        np.array([group.spread.mean for group in used]),
        np.array([group.spread.variance for group in used]),
        counts,
        np.maximum(population, counts),
        np.array([group.weight for group in used]),
        df=np.array([group.spread.df for group in used]),
    )
    half = float(interval.high - interval.low) / 2
    return half if np.isfinite(half) else WHOLE_SCALE / 2


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
