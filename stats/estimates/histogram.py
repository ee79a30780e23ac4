"""Mean, variance and trimming of scores that are known only as counts per level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moments:
    """What an interval needs of a set of scores, whatever the number of scores.

    All arrays have the shape of the histograms without their last axis.

    Attributes
    ----------
    value : mean or trimmed mean; NaN where there is no score
    variance : of one score, so that ``variance / n`` is the squared standard error; NaN below
        two (kept) scores
    n : number of scores
    df : degrees of freedom of the variance
    """

    value: Floats
    variance: Floats
    n: Ints
    df: Floats


def count_scores(scores: ArrayLike) -> tuple[Floats, Floats]:
    """Counts per distinct score, and those scores; NaN is no answer.

    Parameters
    ----------
    scores : array of any shape
    """
    values = np.asarray(scores, dtype=np.float64).ravel()
    levels, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    return counts.astype(np.float64), levels


def histogram_moments(counts: ArrayLike, levels: ArrayLike, *, trim: float = 0.0) -> Moments:
    """Trimmed mean and the variance that belongs to it, for many histograms at once.

    Parameters
    ----------
    counts : array of shape (..., n_levels), how often each level was given
    levels : array of shape (n_levels,), strictly increasing
    trim : share cut on each side, 0 <= trim < 0.5; ``k = floor(n * trim)`` scores are cut

    Returns
    -------
    Moments with arrays of shape (...)

    Raises
    ------
    ValueError : shapes that do not match, negative counts, levels out of order, trim out of range

    Notes
    -----
    With ``h = n - 2k`` scores kept and ``s_w^2`` the variance of the winsorised scores, the squared
    standard error is Yuen's ``(n-1) s_w^2 / (h (h-1))`` on ``h - 1`` degrees of freedom; without
    trimming it is ``s^2 / n`` on ``n - 1``.

    References
    ----------
    Yuen, K. K. (1974). The two-sample trimmed t for unequal population variances. Biometrika 61,
    165-170. https://doi.org/10.1093/biomet/61.1.165
    """
    table, scale = _checked(counts, levels, trim)
    cumulated = np.cumsum(table, axis=-1)
    n = cumulated[..., -1]
    # 1e-9: 0.1 * 30 is 3.0000000000000004, 0.1 * 70 is 7.000000000000001, 0.29 * 100 is 28.99...
    cut = np.floor(n * trim + 1e-9)[..., None]
    kept_n = n - 2 * cut[..., 0]
    upper = n[..., None] - cut
    kept = np.diff(np.clip(cumulated, cut, upper), axis=-1, prepend=cut)
    winsorised = np.where(cumulated >= upper, n[..., None], cumulated)
    winsorised = np.diff(np.where(cumulated <= cut, 0.0, winsorised), axis=-1, prepend=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = (kept @ scale) / kept_n
        centre = (winsorised @ scale) / n
        squares = (winsorised * (scale - centre[..., None]) ** 2).sum(axis=-1)
        variance = squares * n / (kept_n * (kept_n - 1))
    variance = np.where(kept_n >= 2, variance, np.nan)
    return Moments(
        value=np.where(n > 0, value, np.nan),
        variance=variance,
        n=n.astype(np.int64),
        df=np.maximum(kept_n - 1, 0.0),
    )


def _checked(counts: ArrayLike, levels: ArrayLike, trim: float) -> tuple[Floats, Floats]:
    table = np.asarray(counts, dtype=np.float64)
    scale = np.asarray(levels, dtype=np.float64)
    if scale.ndim != 1 or table.ndim == 0 or table.shape[-1] != scale.size:
        raise ValueError(f"counts {table.shape} do not match levels {scale.shape}")
    if (np.diff(scale) <= 0).any():
        raise ValueError("levels must be strictly increasing")
    if (table < 0).any():
        raise ValueError("counts must not be negative")
    if not 0 <= trim < 0.5:
        raise ValueError(f"trim must be in [0, 0.5): {trim}")
    if scale.size == 0:
        return np.zeros((*table.shape[:-1], 1)), np.zeros(1)
    return table, scale
