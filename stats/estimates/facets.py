"""Many-facet Rasch model: marks as steps of a ladder, with the severity of raters taken out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats, Ints

# Adjustment of an extreme total, in score points: all lowest or all highest has no finite measure.
_EXTREME = 0.3


@dataclass(frozen=True, slots=True)
class Facets:
    """Measures in logits; NaN for a unit, rater or item without marks.

    Attributes
    ----------
    unit, unit_error : arrays of shape (n_units,), higher is better
    fair_mark : array of shape (n_units,), mark expected of a rater and an item of average severity
    severity, severity_error : arrays of shape (n_raters,), higher is more severe, mean 0
    difficulty : array of shape (n_items,), mean 0
    thresholds : array of shape (n_steps,), sums to 0
    infit, outfit : arrays of shape (n_raters,), mean squares: 1 as expected, above 1 erratic,
        below 1 too regular
    converged : whether the equations hold within the tolerance
    n : marks
    """

    unit: Floats
    unit_error: Floats
    fair_mark: Floats
    severity: Floats
    severity_error: Floats
    difficulty: Floats
    thresholds: Floats
    infit: Floats
    outfit: Floats
    converged: bool
    n: int


@dataclass(frozen=True, slots=True)
class _Marks:
    codes: tuple[Ints, Ints, Ints]
    sizes: tuple[int, int, int]
    score: Ints
    steps: int


def facets(
    rater: ArrayLike,
    unit: ArrayLike,
    item: ArrayLike,
    mark: ArrayLike,
    *,
    low: int,
    high: int,
    tolerance: float = 1e-5,
) -> Facets:
    """Rating-scale model of units, raters and items by joint maximum likelihood.

    Parameters
    ----------
    rater, unit, item : arrays of shape (n,), codes 0, 1, 2, ...
    mark : array of shape (n,), whole numbers low..high, NaN missing
    low, high : lowest and highest mark
    tolerance : largest change in logits at which the search ends

    Notes
    -----
    ``log P(k) / P(k-1) = unit - severity - difficulty - threshold_k``. A total at either end is
    moved in by 0.3 marks. Joint estimation stretches the measures by about L / (L - 1) with L marks
    per unit: the order is not affected. Compare measures only where raters link the units.

    References
    ----------
    Linacre, J. M. (1989). Many-Facet Rasch Measurement. MESA Press. ISBN 978-0-941938-02-9
    Andrich, D. (1978). A rating formulation for ordered response categories. Psychometrika 43,
    561-573. https://doi.org/10.1007/BF02293814
    """
    data = _checked((unit, rater, item), mark, low, high)
    used = [np.bincount(c, minlength=n) > 0 for c, n in zip(data.codes, data.sizes, strict=True)]
    signs = (1.0, -1.0, -1.0)
    facet = [np.zeros(size) for size in data.sizes]
    observed = [_totals(c, n, data) for c, n in zip(data.codes, data.sizes, strict=True)]
    seen_steps = np.array([(data.score >= k).sum() for k in range(1, data.steps + 1)], dtype=float)
    seen_steps = np.clip(seen_steps, 0.5, max(data.score.size - 0.5, 0.5))
    thresholds = np.zeros(data.steps)
    converged = data.score.size == 0
    for _ in range(300):
        if converged:
            break
        largest = 0.0
        for k in range(3):
            chance = _chances(data, facet, thresholds)
            mean, variance = _moments(chance)
            expected = np.bincount(data.codes[k], weights=mean, minlength=data.sizes[k])
            spread = np.bincount(data.codes[k], weights=variance, minlength=data.sizes[k])
            moves = used[k] & (spread > 0)
            change = np.where(moves, (observed[k] - expected) / np.where(moves, spread, 1.0), 0.0)
            change = signs[k] * np.clip(change, -1.0, 1.0)
            facet[k] = facet[k] + change
            if k > 0 and used[k].any():
                facet[k] = facet[k] - facet[k][used[k]].mean()
            largest = max(largest, float(np.abs(change).max(initial=0.0)))
        step = _threshold_step(_chances(data, facet, thresholds), seen_steps)
        thresholds = thresholds + step - (thresholds + step).mean()
        largest = max(largest, float(np.abs(step - step.mean()).max(initial=0.0)))
        converged = largest < tolerance
    return _result(data, facet, thresholds, used, low=low, converged=converged)


def _checked(
    codes: tuple[ArrayLike, ArrayLike, ArrayLike], mark: ArrayLike, low: int, high: int
) -> _Marks:
    value = np.asarray(mark, dtype=np.float64)
    arrays = [np.asarray(one, dtype=np.int64) for one in codes]
    if any(one.shape != value.shape for one in arrays) or value.ndim != 1:
        raise ValueError("rater, unit, item and mark must have one shape (n,)")
    if high <= low:
        raise ValueError(f"high {high} must exceed low {low}")
    known = np.isfinite(value)
    given = value[known]
    if given.size and (given.min() < low or given.max() > high or (given != np.rint(given)).any()):
        raise ValueError(f"marks must be whole numbers {low}..{high}")
    unit, rater, item = arrays
    sizes = tuple(int(one.max(initial=-1)) + 1 for one in arrays)
    kept = (unit[known], rater[known], item[known])
    score = np.rint(given - low).astype(np.int64)
    return _Marks(kept, (sizes[0], sizes[1], sizes[2]), score, high - low)


def _totals(codes: Ints, size: int, data: _Marks) -> Floats:
    n = np.bincount(codes, minlength=size).astype(np.float64)
    total = np.bincount(codes, weights=data.score, minlength=size)
    inner = np.clip(total, _EXTREME, np.maximum(n * data.steps - _EXTREME, _EXTREME))
    return np.asarray(np.where(n > 0, inner, 0.0), dtype=np.float64)


def _chances(data: _Marks, facet: list[Floats], thresholds: Floats) -> Floats:
    unit, rater, item = data.codes
    measure = facet[0][unit] - facet[1][rater] - facet[2][item]
    return _ladder(measure, thresholds)


def _ladder(measure: Floats, thresholds: Floats) -> Floats:
    exponent = np.arange(thresholds.size + 1) * measure[:, None]
    exponent -= np.concatenate([[0.0], np.cumsum(thresholds)])
    exponent -= exponent.max(axis=1, keepdims=True)
    power = np.exp(exponent)
    return np.asarray(power / power.sum(axis=1, keepdims=True), dtype=np.float64)


def _moments(chance: Floats) -> tuple[Floats, Floats]:
    scores = np.arange(chance.shape[1])
    mean = chance @ scores
    return mean, chance @ scores**2 - mean**2


def _threshold_step(chance: Floats, seen: Floats) -> Floats:
    passed = np.cumsum(chance[:, ::-1], axis=1)[:, ::-1][:, 1:]
    expected = passed.sum(axis=0)
    spread = (passed * (1 - passed)).sum(axis=0)
    step = np.divide(expected - seen, spread, out=np.zeros(seen.size), where=spread > 0)
    return np.asarray(np.clip(step, -1.0, 1.0), dtype=np.float64)


def _result(
    data: _Marks,
    facet: list[Floats],
    thresholds: Floats,
    used: list[np.ndarray],
    *,
    low: int,
    converged: bool,
) -> Facets:
    chance = _chances(data, facet, thresholds)
    mean, variance = _moments(chance)
    residual = (data.score - mean) ** 2
    errors, fits = [], []
    for k in range(2):
        spread = np.bincount(data.codes[k], weights=variance, minlength=data.sizes[k])
        with np.errstate(divide="ignore", invalid="ignore"):
            errors.append(np.where(used[k], 1 / np.sqrt(spread), np.nan))
    n = np.bincount(data.codes[1], minlength=data.sizes[1])
    squares = np.bincount(data.codes[1], weights=residual, minlength=data.sizes[1])
    spread = np.bincount(data.codes[1], weights=variance, minlength=data.sizes[1])
    relative = residual / np.maximum(variance, 1e-12)
    outer = np.bincount(data.codes[1], weights=relative, minlength=data.sizes[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        fits = [squares / spread, outer / n]
    measures = [np.where(one, value, np.nan) for one, value in zip(used, facet, strict=True)]
    fair = _moments(_ladder(facet[0], thresholds))[0] + low
    return Facets(
        unit=measures[0],
        unit_error=errors[0],
        fair_mark=np.where(used[0], fair, np.nan),
        severity=measures[1],
        severity_error=errors[1],
        difficulty=measures[2],
        thresholds=thresholds,
        infit=fits[0],
        outfit=fits[1],
        converged=converged,
        n=data.score.size,
    )
