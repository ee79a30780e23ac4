"""What those who did not answer could change at most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats


@dataclass(frozen=True, slots=True)
class Bounds:
    """Worst and best case.

    Attributes
    ----------
    low, high : the score had all others given the lowest, the highest mark
    response_share : array of shape (..., n_groups), answers over persons asked; NaN if none asked
    """

    low: Floats
    high: Floats
    response_share: Floats


def non_response_bounds(
    means: ArrayLike,
    n: ArrayLike,
    population: ArrayLike,
    weights: ArrayLike,
    *,
    lowest: float,
    highest: float,
) -> Bounds:
    """Bounds on a weighted mean of groups without any assumption on those who did not answer.

    Parameters
    ----------
    means : array of shape (..., n_groups); NaN where nobody answered
    n : array of shape (..., n_groups), answers
    population : array of shape (..., n_groups), persons asked, >= n
    weights : array that broadcasts to (..., n_groups), what each group counts
    lowest, highest : ends of the scale

    Returns
    -------
    Bounds of shape (...); NaN where no group has weight

    Notes
    -----
    Per group ``(n mean + (N - n) end) / N``. A group in which nobody answered spans the scale.

    References
    ----------
    Manski, C. F. (1990). Nonparametric bounds on treatment effects. American Economic Review 80,
    319-323. https://www.jstor.org/stable/2006592
    """
    answered = np.asarray(n, dtype=np.float64)
    asked = np.asarray(population, dtype=np.float64)
    if (asked < answered).any():
        raise ValueError("population must not be smaller than n")
    share = np.divide(answered, asked, out=np.full(asked.shape, np.nan), where=asked > 0)
    mean = np.where(answered > 0, np.asarray(means, dtype=np.float64), 0.0)
    weight = np.broadcast_to(np.asarray(weights, dtype=np.float64), asked.shape)
    used = np.where(asked > 0, weight, 0.0)
    total = used.sum(axis=-1)
    seen = np.nan_to_num(share, nan=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        low = (used * (seen * mean + (1 - seen) * lowest)).sum(axis=-1) / total
        high = (used * (seen * mean + (1 - seen) * highest)).sum(axis=-1) / total
    return Bounds(np.asarray(low), np.asarray(high), share)
