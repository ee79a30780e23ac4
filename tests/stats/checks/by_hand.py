"""Small campaigns made by hand."""

from typing import Any

import numpy as np

from stats.ballots import Ballots


def single_unit(marks: list[int], **columns: Any) -> Ballots:
    """Ballots of one item for unit 0."""
    n = len(marks)
    zeros = np.zeros(n, dtype=np.int64)
    answers = np.array(marks, dtype=np.uint8)[:, None]
    return Ballots(np.arange(n), zeros, zeros, answers, 5, 1, **columns)


def grid(marks: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> Ballots:
    """A matrix of one item."""
    n, units = marks.shape
    ballot, unit = np.repeat(np.arange(n), units), np.tile(np.arange(units), n)
    return Ballots(ballot, unit, ballot * 0, marks.reshape(-1, 1), 5, units)
