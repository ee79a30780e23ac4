"""Variances that borrow strength: five equal marks do not mean that there is no doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Moments

_MOST_FREEDOM = 1e6


@dataclass(frozen=True, slots=True)
class Prior:
    """What the variances of all cells say about any one of them.

    Attributes
    ----------
    variance : typical variance of one score; NaN where fewer than three cells have one
    df : how many scores it is worth; 1e6 where the cells differ no more than by chance
    n_cells : cells it comes from
    """

    variance: float
    df: float
    n_cells: int


def variance_prior(counts: ArrayLike, levels: ArrayLike) -> Prior:
    """How alike the variances of many cells are: `prior_from_sums` of histograms.

    Parameters
    ----------
    counts : array of shape (..., n_levels)
    levels : array of shape (n_levels,)
    """
    scale = np.asarray(levels, dtype=np.float64)
    table = np.asarray(counts, dtype=np.float64).reshape(-1, scale.size)
    n = table.sum(axis=1)
    deviation = scale - (table @ scale / np.maximum(n, 1))[:, None]
    return prior_from_sums(
        n, (table * deviation**2).sum(axis=1), (table * deviation**4).sum(axis=1)
    )


def prior_from_sums(n: ArrayLike, squares: ArrayLike, fourths: ArrayLike) -> Prior:
    """How alike the variances of many cells are, beyond what their few marks make of them.

    Parameters
    ----------
    n : array of shape (n_cells,), scores
    squares, fourths : arrays of shape (n_cells,), sums of the second and fourth powers of the
        scores' deviations from the mean of their cell

    Notes
    -----
    The typical variance is the pooled one. What the variances of cells differ by more than sampling
    explains, ``(m4 - s^4 (n-3)/(n-1)) / n`` each with the pooled fourth moment m4, is their true
    spread t^2; an inverse chi-square prior of that spread has ``4 + 2 s^4 / t^2`` degrees of
    freedom.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments. Statistical Applications in Genetics and Molecular Biology
    3(1). https://doi.org/10.2202/1544-6115.1027
    """
    sizes = np.asarray(n, dtype=np.float64)
    used = sizes >= 2
    size = sizes[used]
    second, fourth = (np.asarray(one, dtype=np.float64)[used] for one in (squares, fourths))
    freedom = size - 1
    if size.size < 3 or second.sum() == 0:
        return Prior(float("nan"), 0.0, int(size.size))
    pooled = float(second.sum() / freedom.sum())
    # Deviations from a cell's own mean fall short of the true fourth moment.
    own = freedom * (size**2 - 3 * size + 3) / size**2
    crossed = 3 * freedom * (2 * size - 3) / size**2
    moment = (float(fourth.sum()) - pooled**2 * float(crossed.sum())) / float(own.sum())
    sampling = np.maximum(moment - pooled**2 * (size - 3) / freedom, 0.0) / size
    excess = (second / freedom - pooled) ** 2 - sampling
    spread = float((freedom * excess).sum() / freedom.sum())
    worth = 4 + 2 * pooled**2 / spread if spread > 0 else _MOST_FREEDOM
    return Prior(pooled, min(worth, _MOST_FREEDOM), int(size.size))


def moderate(moments: Moments, prior: Prior) -> Moments:
    """Shrink each variance towards the prior.

    Parameters
    ----------
    moments : of `histogram_moments`
    prior : of `variance_prior` over comparable cells

    Returns
    -------
    Moments with ``(d0 s0^2 + d s^2) / (d0 + d)`` on ``d0 + d`` degrees of freedom; a cell of one
    score takes the prior's variance. Without a prior nothing changes.
    """
    if not np.isfinite(prior.variance):
        return moments
    known = np.isfinite(moments.variance)
    own = np.where(known, moments.df, 0.0)
    variance = np.where(known, moments.variance, 0.0)
    freedom = prior.df + own
    shrunk = (prior.df * prior.variance + own * variance) / freedom
    some = moments.n > 0
    return Moments(
        value=moments.value,
        variance=np.where(some, shrunk, np.nan),
        n=moments.n,
        df=np.where(some, freedom, 0.0),
    )
