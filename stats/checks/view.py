"""What several checks need of the same ballots, reckoned once."""

from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.labels import distinct

MATRIX_ROWS = 4
"""Rows per ballot from which a campaign counts as a matrix."""

MATRIX_CELLS = 40_000_000
"""Largest ballots × units table that is laid out whole."""


@dataclass(frozen=True, eq=False)
class View:
    """Ballots with what was derived from them.

    Parameters
    ----------
    ballots : the ballots themselves
    mark : float array of shape (n_rows,), mean valid mark of the row, nan without one
    code : int array of shape (n_rows,), equal exactly where all answers of two rows are equal
    matrix : whether a ballot rates many units
    table : array of shape (n_ballots, n_units) of marks, nan where not rated; None if no matrix
    stratum : int array of shape (n_ballots,), the ballot's rater group
    sums, counts : arrays of shape (n_units,): sum and number of marks per unit
    """

    ballots: Ballots
    mark: Floats
    code: Ints
    matrix: bool
    table: Floats | None
    stratum: Ints
    sums: Floats
    counts: Ints

    @property
    def rated(self) -> Bools:
        """Rows that hold at least one valid mark."""
        return np.isfinite(self.mark)


def view_of(ballots: Ballots) -> View:
    """Derive row marks, packed codes and, for a matrix, the table of marks."""
    valid = ballots.answers > 0
    n_valid = valid.sum(axis=1)
    total = ballots.answers.sum(axis=1, dtype=np.int64)
    mark = np.divide(total, n_valid, out=np.full(ballots.n_rows, np.nan), where=n_valid > 0)
    n = ballots.n_ballots
    matrix = n > 0 and ballots.n_rows / n >= MATRIX_ROWS and n * ballots.n_units <= MATRIX_CELLS
    table = None
    if matrix:
        table = np.full((n, ballots.n_units), np.nan)
        table[ballots.ballot, ballots.unit] = mark
    stratum = np.zeros(n, dtype=np.int64)
    stratum[ballots.ballot[::-1]] = ballots.group[::-1]
    rated = np.isfinite(mark)
    counts = np.bincount(ballots.unit[rated], minlength=ballots.n_units)
    sums = np.bincount(ballots.unit[rated], weights=mark[rated], minlength=ballots.n_units)
    return View(
        ballots=ballots,
        mark=mark,
        code=packed(ballots),
        matrix=matrix,
        table=table,
        stratum=stratum,
        sums=sums.astype(np.float64),
        counts=counts.astype(np.int64),
    )


def unit_of_ballot(view: View) -> Ints:
    """Unit of every single-unit ballot, -1 where nothing was answered."""
    unit = np.full(view.ballots.n_ballots, -1, dtype=np.int64)
    unit[view.ballots.ballot[view.rated]] = view.ballots.unit[view.rated]
    return unit


def packed(ballots: Ballots, *, without: int | None = None, rows: Ints | None = None) -> Ints:
    """One integer per row, equal exactly where the answers (but one) are equal.

    Parameters
    ----------
    ballots : the ballots
    without : item to leave out, for near duplicates
    rows : only these rows; None = all
    """
    base = ballots.levels + 1
    answers = ballots.answers if rows is None else ballots.answers[rows]
    code = np.zeros(len(answers), dtype=np.int64)
    size = 1
    for item in range(ballots.n_items):
        if item == without:
            continue
        if size > np.iinfo(np.int64).max // base:
            code = distinct(code)[1]
            size = int(code.max(initial=0)) + 1
        code = code * base + answers[:, item]
        size *= base
    return code
