"""Severity: what a unit's score would be had everybody rated it.

Where some raters mark all units and others only a few, a plain mean mixes the quality of the unit
with the severity of those who happened to rate it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from stats.estimates.histogram import Floats, Ints


@dataclass(frozen=True, slots=True)
class Ratings:
    """Marks in long form: who marked which unit how.

    Attributes
    ----------
    rater, unit : int arrays of shape (n,), codes from 0
    mark : array of shape (n,)
    n_raters, n_units : number of codes
    """

    rater: Ints
    unit: Ints
    mark: Floats
    n_raters: int
    n_units: int

    def pair_counts(self) -> csr_array:
        """How often each rater marked each unit: sparse array of shape (n_raters, n_units)."""
        shape = (self.n_raters, self.n_units)
        ones = np.ones(self.mark.size)
        return csr_array((ones, (self.rater, self.unit)), shape=shape)

    def rater_sums(self, values: Floats) -> Floats:
        """Sum of values by rater."""
        return _sums(self.rater, values, self.n_raters)

    def unit_sums(self, values: Floats) -> Floats:
        """Sum of values by unit."""
        return _sums(self.unit, values, self.n_units)


def _sums(codes: Ints, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(codes, weights=values, minlength=size), dtype=np.float64)


def ratings(rater: ArrayLike, unit: ArrayLike, mark: ArrayLike) -> Ratings:
    """Marks in long form; missing marks are left out.

    Parameters
    ----------
    rater, unit : arrays of shape (n,), codes 0, 1, 2, ...
    mark : array of shape (n,), NaN missing
    """
    value = np.asarray(mark, dtype=np.float64)
    who, what = np.asarray(rater, dtype=np.int64), np.asarray(unit, dtype=np.int64)
    if not who.shape == what.shape == value.shape or value.ndim != 1:
        raise ValueError(f"rater {who.shape}, unit {what.shape} and mark {value.shape} differ")
    if who.size and (who.min() < 0 or what.min() < 0):
        raise ValueError("rater and unit must be codes from 0")
    n_raters, n_units = (int(code.max(initial=-1)) + 1 for code in (who, what))
    known = np.isfinite(value)
    return Ratings(who[known], what[known], value[known], n_raters, n_units)


@dataclass(frozen=True, slots=True)
class FixedEffects:
    """Unit effects with the severity of each rater taken out.

    Attributes
    ----------
    effect : array of shape (n_units,), sums to 0 within each component; NaN for an unrated unit
    standard_error : array of shape (n_units,)
    adjusted : array of shape (n_units,), grand mean plus effect
    component : int array of shape (n_units,); effects compare only within one component, -1 unrated
    residual_variance : NaN where no mark is left to tell
    n : marks
    """

    effect: Floats
    standard_error: Floats
    adjusted: Floats
    component: Ints
    residual_variance: float
    n: int


def two_way_fixed(data: Ratings) -> FixedEffects:
    """Additive model of unit and rater, both fixed: least squares.

    Parameters
    ----------
    data : marks in long form

    Notes
    -----
    ``y = u[unit] + r[rater] + e``. Raters are eliminated, which leaves one equation per unit:
    ``(diag(n_u) - N' diag(1/n_r) N) u = unit sums - N' rater means``. Units linked by no chain of
    common raters lie in different components.

    References
    ----------
    Searle, S. R. (1987). Linear Models for Unbalanced Data. Wiley. ISBN 978-0-471-84096-1
    """
    counts = data.pair_counts()
    per_rater = data.rater_sums(np.ones(data.mark.size))
    per_unit = data.unit_sums(np.ones(data.mark.size))
    share = np.divide(1.0, per_rater, out=np.zeros(per_rater.size), where=per_rater > 0)
    system = np.diag(per_unit) - (counts.T @ (counts * share[:, None])).toarray()
    target = data.unit_sums(data.mark) - counts.T @ (share * data.rater_sums(data.mark))
    component = _components(counts, per_unit)
    inverse = np.linalg.pinv(system, hermitian=True)
    # The pseudo-inverse gives the solution that sums to 0 in each component.
    effect = inverse @ target
    rater = share * data.rater_sums(data.mark - effect[data.unit])
    residual = data.mark - effect[data.unit] - rater[data.rater]
    rated = per_unit > 0
    n_links = int(component.max(initial=-1)) + 1
    freedom = data.mark.size - int(rated.sum()) - int((per_rater > 0).sum()) + n_links
    variance = float(residual @ residual) / freedom if freedom > 0 else float("nan")
    error = np.sqrt(np.maximum(np.diag(inverse), 0.0) * variance)
    effect = np.where(rated, effect, np.nan)
    mean = float(data.mark.mean()) if data.mark.size else float("nan")
    return FixedEffects(
        effect=effect,
        standard_error=np.where(rated, error, np.nan),
        adjusted=mean + effect,
        component=component,
        residual_variance=variance,
        n=data.mark.size,
    )


def _components(counts: csr_array, per_unit: Floats) -> Ints:
    n_raters, n_units = counts.shape
    links = counts.tocoo()
    rows = np.concatenate([links.row, links.col + n_raters])
    columns = np.concatenate([links.col + n_raters, links.row])
    size = n_raters + n_units
    graph = csr_array((np.ones(rows.size), (rows, columns)), shape=(size, size))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    own = labels[n_raters:]
    result = np.full(n_units, -1, dtype=np.int64)
    rated = per_unit > 0
    result[rated] = np.unique(own[rated], return_inverse=True)[1]
    return result
