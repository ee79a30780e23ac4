"""Cut the largest weights, so that no ballot speaks for too many."""

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats


def trim_weights(weight: ArrayLike, *, low: float, high: float) -> Floats:
    """Cut weights at two limits and give what was cut to the others in equal parts.

    Parameters
    ----------
    weight : array of shape (n,)
    low, high : limits, low <= mean weight <= high

    Notes
    -----
    Repeated until none lies outside, as in survey's ``trimWeights(strict=TRUE)``; the sum is kept
    while any weight lies between the limits.
    """
    w = np.asarray(weight, dtype=np.float64)
    total = float(w.sum())
    cut = np.clip(w, low, high)
    for _ in range(100):
        spare = total - float(cut.sum())
        inner = (cut > low) & (cut < high)
        if abs(spare) <= 1e-12 * abs(total) or not inner.any():
            break
        cut = np.clip(np.where(inner, cut + spare / max(int(inner.sum()), 1), cut), low, high)
    return cut


def trim_to_median(weight: ArrayLike, *, times: float = 5.0) -> Floats:
    """Cut weights above so many times the median until none is, keeping their sum.

    Parameters
    ----------
    weight : array of shape (n,)
    times : largest weight in medians of the weights put in, > 1
    """
    w = np.asarray(weight, dtype=np.float64)
    if not w.size:
        return w
    limit = times * float(np.median(w))
    total = float(w.sum())
    if limit * w.size <= total:
        return np.full(w.shape, total / w.size)
    for _ in range(100):
        over = w > limit
        spare = float((w[over] - limit).sum())
        if spare <= 1e-12 * total:
            break
        w = np.where(over, limit, w)
        below = w < limit
        w = np.where(below, w * (1 + spare / float(w[below].sum())), w)
    return w
