"""Family 2: the longest run of one mark, against shuffles of the ballot's own rows."""

import numpy as np

from stats.ballots import Floats, Ints, Marks
from stats.checks.view import View

SHUFFLES = 999
FIRST = 39
MIN_ANSWERS = 12
MIN_ROWS = 6
MAX_SHARE = 0.95
CELLS_AT_ONCE = 4_000_000


def longest_run(marks: Marks) -> Ints:
    """Longest run of equal answers in each row; unanswered cells are passed over.

    Parameters
    ----------
    marks : uint8 array of shape (n, n_cells), 0 = no answer

    Returns
    -------
    int array of shape (n,)
    """
    n, cells = marks.shape
    columns = np.ascontiguousarray(marks.T)
    last = np.zeros(n, dtype=np.uint8)
    run = np.zeros(n, dtype=np.int32)
    longest = np.zeros(n, dtype=np.int32)
    for cell in range(cells):
        mark = columns[cell]
        answered = mark > 0
        # A gap neither ends a run nor lengthens it.
        run *= ~answered | (mark == last)
        run += answered
        np.copyto(last, mark, where=answered)
        np.maximum(longest, run, out=longest)
    return longest.astype(np.int64)


def run_pvalues(view: View, rng: np.random.Generator) -> Floats:
    """Chance of as long a run when the ballot's units stand in another order.

    Whole rows are shuffled, so that marking all items of one unit alike counts for nothing.
    Ballots of nearly one mark, and those too short, give nan.
    """
    ballots = view.ballots
    p = np.full(ballots.n_ballots, np.nan)
    if not view.matrix or ballots.n_rows == 0:
        return p
    grid = np.zeros((ballots.n_ballots, ballots.n_units, ballots.n_items), dtype=np.uint8)
    grid[ballots.ballot, ballots.unit] = ballots.answers
    usable = _usable(grid, ballots.levels)
    if not len(usable):
        return p
    p[usable] = _pvalues(grid[usable], rng)
    return p


def _usable(grid: Marks, levels: int) -> Ints:
    flat = grid.reshape(len(grid), -1)
    counts = np.stack([(flat == m).sum(axis=1) for m in range(1, levels + 1)], axis=1)
    answered = counts.sum(axis=1)
    rows = (grid > 0).any(axis=2).sum(axis=1)
    enough = (answered >= MIN_ANSWERS) & (rows >= MIN_ROWS)
    return np.flatnonzero(enough & (counts.max(axis=1) < MAX_SHARE * answered))


def _pvalues(grid: Marks, rng: np.random.Generator) -> Floats:
    observed = longest_run(grid.reshape(len(grid), -1))
    p = _shuffled(grid, observed, FIRST, rng)
    again = np.flatnonzero(p <= 2.5 / (FIRST + 1))
    if len(again):
        p[again] = _shuffled(grid[again], observed[again], SHUFFLES, rng)
    return p


def _shuffled(grid: Marks, observed: Ints, times: int, rng: np.random.Generator) -> Floats:
    n, units, _ = grid.shape
    as_long = np.zeros(n, dtype=np.int64)
    at_once = int(np.clip(CELLS_AT_ONCE // max(grid.size, 1), 1, times))
    done = 0
    while done < times:
        now = min(at_once, times - done)
        order = rng.random((now, n, units), dtype=np.float32).argsort(axis=2)
        mixed = np.take_along_axis(grid[None], order[:, :, :, None], axis=2)
        longest = longest_run(mixed.reshape(now * n, -1)).reshape(now, n)
        as_long += (longest >= observed).sum(axis=0)
        done += now
    return (as_long + 1) / (times + 1)
