"""Mean marks per unit and rater group, with intervals, ranks and the effect of the findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit
from scipy.stats import trim_mean

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.estimates.ranks import marginal_rank_intervals
from stats.examination import Examination
from surveys.examining.files import FileBallots

TRIM = 0.1
CONFIDENCE = 0.95
ALL_GROUPS = "*"
HEADER = (
    "unit",
    "group",
    "n",
    "n_used",
    "mean",
    "robust",
    "low",
    "high",
    "without_flagged",
    "rank",
    "rank_low",
    "rank_high",
)


@dataclass(frozen=True, eq=False)
class Column:
    """Scores of every unit among some of the ballots, arrays of shape (n_units,)."""

    n: Ints
    mean: Floats
    robust: Floats
    error: Floats
    without: Floats
    used: Ints


def score_rows(ballots: FileBallots, examination: Examination) -> Iterator[Sequence[object]]:
    """Rows of ``scores.csv``: every unit in all groups (``*``), then group by group."""
    yield HEADER
    arrays = ballots.ballots
    marks = _marks(arrays)
    flagged = examination.flagged[arrays.ballot]
    everybody = np.isfinite(marks)
    parts = [(ALL_GROUPS, everybody)]
    if len(ballots.group_names) > 1:
        parts += [
            (name, everybody & (arrays.group == g)) for g, name in enumerate(ballots.group_names)
        ]
    for name, chosen in parts:
        yield from _rows(ballots, name, _column(arrays, marks, (chosen, flagged)))


def _marks(ballots: Ballots) -> Floats:
    valid = (ballots.answers > 0).sum(axis=1)
    total = ballots.answers.sum(axis=1, dtype=np.int64)
    mean: Floats = np.divide(total, valid, out=np.full(len(total), np.nan), where=valid > 0)
    return mean


def _column(ballots: Ballots, marks: Floats, rows: tuple[Bools, Bools]) -> Column:
    chosen, flagged = rows
    n, mean, square = _moments(ballots, marks, chosen)
    used, without, _ = _moments(ballots, marks, chosen & ~flagged)
    error = np.sqrt(
        np.divide(square, n - 1, out=np.full(len(n), np.nan), where=n > 1) / np.maximum(n, 1)
    )
    return Column(n, mean, _robust(ballots, marks, chosen), error, without, used)


def _moments(ballots: Ballots, marks: Floats, chosen: Bools) -> tuple[Ints, Floats, Floats]:
    unit, mark = ballots.unit[chosen], marks[chosen]
    n = np.bincount(unit, minlength=ballots.n_units)
    total = np.bincount(unit, weights=mark, minlength=ballots.n_units)
    mean: Floats = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    square = np.bincount(unit, weights=(mark - mean[unit]) ** 2, minlength=ballots.n_units)
    return n.astype(np.int64), mean, square.astype(np.float64)


def _robust(ballots: Ballots, marks: Floats, chosen: Bools) -> Floats:
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(ballots.unit[rows], kind="stable")]
    cuts = np.searchsorted(ballots.unit[rows], np.arange(1, ballots.n_units))
    parts = np.split(marks[rows], cuts)
    return np.array([float(trim_mean(p, TRIM)) if len(p) else np.nan for p in parts])


def _rows(ballots: FileBallots, group: str, column: Column) -> Iterator[Sequence[object]]:
    rank = _ranks(ballots.ballots, column)
    half = column.error * stdtrit(np.maximum(column.n - 1, 1), 0.5 + CONFIDENCE / 2)
    levels = ballots.ballots.levels
    for unit, name in enumerate(ballots.unit_names):
        yield (
            name,
            group,
            int(column.n[unit]),
            int(column.used[unit]),
            _text(column.mean[unit]),
            _text(column.robust[unit]),
            _text(max(column.mean[unit] - half[unit], 1.0)),
            _text(min(column.mean[unit] + half[unit], float(levels))),
            _text(column.without[unit]),
            *(("" if r == 0 else int(r)) for r in rank[unit]),
        )


def _ranks(ballots: Ballots, column: Column) -> Ints:
    """Rank within the category with the ranks not ruled out, 0 without a score."""
    category = ballots.category
    kind = np.zeros(ballots.n_units, dtype=np.int64) if category is None else category
    result = np.zeros((ballots.n_units, 3), dtype=np.int64)
    for c in np.unique(kind):
        here = np.flatnonzero(kind == c)
        ranks = marginal_rank_intervals(
            column.mean[here], column.error[here], confidence=CONFIDENCE
        )
        result[here] = np.column_stack([ranks.rank, ranks.low, ranks.high])
    return result


def _text(value: float) -> str:
    return f"{value:.6f}" if np.isfinite(value) else ""
