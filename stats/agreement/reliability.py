"""Reliability of a scale: alpha, lambda, omega."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from stats.indices.answers import Floats, as_answers
from stats.indices.correlation import pairwise_covariances


@dataclass(frozen=True, slots=True)
class Reliability:
    """Internal consistency of one scale; NaN below two items that vary.

    Attributes
    ----------
    alpha : Cronbach's alpha from covariances, <= 1
    standardised_alpha : from correlations
    lambda2, lambda6 : Guttman's lower bounds
    average_r : mean correlation between items
    omega : McDonald's omega total of a one-factor model, NaN below three items
    n_items, n_respondents : items, respondents who answered at least one
    """

    alpha: float
    standardised_alpha: float
    lambda2: float
    lambda6: float
    average_r: float
    omega: float
    n_items: int
    n_respondents: int


def reliability(answers: ArrayLike) -> Reliability:
    """Reliability of the sum or mean of the items of one scale.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), reversed items turned, NaN missing

    Notes
    -----
    Covariances are pairwise over the respondents who answered both items, as in psych.
    ``alpha = J/(J-1) (1 - trace C / sum C)``; lambda 6 is ``1 - sum (1 - SMC) / sum R``; omega is
    ``(sum l)^2 / ((sum l)^2 + sum u)`` with loadings l and uniquenesses u that leave the smallest
    squared residual correlations (minres).

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16,
    297-334. https://doi.org/10.1007/BF02310555
    Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika 10, 255-282.
    https://doi.org/10.1007/BF02288892
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. https://doi.org/10.4324/9781410601087
    """
    table = as_answers(answers)
    n = int(np.isfinite(table).any(axis=1).sum())
    items = table.shape[1]
    covariance = pairwise_covariances(table) if items else np.zeros((0, 0))
    nothing = float("nan")
    variances = np.diag(covariance)
    if items < 2 or not np.isfinite(covariance).all() or not (variances > 1e-12).all():
        return Reliability(nothing, nothing, nothing, nothing, nothing, nothing, items, n)
    spread = np.sqrt(variances)
    correlation = covariance / np.outer(spread, spread)
    total = float(covariance.sum())
    factor = items / (items - 1)
    average = float((correlation.sum() - items) / (items * (items - 1)))
    off = float((covariance**2).sum() - (variances**2).sum())
    shared = total - float(variances.sum())
    return Reliability(
        alpha=factor * shared / total if total > 0 else nothing,
        standardised_alpha=items * average / (1 + (items - 1) * average),
        lambda2=(shared + float(np.sqrt(factor * off))) / total if total > 0 else nothing,
        lambda6=_lambda6(correlation),
        average_r=average,
        omega=_omega(correlation) if items >= 3 else nothing,
        n_items=items,
        n_respondents=n,
    )


def one_factor_loadings(correlation: Floats) -> Floats:
    """Loadings of the one-factor model with the smallest squared residual correlations.

    Parameters
    ----------
    correlation : array of shape (m, m)
    """
    items = len(correlation)
    inner = ~np.eye(items, dtype=np.bool_)

    def misfit(loadings: Floats) -> tuple[float, Floats]:
        residual = np.where(inner, correlation - np.outer(loadings, loadings), 0.0)
        return float((residual**2).sum()), -4 * residual @ loadings

    values, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1] * np.sqrt(values[-1]) * 0.9
    first = first if first.sum() >= 0 else -first
    bounds = [(-1.0, 1.0)] * items
    found = minimize(misfit, first, jac=True, method="L-BFGS-B", bounds=bounds, tol=1e-14)
    return np.asarray(found.x, dtype=np.float64)


def _omega(correlation: Floats) -> float:
    loadings = one_factor_loadings(correlation)
    shared = float(loadings.sum() ** 2)
    return shared / (shared + float((1 - loadings**2).sum()))


def _lambda6(correlation: Floats) -> float:
    if np.linalg.cond(correlation) > 1e12:
        return float("nan")
    unexplained = 1 / np.diag(np.linalg.inv(correlation))
    return float(1 - unexplained.sum() / correlation.sum())
