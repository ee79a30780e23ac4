"""The bootstrap without the ballots: replicates from histograms or from the sums of each rater."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats, histogram_moments
from stats.estimates.interval import Intervals


@dataclass(frozen=True, slots=True)
class Replicates:
    """Estimates and what they might have been.

    Attributes
    ----------
    value : array of shape (n_units,), the estimates
    replicate : array of shape (n_replicates, n_units)
    replicate_error : array of shape (n_replicates, n_units), standard error within each replicate
    standard_error : array of shape (n_units,), of the estimates themselves
    n : int array of shape (n_units,), scores
    """

    value: Floats
    replicate: Floats
    replicate_error: Floats
    standard_error: Floats
    n: np.ndarray


def histogram_bootstrap(
    counts: ArrayLike,
    levels: ArrayLike,
    *,
    rng: np.random.Generator,
    trim: float = 0.0,
    replicates: int = 999,
) -> Replicates:
    """Bootstrap of single-unit ballots: multinomial draws from each unit's histogram.

    Parameters
    ----------
    counts : array of shape (n_units, n_levels)
    levels : array of shape (n_levels,)
    rng : randomness
    trim : share cut on each side of the mean
    replicates : number of draws

    Notes
    -----
    Drawing n ballots with replacement gives multinomial counts: the cost does not depend on n.

    References
    ----------
    Efron, B., & Tibshirani, R. J. (1993). An Introduction to the Bootstrap.
    https://doi.org/10.1007/978-1-4899-4541-9
    """
    table = np.asarray(counts, dtype=np.float64)
    whole = np.rint(table).astype(np.int64)
    n = whole.sum(axis=1)
    chance = whole / np.maximum(n, 1)[:, None]
    # An empty unit draws nothing, from any chances that add up to one.
    chance[n == 0, -1] = 1.0
    drawn = rng.multinomial(n, chance, size=(replicates, len(n)))
    moments = histogram_moments(drawn, levels, trim=trim)
    here = histogram_moments(whole, levels, trim=trim)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Replicates(
            here.value,
            moments.value,
            np.sqrt(moments.variance / moments.n),
            np.sqrt(here.variance / here.n),
            n,
        )


def cluster_bootstrap(
    sums: ArrayLike, counts: ArrayLike, *, rng: np.random.Generator, replicates: int = 999
) -> Replicates:
    """Bootstrap of raters who mark several units: all marks of a rater come and go together.

    Parameters
    ----------
    sums : array of shape (n_raters, n_units), sum of the marks a rater gave a unit
    counts : array of shape (n_raters, n_units), their number
    rng : randomness
    replicates : number of draws

    Notes
    -----
    Bayesian bootstrap: raters get exponential weights, so that no unit loses all its raters. The
    correlation between units that share raters is kept.

    References
    ----------
    Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9, 130-134.
    https://doi.org/10.1214/aos/1176345338
    Field, C. A., & Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
    Statistical Society B 69, 369-390. https://doi.org/10.1111/j.1467-9868.2007.00593.x
    """
    s = np.asarray(sums, dtype=np.float64)
    c = np.asarray(counts, dtype=np.float64)
    if s.shape != c.shape or s.ndim != 2:
        raise ValueError(f"sums {s.shape} and counts {c.shape} must have one shape")
    weight = rng.standard_exponential((replicates, len(s)))
    weight *= len(s) / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    value, error = _ratio(np.ones((1, len(s))), s, c)
    replicate, replicate_error = _ratio(weight, s, c)
    return Replicates(
        value[0], replicate, replicate_error, error[0], np.rint(c.sum(axis=0)).astype(np.int64)
    )


def bootstrap_intervals(
    found: Replicates, *, confidence: float = 0.95, studentised: bool = True
) -> Intervals:
    """Intervals from replicates.

    Parameters
    ----------
    found : replicates of some units
    confidence : of the two-sided interval
    studentised : from the distribution of ``(replicate - value) / error``; else plain percentiles

    Returns
    -------
    Intervals of shape (n_units,); where fewer than half of the replicates have an error the
    percentiles stand in
    """
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    # nanquantile warns of units without any replicate: they get NaN by hand.
    some = np.isfinite(found.replicate).any(axis=0) & np.isfinite(found.value)
    low, high = np.full(some.shape, np.nan), np.full(some.shape, np.nan)
    if some.any():
        low[some], high[some] = np.nanquantile(found.replicate[:, some], tails, axis=0)
    if studentised:
        t = np.full(found.replicate.shape, np.nan)
        usable = np.isfinite(found.replicate_error) & (found.replicate_error > 0)
        np.divide(found.replicate - found.value, found.replicate_error, out=t, where=usable)
        enough = some & (usable.mean(axis=0) >= 0.5) & np.isfinite(found.standard_error)
        if enough.any():
            lower, upper = np.nanquantile(t[:, enough], tails, axis=0)
            low[enough] = found.value[enough] - upper * found.standard_error[enough]
            high[enough] = found.value[enough] - lower * found.standard_error[enough]
    return Intervals(found.value, low, high, found.n.astype(np.int64))


def _ratio(weight: Floats, sums: Floats, counts: Floats) -> tuple[Floats, Floats]:
    # A weight says how often a rater is there: the error takes it once, not squared.
    total = weight @ counts
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = weight @ sums / total
        spread = weight @ sums**2 - 2 * mean * (weight @ (sums * counts))
        spread += mean**2 * (weight @ counts**2)
        return mean, np.sqrt(np.maximum(spread, 0.0)) / total
