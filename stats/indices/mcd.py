"""Minimum covariance determinant: centre and covariance of the half that lies closest together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, gammainc, ndtri
from scipy.stats import rankdata

from stats.estimates.scale import qn_scale, tau_scale
from stats.indices.answers import Floats
from stats.indices.spread import robust_scatter

# Finite-sample corrections for a half of the rows (Pison et al. 2002): for one and two variables
# directly, for more from two points each.
_RAW = {1: (0.262024211897096, 0.604756680630497), 2: (0.673292623522027, 0.691365864961895)}
_RAW_MORE = ((-1.42764571687802, 1.26263336932151, 2), (-1.06141115981725, 1.28907991440387, 3))
_FINAL = {1: (1.11098143415027, 1.5182890270453), 2: (3.11101712909049, 1.91401056721863)}
_FINAL_MORE = ((-1.02842572724793, 1.67659883081926, 2), (-0.26800273450853, 1.35968562893582, 3))


@dataclass(frozen=True, slots=True)
class Mcd:
    """A robust centre and covariance; NaN where half of the rows lie on a plane.

    Attributes
    ----------
    center, covariance : reweighted, arrays of shape (m,) and (m, m)
    raw_center, raw_covariance : of the best half, with its consistency factors
    weights : array of shape (n,), 1 where the row is no outlier by the final distances
    h : size of the half
    """

    center: Floats
    covariance: Floats
    raw_center: Floats
    raw_covariance: Floats
    weights: Floats
    h: int


def deterministic_mcd(table: ArrayLike) -> Mcd:
    """DetMCD with reweighting.

    Parameters
    ----------
    table : array of shape (n, m), complete

    Notes
    -----
    Six starts (hyperbolic tangent, ranks, normal scores, spatial signs, central half, orthogonal
    pairwise scatter), concentration steps from each, the smallest determinant wins; rows within
    the 97.5 % chi-square distance are used once more. The same data give the same result.

    References
    ----------
    Hubert, M., Rousseeuw, P. J., & Verdonck, T. (2012). A deterministic algorithm for robust
    location and scatter. Journal of Computational and Graphical Statistics 21, 618-637.
    https://doi.org/10.1080/10618600.2012.672100
    Pison, G., Van Aelst, S., & Willems, G. (2002). Small sample corrections for LTS and MCD.
    Metrika 55, 111-123. https://doi.org/10.1007/s001840200191
    """
    x = np.asarray(table, dtype=np.float64)
    n, m = x.shape
    h = (n + m + 1) // 2
    best = _best_half(x, h) if n > m + 1 else None
    if best is None:
        unknown, square = np.full(m, np.nan), np.full((m, m), np.nan)
        return Mcd(unknown, square, unknown, square, np.full(n, np.nan), h)
    factor = _consistency(h / n, m) * _correction(n, m, _RAW, _RAW_MORE)
    raw_center, raw_covariance = x[best].mean(axis=0), np.cov(x[best].T).reshape(m, m) * factor
    inner = squared_distances(x, raw_center, raw_covariance) < chdtri(m, 0.025)
    kept = int(inner.sum())
    if kept <= m:
        inner, kept = np.isin(np.arange(n), best), h
    factor = 1.0
    if kept < n:
        factor = _consistency(kept / n, m) * _correction(n, m, _FINAL, _FINAL_MORE)
    center = x[inner].mean(axis=0)
    covariance = np.cov(x[inner].T).reshape(m, m) * factor
    weights = squared_distances(x, center, covariance) < chdtri(m, 0.025)
    return Mcd(center, covariance, raw_center, raw_covariance, weights.astype(np.float64), h)


def squared_distances(x: Floats, center: Floats, covariance: Floats) -> Floats:
    """Squared Mahalanobis distances of the rows; NaN where the covariance has no inverse."""
    if not np.isfinite(covariance).all() or np.linalg.cond(covariance) > 1e13:
        return np.full(len(x), np.nan)
    deviations = x - center
    return np.asarray((deviations @ np.linalg.inv(covariance) * deviations).sum(axis=1))


def _best_half(x: Floats, h: int) -> np.ndarray | None:
    middle = np.median(x, axis=0)
    scale = np.array([_scale(column) for column in x.T])
    if (scale <= 0).any():
        return None
    z = (x - middle) / scale
    found: tuple[float, np.ndarray] | None = None
    for scatter in _starts(z):
        subset = _central_rows(z, scatter, h)
        step = _concentrate(z, subset, h) if subset is not None else None
        if step is not None and (found is None or step[0] < found[0] - 1e-12):
            found = step
    return None if found is None else found[1]


def _scale(column: Floats) -> float:
    """Qn, or for many rows tau; on a scale of few marks both can be 0, and sd stands in."""
    robust = qn_scale(column) if len(column) < 1000 else tau_scale(column).scale
    return robust or tau_scale(column).scale or float(column.std())


def _starts(z: Floats) -> list[Floats]:
    n = len(z)
    ranks = np.apply_along_axis(rankdata, 0, z)
    norms = np.linalg.norm(z, axis=1)
    signs = z / np.where(norms > 0, norms, 1.0)[:, None]
    central = np.argsort(norms, kind="stable")[: (n + 1) // 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        starts = [
            np.corrcoef(np.tanh(z).T),
            np.corrcoef(ranks.T),
            np.corrcoef(ndtri((ranks - 1 / 3) / (n + 1 / 3)).T),
            signs.T @ signs / n,
            np.cov(z[central].T),
            robust_scatter(z),
        ]
    m = z.shape[1]
    return [start.reshape(m, m) for start in starts if np.isfinite(start).all()]


def _central_rows(z: Floats, scatter: Floats, h: int) -> np.ndarray | None:
    vectors = np.linalg.eigh(scatter)[1]
    along = z @ vectors
    scale = np.array([_scale(column) for column in along.T])
    if (scale <= 0).any():
        return None
    # Centred at the median of the sphered rows, turned back to the original axes.
    sphered = along / scale @ vectors.T
    distances = ((sphered - np.median(sphered, axis=0)) ** 2).sum(axis=1)
    first = np.argsort(distances, kind="stable")[:h]
    if np.linalg.matrix_rank(np.cov(z[first].T).reshape(len(scale), -1)) < len(scale):
        return None
    return np.sort(first)


def _nearest(z: Floats, subset: np.ndarray, h: int) -> np.ndarray:
    m = z.shape[1]
    distances = squared_distances(z, z[subset].mean(axis=0), np.cov(z[subset].T).reshape(m, m))
    return np.sort(np.argsort(distances, kind="stable")[:h])


def _concentrate(z: Floats, subset: np.ndarray, h: int) -> tuple[float, np.ndarray] | None:
    m = z.shape[1]
    for _ in range(200):
        closer = _nearest(z, subset, h)
        if (closer == subset).all():
            break
        subset = closer
    determinant = float(np.linalg.slogdet(np.cov(z[subset].T).reshape(m, m))[1])
    return (determinant, subset) if np.isfinite(determinant) else None


def _consistency(share: float, m: int) -> float:
    if share >= 1:
        return 1.0
    return share / float(gammainc(m / 2 + 1, float(chdtri(m, 1 - share)) / 2))


def _correction(
    n: int, m: int, few: dict[int, tuple[float, float]], many: tuple[tuple[float, float, int], ...]
) -> float:
    if m in few:
        shift, power = few[m]
        return float(1 / (1 - np.exp(shift) / n**power))
    heights = np.array([np.log(-a / m**b) for a, b, _ in many])
    slopes = np.array([[1.0, -np.log(q * m**2)] for _, _, q in many])
    shift, power = np.linalg.solve(slopes, heights)
    return float(1 / (1 - np.exp(shift) / n**power))
