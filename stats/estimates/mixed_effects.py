"""Severity by a mixed model: units and raters as samples, shrunk by what the data can tell."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import csr_array

from stats.estimates.histogram import Floats
from stats.estimates.severity import Ratings

# A ratio of variances as small as this is none, and as large as this leaves no residual.
_RANGE = (1e-8, 1e8)


@dataclass(frozen=True, slots=True)
class MixedEffects:
    """Variance components by REML and the best linear unbiased predictions (BLUP).

    Attributes
    ----------
    mean, mean_error : fixed intercept and its standard error
    unit_variance, rater_variance, residual_variance : components, >= 0
    unit, unit_sd : arrays of shape (n_units,), prediction and conditional standard deviation;
        an unrated unit is predicted at 0
    rater, rater_sd : arrays of shape (n_raters,)
    criterion : REML deviance
    n : marks
    """

    mean: float
    mean_error: float
    unit_variance: float
    rater_variance: float
    residual_variance: float
    unit: Floats
    unit_sd: Floats
    rater: Floats
    rater_sd: Floats
    criterion: float
    n: int


def two_way_random(data: Ratings) -> MixedEffects:
    """Additive model with random units and raters.

    Parameters
    ----------
    data : marks in long form

    Returns
    -------
    MixedEffects; all NaN where raters and residual cannot be told apart: fewer than two units or
    raters, no rater with two marks, no spread at all

    Notes
    -----
    ``y = m + u[unit] + r[rater] + e``. Raters are eliminated from Henderson's equations, so each
    step of the search factors one matrix of n_units rows. The search is over the logarithms of the
    two variance ratios.

    References
    ----------
    Bates, D., Maechler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects models
    using lme4. Journal of Statistical Software 67(1). https://doi.org/10.18637/jss.v067.i01
    Henderson, C. R. (1975). Best linear unbiased estimation and prediction under a selection model.
    Biometrics 31, 423-447. https://doi.org/10.2307/2529430
    """
    if not _can_tell(data):
        return _nothing(data)
    sums = _sums(data)
    bounds = [(float(np.log(_RANGE[0])), float(np.log(_RANGE[1])))] * 2

    def criterion(logs: Floats) -> float:
        return _solve(sums, np.exp(logs)).criterion

    found = minimize(
        criterion,
        np.log(np.array([0.2, 0.2])),
        method="Nelder-Mead",
        bounds=bounds,
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 2000},
    )
    return _predictions(sums, np.exp(found.x))


def _can_tell(data: Ratings) -> bool:
    if data.n_units < 2 or data.n_raters < 2 or data.mark.size < 3:
        return False
    per_rater = np.bincount(data.rater, minlength=data.n_raters)
    return bool(per_rater.max() >= 2 and np.ptp(data.mark) > 0)


def _nothing(data: Ratings) -> MixedEffects:
    nan = float("nan")
    unit, rater = np.full(data.n_units, np.nan), np.full(data.n_raters, np.nan)
    return MixedEffects(nan, nan, nan, nan, nan, unit, unit, rater, rater, nan, data.mark.size)


@dataclass(frozen=True, slots=True)
class _Sums:
    """All that the likelihood needs of the marks, centred at their mean."""

    counts: csr_array
    per_rater: Floats
    per_unit: Floats
    rater_total: Floats
    unit_total: Floats
    squares: float
    shift: float
    n: int


@dataclass(frozen=True, slots=True)
class _Solution:
    ratios: Floats
    criterion: float
    variance: float
    mean: float
    information: float
    unit_solution: Floats
    unit_mean_part: Floats
    factor: tuple[Floats, bool]
    per_rater: Floats


def _sums(data: Ratings) -> _Sums:
    shift = float(data.mark.mean())
    mark = data.mark - shift
    ones = np.ones(mark.size)
    return _Sums(
        counts=data.pair_counts(),
        per_rater=data.rater_sums(ones),
        per_unit=data.unit_sums(ones),
        rater_total=data.rater_sums(mark),
        unit_total=data.unit_sums(mark),
        squares=float(mark @ mark),
        shift=shift,
        n=mark.size,
    )


def _solve(sums: _Sums, ratios: Floats) -> _Solution:
    """Profiled REML deviance at variance ratios (unit, rater) to the residual."""
    inverse_unit, inverse_rater = 1 / ratios
    rater = sums.per_rater + inverse_rater
    linked = sums.counts * (1 / rater)[:, None]
    system = np.diag(sums.per_unit + inverse_unit) - (sums.counts.T @ linked).toarray()
    factor = cho_factor(system, lower=True)
    unit_total = sums.unit_total - linked.T @ sums.rater_total
    unit_ones = sums.per_unit - linked.T @ sums.per_rater
    unit_solution = cho_solve(factor, unit_total)
    unit_mean_part = cho_solve(factor, unit_ones)
    # Quadratic forms in V^-1, with the residual variance taken out.
    information = (
        sums.n - float(sums.per_rater**2 @ (1 / rater)) - float(unit_ones @ unit_mean_part)
    )
    cross = -float(sums.per_rater * sums.rater_total @ (1 / rater)) - float(
        unit_ones @ unit_solution
    )
    squares = sums.squares - float(sums.rater_total**2 @ (1 / rater))
    squares -= float(unit_total @ unit_solution)
    mean = cross / information
    freedom = sums.n - 1
    variance = (squares - cross * mean) / freedom
    determinant = float(np.log(rater / inverse_rater).sum())
    determinant += 2 * float(np.log(np.diag(factor[0])).sum())
    determinant -= sums.per_unit.size * float(np.log(inverse_unit))
    criterion = determinant + float(np.log(information))
    criterion += freedom * (1 + float(np.log(2 * np.pi * variance)))
    return _Solution(
        ratios, criterion, variance, mean, information, unit_solution, unit_mean_part,
        factor, rater,
    )  # fmt: skip


def _predictions(sums: _Sums, ratios: Floats) -> MixedEffects:
    at = _solve(sums, ratios)
    unit = at.unit_solution - at.mean * at.unit_mean_part
    rater = (sums.rater_total - at.mean * sums.per_rater - sums.counts @ unit) / at.per_rater
    inverse = cho_solve(at.factor, np.eye(unit.size))
    through = (sums.counts @ inverse) * sums.counts.toarray()
    rater_variance = 1 / at.per_rater + through.sum(axis=1) / at.per_rater**2
    return MixedEffects(
        mean=at.mean + sums.shift,
        mean_error=float(np.sqrt(at.variance / at.information)),
        unit_variance=float(ratios[0] * at.variance),
        rater_variance=float(ratios[1] * at.variance),
        residual_variance=at.variance,
        unit=unit,
        unit_sd=np.sqrt(np.diag(inverse) * at.variance),
        rater=rater,
        rater_sd=np.sqrt(rater_variance * at.variance),
        criterion=at.criterion,
        n=sums.n,
    )
