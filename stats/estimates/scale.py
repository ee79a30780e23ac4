"""Robust spread: MAD, tau, Qn, Sn, and skewness by the medcouple."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from stats.estimates.histogram import Floats, count_scores

_MAD_CONSTANT = 1.4826
_QN_CONSTANT = 2.21914
_SN_CONSTANT = 1.1926
_QN_SMALL = (
    0.399356, 0.99365, 0.51321, 0.84401, 0.61220, 0.85877, 0.66993, 0.87344, 0.72014, 0.88906,
    0.75743,
)  # fmt: skip
_SN_SMALL = (0.743, 1.851, 0.954, 1.351, 0.993, 1.198, 1.005, 1.131)


@dataclass(frozen=True, slots=True)
class TauScale:
    """Location and scale of `tau_scale`; NaN without scores."""

    location: float
    scale: float


def median_deviation(scores: ArrayLike, *, constant: float = _MAD_CONSTANT) -> float:
    """Median distance from the median (MAD), times a constant for the normal distribution."""
    x = _finite(scores)
    return float(constant * np.median(np.abs(x - np.median(x)))) if x.size else float("nan")


def tau_scale(scores: ArrayLike) -> TauScale:
    """Tau estimate of location and scale.

    Parameters
    ----------
    scores : array of shape (n,)

    Notes
    -----
    Weights ``(1 - (u / 4.5)^2)_+^2`` for the location, ``min(u^2, 9)`` for the scale, with u in
    median deviations; consistent at the normal distribution. The scale is 0 where more than half
    of the scores are equal.

    References
    ----------
    Maronna, R. A., & Zamar, R. H. (2002). Robust estimates of location and dispersion for
    high-dimensional datasets. Technometrics 44, 307-317. https://doi.org/10.1198/004017002188618509
    """
    x = _finite(scores)
    if not x.size:
        return TauScale(float("nan"), float("nan"))
    middle = float(np.median(x))
    spread = float(np.median(np.abs(x - middle)))
    if spread == 0:
        return TauScale(middle, 0.0)
    weight = np.maximum(0.0, 1 - ((x - middle) / (spread * 4.5)) ** 2) ** 2
    location = float((weight * x).sum() / weight.sum())
    limit = 3.0
    bound = limit * float(ndtri(0.75))
    density = np.exp(-(bound**2) / 2) / np.sqrt(2 * np.pi)
    expected = 2 * ((1 - bound**2) * ndtr(bound) - bound * density + bound**2) - 1
    rho = np.minimum(((x - location) / spread) ** 2, limit**2)
    return TauScale(location, float(spread * np.sqrt(rho.mean() / expected)))


def qn_scale(scores: ArrayLike) -> float:
    """Qn: about the lower quarter of the distances between all pairs of scores.

    Notes
    -----
    Works on distinct scores with their counts, so that marks of few levels cost nothing. With the
    finite-sample corrections of Croux and Rousseeuw as revised in robustbase.

    References
    ----------
    Rousseeuw, P. J., & Croux, C. (1993). Alternatives to the median absolute deviation. Journal of
    the American Statistical Association 88, 1273-1283.
    https://doi.org/10.1080/01621459.1993.10476408
    """
    counts, levels = count_scores(scores)
    n = int(counts.sum())
    if n < 2:
        return float("nan")
    one, other = np.triu_indices(levels.size)
    pairs = np.where(one == other, counts[one] * (counts[one] - 1) / 2, counts[one] * counts[other])
    half = n // 2 + 1
    quantile = _weighted_order(np.abs(levels[one] - levels[other]), pairs, half * (half - 1) // 2)
    return _QN_CONSTANT * quantile * _qn_correction(n)


def sn_scale(scores: ArrayLike) -> float:
    """Sn: the low median, over scores, of the high median of the distances to all scores.

    References
    ----------
    Rousseeuw, P. J., & Croux, C. (1993), as `qn_scale`.
    """
    counts, levels = count_scores(scores)
    n = int(counts.sum())
    if n < 2:
        return float("nan")
    distances = np.abs(levels[:, None] - levels[None, :])
    high = np.array([_weighted_order(row, counts, n // 2 + 1) for row in distances])
    low = _weighted_order(high, counts, (n + 1) // 2)
    return _SN_CONSTANT * low * _sn_correction(n)


def medcouple(scores: ArrayLike) -> float:
    """Medcouple, -1..1: positive for a long right tail.

    References
    ----------
    Brys, G., Hubert, M., & Struyf, A. (2004). A robust measure of skewness. Journal of
    Computational and Graphical Statistics 13, 996-1017. https://doi.org/10.1198/106186004X12632
    """
    x = np.sort(_finite(scores))
    if not x.size:
        return float("nan")
    centred = x - np.median(x)
    upper, lower = centred[centred >= 0][::-1], centred[centred <= 0][::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        kernel = (upper[:, None] + lower[None, :]) / (upper[:, None] - lower[None, :])
    ties = int((centred == 0).sum())
    if ties:
        # Pairs of scores at the median count -1, 0 or 1 by their order.
        place = np.arange(ties)
        kernel[upper.size - ties :, :ties] = np.sign(ties - 1 - place[:, None] - place[None, :])
    return float(np.median(kernel))


def adjusted_fences(scores: ArrayLike) -> tuple[float, float]:
    """Limits of the boxplot adjusted for skewness: scores outside stand apart.

    References
    ----------
    Hubert, M., & Vandervieren, E. (2008). An adjusted boxplot for skewed distributions.
    Computational Statistics & Data Analysis 52, 5186-5201.
    https://doi.org/10.1016/j.csda.2007.11.008
    """
    x = np.sort(_finite(scores))
    if not x.size:
        return float("nan"), float("nan")
    skew = medcouple(x)
    depth = (x.size + 3) // 2 / 2
    places = np.array([depth, x.size + 1 - depth]) - 1
    low, high = (x[np.floor(places).astype(int)] + x[np.ceil(places).astype(int)]) / 2
    a, b = (-4.0, 3.0) if skew >= 0 else (-3.0, 4.0)
    reach = 1.5 * (high - low)
    return float(low - reach * np.exp(a * skew)), float(high + reach * np.exp(b * skew))


def _finite(scores: ArrayLike) -> Floats:
    x = np.asarray(scores, dtype=np.float64).ravel()
    return x[np.isfinite(x)]


def _weighted_order(values: Floats, counts: Floats, k: int) -> float:
    """Find the k-th smallest value where each comes so many times."""
    order = np.argsort(values, kind="stable")
    place = int(np.searchsorted(np.cumsum(counts[order]), k))
    return float(values[order[place]])


def _sn_correction(n: int) -> float:
    if n <= 9:
        return _SN_SMALL[n - 2]
    return n / (n - 0.9) if n % 2 else 1.0


def _qn_correction(n: int) -> float:
    if n <= 12:
        return _QN_SMALL[n - 2]
    if n % 2:
        return 1 / (1 + (1.60188 + (-2.1284 - 5.172 / n) / n) / n)
    return 1 / (1 + (3.67561 + (1.9654 + (6.987 - 77 / n) / n) / n) / n)
