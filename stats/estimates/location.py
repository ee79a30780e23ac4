"""Robust means: winsorised, Huber, bisquare, Hampel, one-step."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from stats.estimates.histogram import Floats, count_scores
from stats.estimates.scale import median_deviation


@dataclass(frozen=True, slots=True)
class Location:
    """A robust mean.

    Attributes
    ----------
    value : NaN without scores
    standard_error : NaN below two scores or where the method has none
    scale : the spread that says which score is far away
    n : number of scores
    """

    value: float
    standard_error: float
    scale: float
    n: int


def winsorised_mean(scores: ArrayLike, *, trim: float = 0.1) -> Location:
    """Mean after pulling the ``k = floor(n * trim)`` lowest and highest scores in.

    Parameters
    ----------
    scores : array of shape (n,), NaN is no answer
    trim : share pulled in on each side, 0 <= trim < 0.5

    Returns
    -------
    Location; `scale` is the standard deviation of the winsorised scores, and `standard_error` the
    one that belongs to the trimmed mean, ``scale / ((1 - 2 trim) sqrt(n))``

    References
    ----------
    Tukey, J. W., & McLaughlin, D. H. (1963). Less vulnerable confidence and significance procedures
    for location based on a single sample. Sankhya A 25, 331-352.
    """
    if not 0 <= trim < 0.5:
        raise ValueError(f"trim must be in [0, 0.5): {trim}")
    x = _sorted(scores)
    if not x.size:
        return _NOTHING
    cut = int(np.floor(x.size * trim + 1e-9))
    inner = np.clip(x, x[cut], x[x.size - 1 - cut])
    scale = float(inner.std(ddof=1)) if x.size > 1 else float("nan")
    error = scale / ((1 - 2 * trim) * np.sqrt(x.size))
    return Location(float(inner.mean()), float(error), scale, x.size)


def quantile_winsorised_mean(scores: ArrayLike, *, trim: float = 0.2) -> float:
    """Mean after pulling scores in to two quantiles, as psych's ``winsor.mean``.

    Parameters
    ----------
    scores : array of shape (n,), NaN is no answer
    trim : quantile on each side, interpolated between scores, 0 <= trim < 0.5
    """
    x = _sorted(scores)
    if not x.size:
        return float("nan")
    return float(np.clip(x, *np.quantile(x, [trim, 1 - trim])).mean())


def huber_mean(
    scores: ArrayLike, *, k: float = 1.5, tolerance: float = 1e-10, iterations: int = 200
) -> Location:
    """Mean in which scores farther than k median deviations from it count as if they were there.

    Parameters
    ----------
    scores : array of shape (n,), NaN is no answer
    k : bend in median deviations, > 0

    Notes
    -----
    Solves ``mean(psi((x - m) / s)) = 0`` with s the MAD, fixed. The standard error is
    ``s sqrt(tau / n)`` with ``tau = mean(psi^2) / mean(psi')^2``. Where the MAD is 0 (more than
    half of the scores equal) the value is the median and the error unknown.

    References
    ----------
    Huber, P. J. (1964). Robust estimation of a location parameter. Annals of Mathematical
    Statistics 35, 73-101. https://doi.org/10.1214/aoms/1177703732

    Examples
    --------
    >>> round(huber_mean([5, 4, 5, 3, 4, 1]).value, 3)
    3.755
    """
    if k <= 0:
        raise ValueError(f"k must be positive: {k}")
    counts, levels = count_scores(scores)
    n = int(counts.sum())
    if n == 0:
        return _NOTHING
    x = np.repeat(levels, counts.astype(np.int64))
    scale = median_deviation(x)
    value = float(np.median(x))
    if scale == 0:
        return Location(value, float("nan"), 0.0, n)
    for _ in range(iterations):
        step = float(counts @ np.clip(levels, value - k * scale, value + k * scale)) / n
        done = abs(step - value) <= tolerance * scale
        value = step
        if done:
            break
    distance = (levels - value) / scale
    inside = float(counts @ (np.abs(distance) <= k)) / n
    tau = float(counts @ np.clip(distance, -k, k) ** 2) / n / inside**2
    return Location(value, scale * float(np.sqrt(tau / n)), scale, n)


def huber_proposal_two(scores: ArrayLike, *, k: float = 1.5, iterations: int = 500) -> Location:
    """Huber's mean with the scale found at the same time (proposal 2).

    Parameters
    ----------
    scores : array of shape (n,), NaN is no answer
    k : bend in units of the scale
    iterations : at most; MASS stops after 30, which can be far from the solution
    """
    x = _sorted(scores)
    if not x.size:
        return _NOTHING
    value, scale = float(np.median(x)), median_deviation(x)
    if scale == 0 or x.size < 2:
        return Location(value, float("nan"), scale, x.size)
    inside = 2 * ndtr(k) - 1
    density = np.exp(-(k**2) / 2) / np.sqrt(2 * np.pi)
    expected = inside + k**2 * (1 - inside) - 2 * k * density
    for _ in range(iterations):
        pulled = np.clip(x, value - k * scale, value + k * scale)
        step = float(pulled.mean())
        spread = float(np.sqrt(((pulled - step) ** 2).sum() / (x.size - 1) / expected))
        done = abs(step - value) < 1e-12 * scale and abs(spread - scale) < 1e-12 * scale
        value, scale = step, spread
        if done:
            break
    return Location(value, float("nan"), scale, x.size)


def one_step_mean(scores: ArrayLike, *, k: float = 1.28) -> Location:
    """One Newton step of Huber's mean from the median."""
    x = _sorted(scores)
    if not x.size:
        return _NOTHING
    middle, scale = float(np.median(x)), median_deviation(x)
    if scale == 0:
        return Location(middle, float("nan"), scale, x.size)
    distance = (x - middle) / scale
    low, high = distance < -k, distance > k
    inner = ~low & ~high
    value = (k * scale * (int(high.sum()) - int(low.sum())) + x[inner].sum()) / inner.sum()
    return Location(float(value), float("nan"), scale, x.size)


