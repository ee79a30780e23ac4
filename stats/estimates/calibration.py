"""Weights that make the ballots look like the register: post-stratify, rake, calibrate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.estimates.design_effect import design_effect, effective_n
from stats.estimates.histogram import Floats, Ints

Distance = Literal["linear", "raking", "logit"]

# Raking on cells so small, or with factors so far apart, rests on a handful of ballots.
SMALLEST_CELL = 5
LARGEST_RATIO = 20.0


@dataclass(frozen=True, slots=True)
class Margin:
    """One thing known of every ballot and of the whole register.

    Attributes
    ----------
    code : int array of shape (n,), category 0..k-1 of each ballot
    total : array of shape (k,), persons of each category in the register
    """

    code: Ints
    total: Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights with what may be said against them.

    Attributes
    ----------
    weight : array of shape (n,)
    converged : whether the margins are met
    smallest_cell : fewest ballots in any category of any margin
    ratio : largest weight over smallest, both relative to the weights put in
    design_effect, effective_n : Kish
    """

    weight: Floats
    converged: bool
    smallest_cell: int
    ratio: float
    design_effect: float
    effective_n: float

    @property
    def trustworthy(self) -> bool:
        """Whether cells and ratio are within what the platform will publish."""
        return (
            self.converged and self.smallest_cell >= SMALLEST_CELL and self.ratio <= LARGEST_RATIO
        )


def margin(code: ArrayLike, total: ArrayLike) -> Margin:
    """Check and hold one margin.

    Raises
    ------
    ValueError : a code outside the totals, a total that is negative
    """
    codes = np.asarray(code, dtype=np.int64)
    totals = np.asarray(total, dtype=np.float64)
    if codes.size and (codes.min() < 0 or codes.max() >= totals.size):
        raise ValueError(f"code must lie in 0..{totals.size - 1}")
    if (totals < 0).any():
        raise ValueError("total must not be negative")
    return Margin(codes, totals)


def post_stratify(weight: ArrayLike, cells: Margin) -> Weights:
    """Scale the weights of each cell to its total in the register.

    Parameters
    ----------
    weight : array of shape (n,), weights before
    cells : one margin, or the crossing of several

    Notes
    -----
    A cell of the register without ballots cannot be met: `converged` is false.

    References
    ----------
    Holt, D., & Smith, T. M. F. (1979). Post stratification. Journal of the Royal Statistical
    Society A 142, 33-46. https://doi.org/10.2307/2344652
    """
    return rake(weight, [cells], iterations=1)


def rake(
    weight: ArrayLike,
    margins: Sequence[Margin],
    *,
    tolerance: float = 1e-10,
    iterations: int = 200,
) -> Weights:
    """Scale weights to one margin after the other until all are met.

    Parameters
    ----------
    weight : array of shape (n,), weights before
    margins : margins with equal grand totals
    tolerance : largest distance of a margin, as a share of its total plus one

    References
    ----------
    Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics 11,
    427-444. https://doi.org/10.1214/aoms/1177731829
    """
    before = np.asarray(weight, dtype=np.float64)
    w = before.copy()
    converged = False
    for _ in range(iterations):
        for one in margins:
            now = _cell_sums(w, one)
            factor = np.divide(one.total, now, out=np.zeros(now.size), where=now > 0)
            w = w * factor[one.code]
        converged = all(_met(w, one, tolerance) for one in margins)
        if converged:
            break
    return _weights(w, before, margins, converged=converged)


def calibrate(
    weight: ArrayLike,
    margins: Sequence[Margin],
    *,
    distance: Distance = "linear",
    bounds: tuple[float, float] = (0.5, 2.0),
) -> Weights:
    """Smallest change of the weights that meets all margins.

    Parameters
    ----------
    weight : array of shape (n,), weights before
    margins : margins with equal grand totals
    distance : "linear" (generalised regression), "raking" (always positive) or "logit" (within
        `bounds`)
    bounds : smallest and largest factor for "logit"

    References
    ----------
    Deville, J.-C., & Sarndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376-382.
    https://doi.org/10.1080/01621459.1992.10475217
    """
    before = np.asarray(weight, dtype=np.float64)
    design = indicators(margins)
    goal = np.concatenate([one.total for one in margins])
    multiplier = np.zeros(goal.size)
    converged = False
    factor = np.ones(before.size)
    for _ in range(100):
        factor, slope = _factors(design @ multiplier, distance, bounds)
        missing = goal - design.T @ (before * factor)
        converged = bool((np.abs(missing) <= 1e-10 * (goal + 1)).all())
        if converged:
            break
        system = (design * (before * slope)[:, None]).T @ design
        multiplier = multiplier + np.linalg.pinv(system, hermitian=True) @ missing
    return _weights(before * factor, before, margins, converged=converged)


def indicators(margins: Sequence[Margin]) -> Floats:
    """All categories of all margins as 0/1 columns: array of shape (n, sum of k)."""
    return np.concatenate([np.eye(one.total.size)[one.code] for one in margins], axis=1)


def fit_table(counts: ArrayLike, margins: Sequence[tuple[tuple[int, ...], ArrayLike]]) -> Floats:
    """Scale a table of counts to margins by iterative proportional fitting.

    Parameters
    ----------
    counts : array of any shape
    margins : axes kept, and the totals over them
    """
    table = np.asarray(counts, dtype=np.float64).copy()
    for _ in range(1000):
        largest = 0.0
        for axes, totals in margins:
            others = tuple(axis for axis in range(table.ndim) if axis not in axes)
            now = table.sum(axis=others, keepdims=True)
            goal = np.asarray(totals, dtype=np.float64).reshape(now.shape)
            factor = np.divide(goal, now, out=np.zeros(now.shape), where=now > 0)
            largest = max(largest, float(np.abs(goal - now).max(initial=0.0)))
            table = table * factor
        if largest <= 1e-10 * (float(table.sum()) + 1):
            break
    return table


def _factors(at: Floats, distance: Distance, bounds: tuple[float, float]) -> tuple[Floats, Floats]:
    if distance == "linear":
        return 1 + at, np.ones(at.size)
    if distance == "raking":
        factor = np.exp(np.clip(at, -50, 50))
        return factor, factor
    low, high = bounds
    steepness = (high - low) / ((1 - low) * (high - 1))
    power = np.exp(np.clip(steepness * at, -50, 50))
    below, above = high - 1, (1 - low) * power
    factor = (low * below + high * above) / (below + above)
    slope = (high - low) * steepness * below * above / (below + above) ** 2
    return factor, slope


def _cell_sums(w: Floats, one: Margin) -> Floats:
    return np.asarray(np.bincount(one.code, weights=w, minlength=one.total.size))


def _met(w: Floats, one: Margin, tolerance: float) -> bool:
    gap = np.abs(_cell_sums(w, one) - one.total)
    return bool((gap <= tolerance * (one.total + 1)).all())


def _weights(w: Floats, before: Floats, margins: Sequence[Margin], *, converged: bool) -> Weights:
    cells: list[NDArray[np.int64]] = [
        np.bincount(one.code, minlength=one.total.size) for one in margins
    ]
    smallest = min((int(cell.min(initial=w.size)) for cell in cells), default=0)
    factor = np.divide(w, before, out=np.zeros(w.size), where=before > 0)
    least = float(factor.min(initial=np.inf))
    ratio = float(factor.max(initial=0.0)) / least if least > 0 else float("inf")
    return Weights(w, converged, smallest, ratio, design_effect(w), effective_n(w))
