"""The chance of each grade where a quota says how many units may have it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.histogram import Floats, Ints


@dataclass(frozen=True, slots=True)
class GradeChances:
    """Chances of grades.

    Attributes
    ----------
    chance : array of shape (n_units, n_grades), rows sum to 1; NaN for a unit without an estimate
    grade : int array of shape (n_units,), grade by the estimates themselves, 0 the best; -1 none
    """

    chance: Floats
    grade: Ints


def grade_chances(
    values: ArrayLike,
    replicates: ArrayLike,
    *,
    places: Sequence[Sequence[int]],
    category: ArrayLike | None = None,
) -> GradeChances:
    """How often a unit would get each grade, were the evaluation held again.

    Parameters
    ----------
    values : array of shape (n_units,), NaN: not graded
    replicates : array of shape (n_replicates, n_units), of a bootstrap around the values
    places : for each category the number of units of each grade, the best first; the last grade
        takes all that remain
    category : int array of shape (n_units,), codes 0, 1, 2, ...; None: all in one

    Notes
    -----
    Within each replicate units are ordered by value, equal values in the order of the estimates
    and then of the units. The chances describe the uncertainty of the marks, not of the quota.
    """
    score = np.asarray(values, dtype=np.float64)
    drawn = np.asarray(replicates, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1:] != score.shape:
        raise ValueError(f"replicates {drawn.shape} do not match values {score.shape}")
    group = np.zeros(score.size, dtype=np.int64) if category is None else np.asarray(category)
    if group.size and (group.min() < 0 or group.max() >= len(places)):
        raise ValueError("category has no places")
    n_grades = max((len(one) for one in places), default=0)
    chance = np.full((score.size, n_grades), np.nan)
    grade = np.full(score.size, -1, dtype=np.int64)
    for code, quota in enumerate(places):
        own = np.flatnonzero((group == code) & np.isfinite(score))
        if not own.size:
            continue
        own = own[np.argsort(-score[own], kind="stable")]
        by_place = _grade_of_place(quota, own.size)
        grade[own] = by_place
        # A missing replicate stands last.
        order = np.argsort(-np.nan_to_num(drawn[:, own], nan=-np.inf), axis=1, kind="stable")
        got = np.empty(order.shape, dtype=np.int64)
        np.put_along_axis(got, order, np.broadcast_to(by_place, order.shape), axis=1)
        chance[own] = (got[:, :, None] == np.arange(n_grades)).mean(axis=0)
    return GradeChances(chance, grade)


def _grade_of_place(quota: Sequence[int], n: int) -> Ints:
    if any(number < 0 for number in quota):
        raise ValueError("places must not be negative")
    ends = np.cumsum(np.asarray(quota[:-1], dtype=np.int64))
    return np.asarray(np.searchsorted(ends, np.arange(n), side="right"), dtype=np.int64)
