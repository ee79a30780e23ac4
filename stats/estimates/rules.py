"""The rule for the mean of a cell, fixed before the box is opened."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats, Moments, histogram_moments
from stats.estimates.location import huber_mean

Kind = Literal["mean", "trimmed", "huber"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How the marks of one unit by one group become a score.

    Attributes
    ----------
    kind : "mean", "trimmed" or "huber"
    trim : share cut on each side by "trimmed"
    bend : of Huber's mean, in median deviations
    smallest : a cell with fewer ballots takes the plain mean
    """

    kind: Kind = "mean"
    trim: float = 0.1
    bend: float = 1.5
    smallest: int = 10


def cell_moments(counts: ArrayLike, levels: ArrayLike, rule: Rule) -> Moments:
    """Scores of many cells by one rule, ready for `weighted_mean_intervals`.

    Parameters
    ----------
    counts : array of shape (..., n_levels)
    levels : array of shape (n_levels,), strictly increasing
    rule : fixed before opening

    Notes
    -----
    Where Huber's mean has no spread to go by (more than half of the marks equal) the cell takes the
    plain mean: the median would hide every minority.
    """
    plain = histogram_moments(counts, levels)
    if rule.kind == "mean":
        return plain
    if rule.kind == "trimmed":
        robust = histogram_moments(counts, levels, trim=rule.trim)
    else:
        robust = _huber_moments(counts, levels, rule.bend)
    usable = (plain.n >= rule.smallest) & np.isfinite(robust.variance)
    return Moments(
        value=np.where(usable, robust.value, plain.value),
        variance=np.where(usable, robust.variance, plain.variance),
        n=plain.n,
        df=np.where(usable, robust.df, plain.df),
    )


def _huber_moments(counts: ArrayLike, levels: ArrayLike, bend: float) -> Moments:
    table = np.asarray(counts, dtype=np.float64)
    scale = np.asarray(levels, dtype=np.float64)
    cells = np.rint(table.reshape(-1, scale.size)).astype(np.int64)
    found = [huber_mean(np.repeat(scale, cell), k=bend) for cell in cells]
    n = cells.sum(axis=1)
    value = np.array([one.value for one in found])
    error: Floats = np.array([one.standard_error for one in found])
    shape = table.shape[:-1]
    return Moments(
        value=value.reshape(shape),
        variance=(error**2 * n).reshape(shape),
        n=n.reshape(shape),
        df=np.maximum(n - 1, 0).astype(np.float64).reshape(shape),
    )
