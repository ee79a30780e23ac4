"""Weighted means with the error of clusters, strata and calibrated weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.calibration import Margin, indicators
from stats.estimates.histogram import Floats, Ints


@dataclass(frozen=True, slots=True)
class Sample:
    """How the ballots came about.

    Attributes
    ----------
    weight : array of shape (n,), persons each ballot stands for
    cluster : int array of shape (n,), ballots that came together (one rater's, one batch's);
        None: each by itself
    stratum : int array of shape (n,), groups drawn separately; None: one
    population : array of shape (n,), clusters that could have come from the ballot's stratum;
        None: unlimited
    """

    weight: Floats
    cluster: Ints | None = None
    stratum: Ints | None = None
    population: Floats | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A weighted mean or total.

    Attributes
    ----------
    value, standard_error : NaN where there is nothing to tell it by
    n : ballots with a value
    """

    value: float
    standard_error: float
    n: int


def weighted_mean(
    values: ArrayLike,
    sample: Sample,
    *,
    margins: Sequence[Margin] | None = None,
    base: ArrayLike | None = None,
) -> Estimate:
    """Weighted mean with its linearised standard error.

    Parameters
    ----------
    values : array of shape (n,), NaN missing
    sample : weights and design
    margins : margins the weights were calibrated to; what they explain is no error
    base : array of shape (n,), weights before calibration, where margins are given

    Notes
    -----
    ``z_i = w_i (y_i - mean) / sum w``; with margins, ``z`` is replaced by its residual on them.
    Summed by cluster, the variance within each stratum is ``(1 - f) m/(m-1) sum (z_c - mean z)^2``.

    References
    ----------
    Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
    International Statistical Review 51, 279-292. https://doi.org/10.2307/1402588
    Lumley, T. (2010). Complex Surveys. Wiley. https://doi.org/10.1002/9780470580066
    """
    y = np.asarray(values, dtype=np.float64)
    known = np.isfinite(y)
    w = np.where(known, sample.weight, 0.0)
    total = float(w.sum())
    if total <= 0:
        return Estimate(float("nan"), float("nan"), 0)
    value = float(w @ np.where(known, y, 0.0)) / total
    parts = np.where(known, y - value, 0.0) / total
    if margins is not None:
        parts = _residual(parts, margins, np.asarray(sample.weight if base is None else base))
    variance = _variance(parts * w, sample)
    return Estimate(value, float(np.sqrt(variance)), int(known.sum()))


def weighted_total(values: ArrayLike, sample: Sample) -> Estimate:
    """Weighted total with its standard error."""
    y = np.asarray(values, dtype=np.float64)
    known = np.isfinite(y)
    parts = sample.weight * np.where(known, y, 0.0)
    return Estimate(float(parts.sum()), float(np.sqrt(_variance(parts, sample))), int(known.sum()))


def jackknife_mean(values: ArrayLike, sample: Sample) -> Estimate:
    """Weighted mean with the standard error of leaving out one cluster at a time (JK1).

    Parameters
    ----------
    values : array of shape (n,), complete
    sample : weights, clusters and population; strata are not used
    """
    y = np.asarray(values, dtype=np.float64)
    clusters = np.arange(y.size) if sample.cluster is None else sample.cluster
    _, code = np.unique(clusters, return_inverse=True)
    weight = np.bincount(code, weights=sample.weight)
    sums = np.bincount(code, weights=sample.weight * y)
    m = weight.size
    if m < 2:
        return Estimate(float("nan"), float("nan"), y.size)
    value = float(sums.sum() / weight.sum())
    without = (sums.sum() - sums) / (weight.sum() - weight)
    unseen = 1.0
    if sample.population is not None:
        unseen = max(1 - m / float(sample.population[0]), 0.0)
    variance = unseen * (m - 1) / m * float(((without - without.mean()) ** 2).sum())
    return Estimate(value, float(np.sqrt(variance)), y.size)


def weighted_quantile(values: ArrayLike, weight: ArrayLike, *, share: float) -> float:
    """Smallest value at which the weighted distribution reaches the share."""
    y = np.asarray(values, dtype=np.float64)
    w = np.asarray(weight, dtype=np.float64)
    known = np.isfinite(y)
    order = np.argsort(y[known], kind="stable")
    if not order.size:
        return float("nan")
    reached = np.cumsum(w[known][order])
    # A hair less, so that a share reached exactly counts as reached.
    place = int(np.searchsorted(reached, share * reached[-1] * (1 - 1e-12)))
    return float(y[known][order][min(place, order.size - 1)])


def _residual(parts: Floats, margins: Sequence[Margin], base: Floats) -> Floats:
    design = indicators(margins)
    root = np.sqrt(base)
    fitted = np.linalg.lstsq(design * root[:, None], parts * root, rcond=None)[0]
    return np.asarray(parts - design @ fitted, dtype=np.float64)


def _variance(parts: Floats, sample: Sample) -> float:
    n = parts.size
    clusters = np.arange(n) if sample.cluster is None else sample.cluster
    strata = np.zeros(n, dtype=np.int64) if sample.stratum is None else sample.stratum
    variance = 0.0
    for stratum in np.unique(strata):
        own = strata == stratum
        _, code = np.unique(clusters[own], return_inverse=True)
        sums = np.bincount(code, weights=parts[own])
        m = sums.size
        seen = 0.0
        if sample.population is not None:
            seen = min(m / float(sample.population[own][0]), 1.0)
        if seen == 1.0:
            continue
        if m < 2:
            return float("nan")
        variance += (1 - seen) * m / (m - 1) * float(((sums - sums.mean()) ** 2).sum())
    return variance
