"""The rank of each unit with the ranks that the data do not rule out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# The integrand is smooth on the scale of the normal density: the trapezoid rule is enough.
_NODES = np.linspace(-6.0, 6.0, 81)
_DENSITY = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()
# Above this many units their errors are rounded to 4 %, so that equal ones are counted together.
_EXACT_UP_TO = 64


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Ranks, 1 the best, with a lowest and a highest rank: "rank 3 (2-7)".

    Attributes
    ----------
    rank, low, high : arrays of shape (n_units,); 0 for a unit without an estimate
    n : number of units ranked
    """

    rank: Ints
    low: Ints
    high: Ints
    n: int


def marginal_rank_intervals(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    confidence: float = 0.95,
    descending: bool = True,
) -> RankIntervals:
    """Ranks that hold each unit's true rank with the given confidence, unit by unit.

    Parameters
    ----------
    values : array of shape (n_units,), independent estimates; NaN: not ranked
    standard_errors : array of shape (n_units,), >= 0; NaN: unknown, the unit may have any rank
    confidence : for each unit by itself, not for all at once
    descending : the highest value has rank 1

    Returns
    -------
    RankIntervals; equal values share the better rank

    Notes
    -----
    For unit j all "k is better" and "k is worse" are tested together at the exact critical value of
    ``max_k |d_jk - D_jk| / sqrt(s_j^2 + s_k^2)`` under normality: given the error of j the others
    are independent, so the coverage is one integral over a product. What is found is left out and
    the value found again (step-down); the opposite direction stays in.
    ``low = 1 + number clearly better``, ``high = n - number clearly worse``.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M., & Wilhelm, D. (2024). Inference for ranks with
    applications to mobility across neighbourhoods and academic achievement across countries.
    Review of Economic Studies 91, 476-518. https://doi.org/10.1093/restud/rdad006

    Examples
    --------
    >>> ranks = marginal_rank_intervals([4.8, 4.7, 3.9], [0.05, 0.05, 0.05])
    >>> ranks.rank.tolist(), ranks.low.tolist(), ranks.high.tolist()
    ([1, 2, 3], [1, 1, 3], [2, 2, 3])
    """
    score, error = checked_estimates(values, standard_errors, confidence)
    ranked = np.isfinite(score)
    oriented = score if descending else -score
    order = np.flatnonzero(ranked)
    limits = [
        _one_unit(oriented[order], error[order], unit, confidence) for unit in range(order.size)
    ]
    return rank_intervals(oriented, np.array(limits, dtype=np.int64).reshape(-1, 2))


def checked_estimates(
    values: ArrayLike, standard_errors: ArrayLike, confidence: float
) -> tuple[Floats, Floats]:
    """Estimates and errors as arrays of one shape; unknown errors are infinite."""
    score = np.asarray(values, dtype=np.float64)
    error = np.asarray(standard_errors, dtype=np.float64)
    if score.ndim != 1 or score.shape != error.shape:
        raise ValueError(f"values {score.shape} and standard_errors {error.shape} do not match")
    if (error < 0).any():
        raise ValueError("standard_errors must not be negative")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1): {confidence}")
    return score, np.where(np.isnan(error), np.inf, error)


def rank_intervals(oriented: Floats, limits: Ints) -> RankIntervals:
    """Put ranks and limits of the ranked units beside each other; larger is better."""
    ranked = np.isfinite(oriented)
    rank = np.zeros((3, oriented.size), dtype=np.int64)
    score = oriented[ranked]
    rank[0, ranked] = 1 + score.size - np.searchsorted(np.sort(score), score, side="right")
    rank[1:, ranked] = limits.T
    return RankIntervals(rank[0], rank[1], rank[2], int(score.size))


def _one_unit(score: Floats, error: Floats, unit: int, confidence: float) -> tuple[int, int]:
    others = np.isfinite(error) & (np.arange(score.size) != unit)
    if not np.isfinite(error[unit]) or not others.any():
        return 1, score.size
    reach = np.hypot(error[unit], error[others])
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.nan_to_num((score[others] - score[unit]) / reach, nan=0.0)
    found = np.zeros(distance.size)
    while True:
        critical = critical_distance(float(error[unit]), error[others], found, confidence)
        now_found = np.where(np.abs(distance) > critical, np.sign(distance), 0.0)
        if (now_found == found).all() or (now_found != 0).all():
            break
        found = now_found
    return 1 + int((now_found > 0).sum()), score.size - int((now_found < 0).sum())


def critical_distance(own: float, others: Floats, found: Floats, confidence: float) -> float:
    """Solve for the standardised difference that nothing still in doubt exceeds.

    Parameters
    ----------
    own : standard error of the unit
    others : array of shape (n_others,), standard errors of the units it is compared with
    found : array of shape (n_others,): 1 known to be better, -1 known to be worse, 0 in doubt
    """
    largest = max(own, float(others.max()))
    if largest == 0:
        return float(ndtri(0.5 + confidence / 2))
    floor = 1e-9 * largest
    width = np.maximum(others, floor)
    if others.size > _EXACT_UP_TO:
        width = np.exp(np.round(np.log(width) * 25) / 25)
    (width, side), times = _distinct(width, found)
    centre = np.outer(np.maximum(own, floor) * _NODES, 1 / width)
    reach = np.hypot(own, width) / width

    def excess(critical: float) -> float:
        above = np.where(side < 0, 1.0, ndtr(critical * reach - centre))
        below = np.where(side > 0, 0.0, ndtr(-centre - critical * reach))
        return float(_DENSITY @ ((above - below) ** times).prod(axis=1)) - confidence

    # Sidak's inequality bounds it from above, a single one-sided comparison from below.
    low = float(ndtri(confidence)) if confidence > 0.5 else 0.0
    high = float(ndtri(0.5 + confidence ** (1 / others.size) / 2)) + 0.05
    if excess(low) >= 0:
        return low
    return float(brentq(excess, low, high, xtol=1e-4))


def _distinct(width: Floats, side: Floats) -> tuple[tuple[Floats, Floats], Ints]:
    if width.size <= _EXACT_UP_TO:
        return (width, side), np.ones(width.size, dtype=np.int64)
    rows, times = np.unique(np.stack([width, side]), axis=1, return_counts=True)
    return (rows[0], rows[1]), times
