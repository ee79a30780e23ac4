"""Distinct whole numbers and where they occur, without sorting where a table will do."""

import numpy as np

from stats.ballots import Ints

SPARSE = 4
"""A table up to this many times as long as the values is cheaper than sorting them."""


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values in rising order, and the index of each value among them.

    Parameters
    ----------
    values : int array of shape (n,)

    Returns
    -------
    int arrays of shape (n_distinct,) and (n,): as ``np.unique(values, return_inverse=True)``

    Examples
    --------
    >>> found, index = distinct(np.array([7, 3, 7]))
    >>> found.tolist(), index.tolist()
    ([3, 7], [1, 0, 1])
    """
    if not len(values):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    low, high = int(values.min()), int(values.max())
    if high - low > SPARSE * len(values):
        found, index = np.unique(values, return_inverse=True)
        return found.astype(np.int64), index.astype(np.int64)
    shifted = values - low
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[shifted] = True
    place = np.cumsum(seen) - 1
    return np.flatnonzero(seen).astype(np.int64) + low, place[shifted].astype(np.int64)


def first_places(labels: Ints, n_labels: int) -> Ints:
    """Where each label 0 … n_labels - 1 first occurs; every one must occur.

    Examples
    --------
    >>> first_places(np.array([1, 0, 1]), 2).tolist()
    [1, 0]
    """
    result = np.zeros(n_labels, dtype=np.int64)
    result[labels[::-1]] = np.arange(len(labels) - 1, -1, -1)
    return result
