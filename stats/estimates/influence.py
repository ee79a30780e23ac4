"""Standard error of Huber's mean when its scale was estimated too."""

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats
from stats.estimates.location import huber_mean
from stats.estimates.scale import median_deviation


def huber_error_by_influence(scores: ArrayLike, *, k: float = 1.28) -> float:
    """Standard error of Huber's mean from its estimated influence function.

    Parameters
    ----------
    scores : array of shape (n,), NaN is no answer
    k : bend in median deviations, > 0

    Returns
    -------
    >= 0; NaN below four scores, or where the density at the mean cannot be told

    Notes
    -----
    Unlike the error in `huber_mean`, this one knows that the MAD was estimated from the same
    scores, which matters for skewed marks. Densities by Rosenblatt's shifted histogram.

    References
    ----------
    Wilcox, R. R. (2022). Introduction to Robust Estimation and Hypothesis Testing, 5th ed., 3.6.
    https://doi.org/10.1016/C2019-0-01225-3
    """
    x = np.asarray(scores, dtype=np.float64).ravel()
    x = np.sort(x[np.isfinite(x)])
    mad = median_deviation(x) if x.size >= 4 else 0.0
    width = _bandwidth(x) if x.size >= 4 else 0.0
    if mad == 0 or width == 0:
        return float("nan")
    center = huber_mean(x, k=k).value
    reach = mad * 0.6744897501960817
    here, below, above = (_density(x, at, width) for at in (center, center - reach, center + reach))
    if here == 0 or below + above == 0:
        return float("nan")
    side = np.sign(x - center)
    on_scale = np.sign(np.abs(x - center) - reach) - (above - below) * side / here
    on_scale /= 2 * 0.6745 * (above + below)
    distance = (x - center) / mad
    inner = np.abs(distance) <= k
    drift = float(distance[inner].sum()) / x.size
    influence = (np.clip(distance, -k, k) * mad - on_scale * drift) / (inner.sum() / x.size)
    return float(np.sqrt((influence**2).sum() / (x.size * (x.size - 1))))


def _bandwidth(x: Floats) -> float:
    n = x.size
    place = int(np.floor(n / 4 + 5 / 12))
    share = n / 4 - place + 5 / 12
    lower = (1 - share) * x[place - 1] + share * x[place]
    upper = (1 - share) * x[n - place] + share * x[n - place - 1]
    return float(1.2 * (upper - lower) / n**0.2)


def _density(x: Floats, at: float, width: float) -> float:
    return float(((x <= at + width).sum() - (x < at - width).sum()) / (2 * x.size * width))
