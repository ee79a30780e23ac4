"""Answers as an array: one respondent per row, one item per column, NaN where none was given."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def as_answers(answers: ArrayLike) -> Floats:
    """Answers as float64 of shape (n_respondents, n_items).

    Raises
    ------
    ValueError : not two-dimensional, or an infinite answer
    """
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"answers must have shape (n_respondents, n_items), not {table.shape}")
    if np.isinf(table).any():
        raise ValueError("answers must be finite or NaN")
    return table


def row_blocks(n: int, *, size: int = 50_000) -> Iterator[slice]:
    """Slices of at most so many rows: bounds the memory of work along rows."""
    return (slice(first, first + size) for first in range(0, n, size))


def column_means(table: Floats) -> Floats:
    """Mean of each item over those who answered it; NaN for an item that nobody answered."""
    answered = np.isfinite(table)
    n = answered.sum(axis=0)
    sums = np.where(answered, table, 0.0).sum(axis=0)
    means: Floats = np.divide(sums, n, out=np.full(n.shape, np.nan), where=n > 0)
    return means


def row_means(table: Floats) -> Floats:
    """Mean of each respondent's answers; NaN for one who answered nothing."""
    return column_means(table.T)
