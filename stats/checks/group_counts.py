"""Marks and times of the ballots of each unit or batch, as counts that add up across pieces."""

from dataclasses import dataclass

import numpy as np

from stats.ballots import Ints, Marks
from stats.checks.pieces import Piece
from stats.checks.sameness import Whole

MAX_SECONDS = 3600


@dataclass(frozen=True, eq=False)
class Counts:
    """Histograms by label: they add across pieces.

    Parameters
    ----------
    marks : int array (n_labels, n_items, levels + 1)
    whole : ballots that answer every item
    times : int array (n_labels, MAX_SECONDS) of whole seconds; all zero where not recorded
    """

    marks: Ints
    whole: Whole
    times: Ints

    def __add__(self, other: "Counts") -> "Counts":
        whole = self.whole + other.whole
        return Counts(self.marks + other.marks, whole, self.times + other.times)


def counts_of(piece: Piece, name: str, place: Ints) -> Counts:
    """Histograms of a piece by unit or batch.

    Parameters
    ----------
    piece : some units
    name : "unit" or "batch"
    place : int array (n_labels + 1,), row of each label in the histograms, -1 = none
    """
    view, ballots = piece.view, piece.view.ballots
    batch = ballots.unit if ballots.batch is None else ballots.batch[ballots.ballot]
    of_row = place[ballots.unit if name == "unit" else batch]
    n = int(place.max(initial=-1)) + 1
    rows = np.flatnonzero(view.rated & (of_row >= 0))
    k, width = of_row[rows], ballots.levels + 1
    marks = [
        np.bincount(k * width + ballots.answers[rows, item], minlength=n * width)
        for item in range(ballots.n_items)
    ]
    stacked = np.stack(marks, axis=1).reshape(n, width, -1).transpose(0, 2, 1)
    second = _whole_seconds(piece)[rows]
    times = np.bincount(
        k[second >= 0] * MAX_SECONDS + second[second >= 0], minlength=n * MAX_SECONDS
    )
    whole = whole_ballots(ballots.answers[rows], k, (n, ballots.levels))
    times = times.reshape(n, MAX_SECONDS).astype(np.int64)
    return Counts(stacked.astype(np.int64), whole, times)


def whole_ballots(answers: Marks, group: Ints, size: tuple[int, int]) -> Whole:
    """Marks by item, and pairs of marks, of the ballots that answer every item.

    Parameters
    ----------
    answers : uint8 array (n, n_items), 0 = no answer
    group : int array (n,), the group of each ballot
    size : number of groups and of levels
    """
    n, levels = size
    full = np.flatnonzero((answers > 0).all(axis=1))
    answers, group = answers[full], group[full]
    marks = [np.bincount(group * levels + column - 1, minlength=n * levels) for column in answers.T]
    held = [(answers == mark).sum(axis=1) for mark in range(1, levels + 1)]
    pairs = np.zeros((n, levels, levels), dtype=np.int64)
    for a in range(levels):
        for b in range(a + 1):
            # Whole numbers far below 2^53: floating point adds them exactly.
            both = np.bincount(group, weights=held[a] * held[b], minlength=n).astype(np.int64)
            pairs[:, a, b] = pairs[:, b, a] = both
    by_item = np.array(marks, dtype=np.int64).reshape(-1, n, levels)
    return Whole(by_item.transpose(1, 0, 2), pairs)


def _whole_seconds(piece: Piece) -> Ints:
    """Whole seconds of every row, -1 where not recorded."""
    ballots = piece.view.ballots
    if ballots.seconds is None:
        return np.full(ballots.n_rows, -1, dtype=np.int64)
    whole = np.minimum(np.round(ballots.seconds), MAX_SECONDS - 1)
    return np.nan_to_num(whole, nan=-1.0).astype(np.int64)[ballots.ballot]


def seconds_of(piece: Piece) -> Ints:
    """Histogram (MAX_SECONDS,) of a piece's whole seconds."""
    second = _whole_seconds(piece)[piece.view.rated]
    counts = np.bincount(second[second >= 0], minlength=MAX_SECONDS)
    return np.asarray(counts.astype(np.int64))
