"""How far a clique of k voters moves a unit under each rule."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats, histogram_moments
from stats.estimates.location import huber_mean


@dataclass(frozen=True, slots=True)
class CliqueEffect:
    """Score without and with the clique.

    Attributes
    ----------
    before, after, shift : score, NaN without honest ballots
    n_honest, n_clique : ballots
    """

    before: float
    after: float
    shift: float
    n_honest: int
    n_clique: int


def clique_on_trimmed_mean(
    counts: ArrayLike, levels: ArrayLike, *, clique: int, mark: float, trim: float = 0.0
) -> CliqueEffect:
    """Effect of a clique that all give one mark, on the mean or the trimmed mean.

    Parameters
    ----------
    counts : array of shape (n_levels,), honest ballots at each level
    levels : array of shape (n_levels,)
    clique : ballots added
    mark : one of the levels
    trim : share cut on each side
    """
    honest, joined, scale = _with_clique(counts, levels, clique, mark)
    before = float(histogram_moments(honest, scale, trim=trim).value)
    after = float(histogram_moments(joined, scale, trim=trim).value)
    return CliqueEffect(before, after, after - before, int(honest.sum()), clique)


def clique_on_huber_mean(
    counts: ArrayLike, levels: ArrayLike, *, clique: int, mark: float, k: float = 1.5
) -> CliqueEffect:
    """Effect of a clique that all give one mark, on Huber's mean."""
    honest, joined, scale = _with_clique(counts, levels, clique, mark)
    before, after = (
        huber_mean(np.repeat(scale, np.rint(one).astype(np.int64)), k=k).value
        for one in (honest, joined)
    )
    return CliqueEffect(before, after, after - before, int(honest.sum()), clique)


def clique_to_move(
    counts: ArrayLike, levels: ArrayLike, *, shift: float, mark: float, trim: float = 0.0
) -> int:
    """Smallest clique that moves the (trimmed) mean by so much, or -1 where none can.

    Parameters
    ----------
    counts, levels, mark, trim : as in `clique_on_trimmed_mean`
    shift : change of the score, its sign that of the mark against the mean

    Notes
    -----
    No clique moves a mean as far as its own mark; searched up to a hundred times the honest
    ballots.
    """
    honest = np.asarray(counts, dtype=np.float64)
    most = int(100 * honest.sum())
    low, high = 0, most

    def moved(clique: int) -> bool:
        effect = clique_on_trimmed_mean(honest, levels, clique=clique, mark=mark, trim=trim)
        return bool(effect.shift * np.sign(shift) >= abs(shift))

    if not honest.sum() or not moved(most):
        return -1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if moved(middle) else (middle, high)
    return high


def _with_clique(
    counts: ArrayLike, levels: ArrayLike, clique: int, mark: float
) -> tuple[Floats, Floats, Floats]:
    honest = np.asarray(counts, dtype=np.float64)
    scale = np.asarray(levels, dtype=np.float64)
    if mark not in scale:
        raise ValueError(f"mark {mark} is not one of the levels")
    if clique < 0:
        raise ValueError(f"clique must not be negative: {clique}")
    return honest, honest + clique * (scale == mark), scale
