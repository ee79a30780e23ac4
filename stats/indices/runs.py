"""Longstring: how long a respondent went on giving the same answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats, as_answers


@dataclass(frozen=True, slots=True)
class Longstring:
    """Runs of identical answers: arrays of shape (n_respondents,).

    Attributes
    ----------
    longest : length of the longest run, 1..n_items; NaN without items
    average : mean length of the runs, 1..n_items
    """

    longest: Floats
    average: Floats


def longstring(answers: ArrayLike) -> Longstring:
    """Longest and average run of identical answers in the order of the items.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing

    Notes
    -----
    A missing answer ends a run and is a run of one by itself, as in careless. A respondent who
    answered nothing has no runs: NaN.

    References
    ----------
    Johnson, J. A. (2005). Ascertaining the validity of individual protocols from web-based
    personality inventories. Journal of Research in Personality 39, 103-129.
    https://doi.org/10.1016/j.jrp.2004.09.009

    Examples
    --------
    >>> longstring([[3, 3, 3, 1], [1, 2, 1, 2]]).longest.tolist()
    [3.0, 1.0]
    """
    table = as_answers(answers)
    n, items = table.shape
    if items == 0:
        return Longstring(np.full(n, np.nan), np.full(n, np.nan))
    longest = np.ones(n)
    current = np.ones(n)
    breaks = np.zeros(n)
    for item in range(1, items):
        same = table[:, item] == table[:, item - 1]
        current = np.where(same, current + 1, 1.0)
        longest = np.maximum(longest, current)
        breaks += ~same
    silent = np.isnan(table).all(axis=1)
    return Longstring(
        np.where(silent, np.nan, longest), np.where(silent, np.nan, items / (breaks + 1))
    )
