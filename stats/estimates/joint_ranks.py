"""Rank intervals from joint replicates: for estimates that hang together, or for all at once."""

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats
from stats.estimates.ranks import Flags, RankIntervals, checked_estimates, rank_intervals


def simultaneous_rank_intervals(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    rng: np.random.Generator,
    correlation: ArrayLike | None = None,
    confidence: float = 0.95,
    descending: bool = True,
    replicates: int = 4000,
) -> RankIntervals:
    """Ranks that hold the true ranks of all units at once with the given confidence.

    Parameters
    ----------
    values, standard_errors, confidence, descending : as in `marginal_rank_intervals`
    rng : randomness of the critical value
    correlation : array of shape (n_units, n_units), of the errors; None: independent
    replicates : draws for it

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M., & Wilhelm, D. (2024), as `marginal_rank_intervals`.
    """
    score, error = checked_estimates(values, standard_errors, confidence)
    drawn = np.where(np.isfinite(error), error, np.nan) * correlated_normals(
        rng, (replicates, score.size), correlation
    )
    return joint_rank_intervals(
        score, score + drawn, confidence=confidence, descending=descending, simultaneous=True
    )


def correlated_normals(
    rng: np.random.Generator, shape: tuple[int, int], correlation: ArrayLike | None
) -> Floats:
    """Standard normals of shape (n_replicates, n_units); the units go together as told."""
    drawn = rng.standard_normal(shape)
    if correlation is None:
        return drawn
    value, vector = np.linalg.eigh(np.asarray(correlation, dtype=np.float64))
    root = vector * np.sqrt(np.maximum(value, 0.0))
    return np.asarray(drawn @ root.T, dtype=np.float64)


def joint_rank_intervals(
    values: ArrayLike,
    replicates: ArrayLike,
    *,
    confidence: float = 0.95,
    descending: bool = True,
    simultaneous: bool = False,
) -> RankIntervals:
    """Rank intervals from replicates of all units drawn together.

    Parameters
    ----------
    values : array of shape (n_units,), NaN: not ranked
    replicates : array of shape (n_replicates, n_units), e.g. of `cluster_bootstrap`; a unit with a
        missing replicate may have any rank
    confidence : of each unit's interval, or of all together
    descending : the highest value has rank 1
    simultaneous : hold all true ranks at once

    Notes
    -----
    As `marginal_rank_intervals`, with the errors of the differences and the critical value of their
    largest from the replicates: raters who mark all units alike high do not blur the order.
    """
    score = np.asarray(values, dtype=np.float64)
    drawn = np.asarray(replicates, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1:] != score.shape:
        raise ValueError(f"replicates {drawn.shape} do not match values {score.shape}")
    oriented = score if descending else -score
    ranked = np.flatnonzero(np.isfinite(oriented))
    own = oriented[ranked]
    noise = (drawn if descending else -drawn)[:, ranked] - own
    known = np.isfinite(noise).all(axis=0)
    n_better, n_worse = np.zeros(own.size), np.zeros(own.size)
    compared = np.flatnonzero(known)
    if compared.size > 1:
        worse, better = _decided(
            own[compared], noise[:, compared], confidence, simultaneous=simultaneous
        )
        n_better[compared], n_worse[compared] = better.sum(axis=1), worse.sum(axis=1)
    limits = np.stack([1 + n_better, own.size - n_worse], axis=1)
    return rank_intervals(oriented, limits.astype(np.int64))


def clear_differences(
    values: ArrayLike, replicates: ArrayLike, *, confidence: float = 0.95
) -> Flags:
    """Who is clearly better than whom, all pairs held at once.

    Parameters
    ----------
    values, replicates, confidence : as in `joint_rank_intervals`

    Returns
    -------
    Bool array of shape (n_units, n_units): unit j is clearly better than unit k; False for units
    without a value or with a missing replicate
    """
    score = np.asarray(values, dtype=np.float64)
    drawn = np.asarray(replicates, dtype=np.float64)
    clear = np.zeros((score.size, score.size), dtype=np.bool_)
    known = np.flatnonzero(np.isfinite(score) & np.isfinite(drawn).all(axis=0))
    if known.size > 1:
        noise = drawn[:, known] - score[known]
        clear[np.ix_(known, known)] = _decided(score[known], noise, confidence, simultaneous=True)[
            0
        ]
    return clear


def _decided(
    score: Floats, noise: Floats, confidence: float, *, simultaneous: bool
) -> tuple[Flags, Flags]:
    """Who is clearly worse, and who clearly better, than unit j by its own interval.

    Two arrays of shape (n, n), by unit j and other unit k.
    """
    covariance = np.cov(noise.T)
    variance = np.diag(covariance)
    spread = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0.0))
    gap = score[:, None] - score
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.where(spread > 0, gap / spread, np.sign(gap) * np.inf)
    distance = np.nan_to_num(distance, nan=0.0)
    worse = np.zeros(distance.shape, dtype=np.bool_)
    better = worse
    while True:
        if simultaneous:
            largest = _largest_of_all(noise, spread, worse)[:, None]
        else:
            largest = _largest(noise, spread, worse, better)
        critical = np.quantile(largest, confidence, axis=0)[:, None]
        now_worse, now_better = distance > critical, -distance > critical
        if (now_worse == worse).all() and (now_better == better).all():
            return worse, better
        worse, better = now_worse, now_better


def _largest_of_all(noise: Floats, spread: Floats, worse: Flags) -> Floats:
    """Largest standardised error of all comparisons still in doubt, array of shape (n_replicates,).

    Each pair is looked at once: who is worse than j has j among those better than it.
    """
    by_unit = np.ascontiguousarray(noise.T)
    largest = np.zeros(len(noise))
    for unit in range(len(by_unit) - 1):
        later = np.arange(unit + 1, len(by_unit))
        later = later[spread[unit, later] > 0]
        distance = (by_unit[unit] - by_unit[later]) / spread[unit, later][:, None]
        up, down = distance[~worse[unit, later]], distance[~worse[later, unit]]
        np.maximum(largest, up.max(axis=0, initial=0.0), out=largest)
        np.maximum(largest, -down.min(axis=0, initial=0.0), out=largest)
    return largest


def _largest(noise: Floats, spread: Floats, worse: Flags, better: Flags) -> Floats:
    """Largest standardised error of the comparisons of each unit still in doubt.

    Array of shape (n_replicates, n); 0 where all is decided.
    """
    n = noise.shape[1]
    largest = np.empty((len(noise), n))
    for unit in range(n):
        same = spread[unit] == 0
        distance = (noise[:, [unit]] - noise) / np.where(same, 1.0, spread[unit])
        up = np.where(worse[unit] | same, 0.0, distance)
        down = np.where(better[unit] | same, 0.0, -distance)
        largest[:, unit] = np.maximum(up.max(axis=1), down.max(axis=1))
    return largest
