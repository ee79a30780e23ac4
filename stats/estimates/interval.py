"""A mean, a trimmed mean and a weighted mean of groups, each with its confidence interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from stats.estimates.histogram import Floats, Ints, Moments, count_scores, histogram_moments


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its confidence interval.

    Attributes
    ----------
    value : NaN when there is no score
    low, high : NaN when there are too few scores to say
    n : number of scores
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """Many values with their confidence intervals: arrays of one shape, NaN as in `Interval`."""

    value: Floats
    low: Floats
    high: Floats
    n: Ints

    def one(self, *index: int) -> Interval:
        """Pick the interval at an index."""
        return Interval(
            float(self.value[index]),
            float(self.low[index]),
            float(self.high[index]),
            int(self.n[index]),
        )


def mean_interval(
    scores: ArrayLike, *, population: float | None = None, confidence: float = 0.95
) -> Interval:
    """Mean with its t interval.

    Parameters
    ----------
    scores : array of shape (n,); NaN is no answer
    population : how many could have answered; the interval shrinks to nothing when all did.
        None: unlimited
    confidence : of the two-sided interval

    Notes
    -----
    ``mean ± t(n-1) s / sqrt(n) * sqrt(1 - n / population)``. Where all scores are equal the
    interval has no width: it speaks of the spread that was seen.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., eq. 2.24. Wiley.

    Examples
    --------
    >>> round(mean_interval([1, 2, 3, 4]).low, 4)
    0.4457
    >>> mean_interval([])
    Interval(value=nan, low=nan, high=nan, n=0)
    """
    return trimmed_mean_interval(scores, trim=0.0, population=population, confidence=confidence)


def trimmed_mean_interval(
    scores: ArrayLike,
    *,
    trim: float = 0.1,
    population: float | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Mean without the ``floor(n * trim)`` lowest and highest scores, with its interval.

    Parameters
    ----------
    scores : array of shape (n,); NaN is no answer
    trim : share cut on each side, 0 <= trim < 0.5
    population, confidence : as in `mean_interval`

    Notes
    -----
    The standard error comes from the winsorised variance: see `histogram_moments`.
    """
    counts, levels = count_scores(scores)
    return histogram_intervals(
        counts, levels, trim=trim, population=population, confidence=confidence
    ).one()


