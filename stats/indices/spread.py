"""Orthogonal pairwise scatter (OGK): a robust covariance from robust scales of pairs."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from stats.estimates.scale import tau_scale
from stats.indices.answers import Floats


@dataclass(frozen=True, slots=True)
class Ogk:
    """Reweighted centre and covariance, and the squared distances from them."""

    center: Floats
    covariance: Floats
    distances: Floats


def robust_scatter(z: Floats) -> Floats:
    """Scatter of columns of unit scale after one orthogonalisation.

    Parameters
    ----------
    z : array of shape (n, m)

    Returns
    -------
    array of shape (m, m)
    """
    scale = np.array([tau_scale(column).scale for column in z.T])
    scale = np.where(scale > 0, scale, 1.0)
    vectors = np.linalg.eigh(_pairwise(z / scale))[1]
    back = scale[:, None] * vectors
    along = np.array([tau_scale(column).scale for column in (z / scale @ vectors).T])
    return np.asarray(back * along**2 @ back.T)


def ogk(table: Floats, *, iterations: int = 2, beta: float = 0.9) -> Ogk:
    """Orthogonalised Gnanadesikan-Kettenring estimate with tau scales and hard rejection.

    Parameters
    ----------
    table : array of shape (n, m), complete
    iterations : orthogonalisations
    beta : share of the chi-square distribution kept in the reweighting

    References
    ----------
    Maronna, R. A., & Zamar, R. H. (2002). Robust estimates of location and dispersion for
    high-dimensional datasets. Technometrics 44, 307-317. https://doi.org/10.1198/004017002188618509
    """
    m = table.shape[1]
    z, back = table, np.eye(m)
    for _ in range(iterations):
        scale = np.array([tau_scale(column).scale for column in z.T])
        if not (scale > 0).all():
            unknown = np.full((m, m), np.nan)
            return Ogk(unknown[0], unknown, np.full(len(table), np.nan))
        vectors = np.linalg.eigh(_pairwise(z / scale))[1]
        z = z / scale @ vectors
        back = back @ (scale[:, None] * vectors)
    last = [tau_scale(column) for column in z.T]
    location = np.array([one.location for one in last])
    spread = np.array([one.scale for one in last])
    distances = (((z - location) / spread) ** 2).sum(axis=1)
    limit = chdtri(m, 1 - beta) * np.median(distances) / chdtri(m, 0.5)
    inner = table[distances < limit]
    center = inner.mean(axis=0)
    # The reweighted covariance divides by the number of rows kept.
    covariance = (inner - center).T @ (inner - center) / len(inner)
    deviations = table - center
    squared = (deviations @ np.linalg.inv(covariance) * deviations).sum(axis=1)
    return Ogk(center, covariance, squared)


def _pairwise(z: Floats) -> Floats:
    m = z.shape[1]
    result = np.eye(m)
    for one in range(m):
        for other in range(one):
            plus = tau_scale(z[:, one] + z[:, other]).scale
            minus = tau_scale(z[:, one] - z[:, other]).scale
            result[one, other] = result[other, one] = (plus**2 - minus**2) / 4
    return result
