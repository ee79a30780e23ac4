"""Scores of units that a few extreme ballots cannot carry away, severity of raters taken out."""

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats
from stats.estimates.rows import Rows, rows_of

_HUBER = 1.5
# Mean of min(z^2, 1.5^2) for a standard normal z.
_WINSORISED = 0.7784655
_PRIOR_N = 20


def usual_bend(n: ArrayLike) -> Floats:
    """How many spreads away a mark counts nothing: ten, and more beyond 200 ballots.

    Notes
    -----
    Marks are skewed: a robust mean of them lies above the mean by an amount that does not shrink
    with the ballots, while chance does. With the fourth root of the ballots the one stays small
    against the other; what is left in the order of clean units is below .003 of Kendall's tau.
    """
    return np.asarray(10.0 * np.maximum(np.asarray(n) / 200, 1.0) ** 0.25, dtype=np.float64)


def robust_unit_means(rows: Rows, *, bend: float | None = None) -> Floats:
    """Tukey's bisquare mean of every unit.

    Parameters
    ----------
    rows : marks
    bend : marks so many spreads away count nothing; `usual_bend` of each unit where not given

    Returns
    -------
    Array of shape (n_units,); NaN for a unit without marks

    Notes
    -----
    Started from Huber's mean (bend 1.5). The spread is winsorised at 1.5 about that mean, drawn
    towards that of all units by as much as 20 ballots are worth: the MAD of marks of few levels is
    0 where half of them are equal.

    References
    ----------
    Beaton, A. E., & Tukey, J. W. (1974). The fitting of power series, meaning polynomials,
    illustrated on band-spectroscopic data. Technometrics 16, 147-185.
    https://doi.org/10.1080/00401706.1974.10489171
    """
    center = rows.means(rows.mark)
    spread = np.ones(rows.n_units)
    for _ in range(3):
        spread = _spread(rows, center)
        center = _huber(rows, center, spread, 5)
    reach = (usual_bend(rows.counts()) if bend is None else bend) * spread
    for _ in range(20):
        t = np.abs(rows.mark - center[rows.unit]) / reach[rows.unit]
        share = np.where(t < 1, (1 - t * t) ** 2, 0.0)
        center = rows.means(rows.mark, share)
    return center


def robust_matrix_means(
    rater: ArrayLike, unit: ArrayLike, mark: ArrayLike, n_units: int, *, bend: float | None = None
) -> Floats:
    """Bisquare means of the units with each rater's severity taken out.

    Parameters
    ----------
    rater : int array of shape (n_rows,), codes from 0
    unit, mark : arrays of shape (n_rows,)
    n_units : number of units
    bend : as in `robust_unit_means`

    Notes
    -----
    Unit and rater effects in turns, Huber's mean of each: a mark is extreme that is so for this
    rater on this unit, not one of a mild rater. Raters' effects are measured from their mean, so
    that scores stay on the scale of the marks.
    """
    raters = np.asarray(rater, dtype=np.int64)
    if not raters.size:
        return np.full(n_units, np.nan)
    by_unit = rows_of(unit, mark, n_units)
    n_raters = int(raters.max(initial=-1)) + 1
    center = by_unit.means(by_unit.mark)
    plain = by_unit
    for _ in range(4):
        left = rows_of(raters, plain.mark - center[plain.unit], n_raters)
        start = left.means(left.mark)
        severity = _huber(left, start, _spread(left, start), 5)
        severity -= severity[np.isfinite(severity)].mean()
        by_unit = rows_of(plain.unit, plain.mark - severity[raters], n_units)
        center = _huber(by_unit, center, _spread(by_unit, center), 5)
    return robust_unit_means(by_unit, bend=bend)


def _spread(rows: Rows, center: Floats) -> Floats:
    square = (rows.mark - center[rows.unit]) ** 2
    n = rows.counts()
    if not n.sum():
        return np.ones(rows.n_units)
    spread = np.full(rows.n_units, np.sqrt(rows.sums(square).sum() / n.sum()))
    for _ in range(6):
        own = rows.sums(np.minimum(square, (_HUBER * spread[rows.unit]) ** 2)) / _WINSORISED
        spread = np.sqrt((own + _PRIOR_N * own.sum() / n.sum()) / (n + _PRIOR_N))
    return np.asarray(np.maximum(spread, 1e-9), dtype=np.float64)


def _huber(rows: Rows, center: Floats, spread: Floats, steps: int) -> Floats:
    for _ in range(steps):
        distance = np.abs(rows.mark - center[rows.unit])
        share = np.minimum(1.0, _HUBER * spread[rows.unit] / np.maximum(distance, 1e-12))
        center = rows.means(rows.mark, share)
    return center
