"""Marks in long form, equal ones counted together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats, Ints


@dataclass(frozen=True, slots=True)
class Rows:
    """Marks of units.

    Attributes
    ----------
    unit : int array of shape (n_rows,)
    mark : array of shape (n_rows,), finite
    weight : array of shape (n_rows,), how many ballots say so
    n_units : number of units, marked or not
    """

    unit: Ints
    mark: Floats
    weight: Floats
    n_units: int

    def sums(self, values: Floats) -> Floats:
        """Weighted sums by unit."""
        return np.asarray(
            np.bincount(self.unit, self.weight * values, self.n_units), dtype=np.float64
        )

    def counts(self) -> Floats:
        """Ballots of each unit."""
        return np.asarray(np.bincount(self.unit, self.weight, self.n_units), dtype=np.float64)

    def means(self, values: Floats, share: Floats | float = 1.0) -> Floats:
        """Means by unit, each ballot counting for its share; NaN without any."""
        total = np.bincount(self.unit, self.weight * share, self.n_units)
        sums = np.bincount(self.unit, self.weight * share * values, self.n_units)
        mean: Floats = np.divide(sums, total, out=np.full(self.n_units, np.nan), where=total > 0)
        return mean


def rows_of(
    unit: ArrayLike, mark: ArrayLike, n_units: int, *, weight: ArrayLike | None = None
) -> Rows:
    """Put marks in long form.

    Parameters
    ----------
    unit : int array of shape (n_rows,)
    mark : array of shape (n_rows,), finite
    n_units : number of units
    weight : array of shape (n_rows,): ballots that gave this mark; one each where not given
    """
    where = np.asarray(unit, dtype=np.int64)
    value = np.asarray(mark, dtype=np.float64)
    times = np.ones(value.size) if weight is None else np.asarray(weight, dtype=np.float64)
    if not where.shape == value.shape == times.shape or value.ndim != 1:
        raise ValueError(f"unit {where.shape}, mark {value.shape}, weight {times.shape} differ")
    return Rows(where, value, times, n_units)