def histogram_intervals(
    counts: ArrayLike,
    levels: ArrayLike,
    *,
    trim: float = 0.0,
    population: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Intervals:
    """Means or trimmed means of many histograms, each with its interval.

    Parameters
    ----------
    counts : array of shape (..., n_levels)
    levels : array of shape (n_levels,), strictly increasing
    trim : share cut on each side
    population : array that broadcasts to shape (...), or None

    Returns
    -------
    Intervals of shape (...)
    """
    moments = histogram_moments(counts, levels, trim=trim)
    return moment_intervals(moments, population=population, confidence=confidence)


def moment_intervals(
    moments: Moments, *, population: ArrayLike | None = None, confidence: float = 0.95
) -> Intervals:
    """Intervals of means from their moments, moderated or not: Student t on their freedom."""
    error = np.sqrt(_squared_errors(moments.variance, moments.n, population))
    return _intervals(moments.value, error, moments.df, moments.n, confidence)


def weighted_mean_interval(
    means: ArrayLike,
    variances: ArrayLike,
    n: ArrayLike,
    population: ArrayLike | None,
    weights: ArrayLike,
    *,
    df: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Weighted mean of one unit's groups: `weighted_mean_intervals` for arrays (n_groups,).

    Parameters
    ----------
    means, variances, n : per group; a variance is that of one score
    population : how many could have answered, per group; None: unlimited
    weights : what each group counts by rule
    df : degrees of freedom of the variances, ``n - 1`` where not given
    """
    sizes = np.asarray(n, dtype=np.int64)
    freedom = np.maximum(sizes - 1, 0) if df is None else df
    moments = Moments(
        value=np.asarray(means, dtype=np.float64),
        variance=np.asarray(variances, dtype=np.float64),
        n=sizes,
        df=np.asarray(freedom, dtype=np.float64),
    )
    intervals, _ = weighted_mean_intervals(
        moments, weights, population=population, confidence=confidence
    )
    return intervals.one()


def weighted_mean_intervals(
    groups: Moments,
    weights: ArrayLike,
    *,
    population: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[Intervals, Floats]:
    """Weighted means of group means, for many units at once.

    Parameters
    ----------
    groups : moments of shape (..., n_groups), from `histogram_moments`
    weights : array that broadcasts to (..., n_groups): what each group counts by rule, >= 0
    population : array that broadcasts to (..., n_groups), or None

    Returns
    -------
    Intervals of shape (...), and the weights really used, of shape (..., n_groups): a group
    without scores has 0 and its weight is spread over the others in proportion to theirs.
    ``n`` counts the scores of groups with weight.

    Notes
    -----
    ``sum w_g m_g`` with variance ``sum w_g^2 v_g / n_g (1 - n_g / N_g)``, Student t on
    Welch-Satterthwaite degrees of freedom. A group of one score shows no variance of its own: it
    gets the pooled variance of the unit's other groups; where none has any, low and high are NaN.

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2, 110-114. https://doi.org/10.2307/3002019
    """
    asked = np.broadcast_to(np.asarray(weights, dtype=np.float64), groups.value.shape)
    if (asked < 0).any():
        raise ValueError("weights must not be negative")
    present = (groups.n > 0) & np.isfinite(groups.value) & (asked > 0)
    used = np.where(present, asked, 0.0)
    total = used.sum(axis=-1, keepdims=True)
    used = np.divide(used, total, out=np.zeros_like(used), where=total > 0)
    value = (used * np.where(present, groups.value, 0.0)).sum(axis=-1)
    variance, df = _pooled_where_unknown(groups, present)
    squared = np.where(present, _squared_errors(variance, groups.n, population), 0.0)
    parts = used**2 * squared
    error = parts.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.where(parts > 0, parts**2 / df, 0.0).sum(axis=-1)
        freedom = error**2 / spread
    freedom = np.where(spread > 0, freedom, np.where(present, df, 0.0).sum(axis=-1))
    n = np.where(present, groups.n, 0).sum(axis=-1)
    value = np.where(n > 0, value, np.nan)
    return _intervals(value, np.sqrt(error), freedom, n, confidence), used


def _pooled_where_unknown(groups: Moments, present: np.ndarray) -> tuple[Floats, Floats]:
    known = present & np.isfinite(groups.variance) & (groups.df > 0)
    freedom = np.where(known, groups.df, 0.0)
    total = freedom.sum(axis=-1, keepdims=True)
    squares = (freedom * np.where(known, groups.variance, 0.0)).sum(axis=-1, keepdims=True)
    pooled = np.divide(squares, total, out=np.full_like(squares, np.nan), where=total > 0)
    return np.where(known, groups.variance, pooled), np.where(known, groups.df, total)


def _squared_errors(variance: Floats, n: Ints, population: ArrayLike | None) -> Floats:
    """Squared standard errors with the finite-population correction; a census has none."""
    limit = np.inf if population is None else np.asarray(population, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        unseen = np.clip(1.0 - n / limit, 0.0, 1.0)
        # A complete count has no error even where one score shows no variance.
        return np.asarray(
            np.where((unseen == 0) & (n > 0), 0.0, variance / n * unseen), dtype=np.float64
        )


def _intervals(value: Floats, error: Floats, df: Floats, n: Ints, confidence: float) -> Intervals:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1): {confidence}")
    with np.errstate(invalid="ignore"):
        reach = stdtrit(np.maximum(df, 1e-300), 0.5 + confidence / 2) * error
    reach = np.where(error == 0, 0.0, np.where(df > 0, reach, np.nan))
    return Intervals(
        np.asarray(value), np.asarray(value - reach), np.asarray(value + reach), np.asarray(n)
    )