def modified_one_step_mean(scores: ArrayLike, *, k: float = 2.24) -> Location:
    """Mean of the scores within k median deviations of the median (MOM)."""
    x = _sorted(scores)
    if not x.size:
        return _NOTHING
    middle, scale = float(np.median(x)), median_deviation(x)
    inner = np.abs(x - middle) <= k * scale
    return Location(float(x[inner].mean()), float("nan"), scale, x.size)


def bisquare_weight(u: Floats, *, c: float = 4.685) -> Floats:
    """Tukey's bisquare: ``(1 - (u/c)^2)^2`` within c, 0 outside."""
    return np.asarray(np.maximum(0.0, 1 - (u / c) ** 2) ** 2)


def hampel_weight(u: Floats, *, bends: tuple[float, float, float] = (2.0, 4.0, 8.0)) -> Floats:
    """Hampel's three-part weight: 1 up to the first bend, 0 beyond the third."""
    a, b, c = bends
    size = np.maximum(np.abs(u), 1e-300)
    falling = a * (c - size) / (c - b) / size
    return np.where(
        size <= a, 1.0, np.where(size <= b, a / size, np.where(size <= c, falling, 0.0))
    )


def huber_weight(u: Floats, *, k: float = 1.345) -> Floats:
    """Huber's weight: 1 within k, ``k / |u|`` outside."""
    return np.minimum(1.0, k / np.maximum(np.abs(u), 1e-300))


def reweighted_mean(
    scores: ArrayLike, weight: Callable[[Floats], Floats], *, iterations: int = 500
) -> Location:
    """Iteratively reweighted mean with the spread of the residuals found again each time.

    Parameters
    ----------
    scores : array of shape (n,), NaN is no answer
    weight : weight of a residual measured in the spread

    Notes
    -----
    Starts at the mean; the spread is ``median |x - m| / 0.6745``, as in MASS's ``rlm``.

    References
    ----------
    Venables, W. N., & Ripley, B. D. (2002). Modern Applied Statistics with S, 4th ed., 6.5.
    https://doi.org/10.1007/978-0-387-21706-2
    """
    x = _sorted(scores)
    if not x.size:
        return _NOTHING
    value = float(x.mean())
    scale = 0.0
    for _ in range(iterations):
        scale = float(np.median(np.abs(x - value))) / 0.6745
        if scale == 0:
            break
        share = weight((x - value) / scale)
        step = float((share * x).sum() / share.sum())
        done = abs(step - value) <= 1e-12 * scale
        value = step
        if done:
            break
    return Location(value, float("nan"), scale, x.size)


_NOTHING = Location(float("nan"), float("nan"), float("nan"), 0)


def _sorted(scores: ArrayLike) -> Floats:
    x = np.asarray(scores, dtype=np.float64).ravel()
    return np.sort(x[np.isfinite(x)])
