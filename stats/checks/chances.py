"""How likely every rater gives each mark to each cell, on their own account."""

from dataclasses import dataclass

import numpy as np

from stats.ballots import Floats, Ints, Marks
from stats.checks.view import View

FEW = 10.0
"""Marks' worth of everybody's use of the scale that a ballot's own use starts from."""

STEEPEST = 3.0
"""Largest change of a log odds per mark of the consensus that a rater's slope may make."""

SAMPLE = 80
"""Ballots whose pairs tell how far the cells of a unit hang together."""

ROWS = 256
"""Ballots reckoned at a time: the whole table would hold levels times the answers."""


def cell_marks(view: View, present: Floats) -> Marks:
    """Marks as a uint8 array (n_ballots, n_units · n_items), 0 where there is none.

    Nor where ``present``, of shape (n_ballots, n_units), is 0: on a rater's own unit.
    """
    ballots = view.ballots
    marks = np.zeros((ballots.n_ballots, ballots.n_units, ballots.n_items), dtype=np.uint8)
    marks[ballots.ballot, ballots.unit] = ballots.answers
    marks[present == 0] = 0
    return marks.reshape(len(marks), -1)


@dataclass(frozen=True, eq=False)
class Chances:
    """What is needed to say how likely a rater gives a mark to a cell.

    Parameters
    ----------
    marks : uint8 array (n, n_cells), 0 where there is none
    shares : array (n_cells, levels), everybody's use of the marks
    tilt : array (n, levels), how many times as often as everybody the rater uses a mark
    slope : array (n,), how much further than everybody the rater tells cells apart
    place : array (n_cells,), mean mark less the mean of all cells
    own : array (n, n_cells), chance of the mark that is there, 1 where there is none
    """

    marks: Marks
    shares: Floats
    tilt: Floats
    slope: Floats
    place: Floats
    own: Floats

    @property
    def levels(self) -> int:
        """Number of marks on the scale."""
        return int(self.shares.shape[1])

    def of(self, rows: Ints) -> Floats:
        """Chances of every mark, shape (len(rows), n_cells, levels)."""
        return _table(self.shares, self.tilt[rows], np.outer(self.slope[rows], self.place))


def chances_of(marks: Marks, levels: int) -> Chances:
    """Fit every rater's own use of the scale.

    Parameters
    ----------
    marks : uint8 array (n, n_cells), 1 … levels, 0 where there is none

    Notes
    -----
    ``P_ic(v) ∝ P_c(v) · t_i(v) · exp(b_i v m_c)``: everybody's use of mark v in cell c, the rater's
    own liking of the mark, and their own slope on the consensus m_c, by one Newton step. Two
    lenient, two flat or two outspoken ballots agree in many cells, and are expected to.
    """
    grades = range(1, levels + 1)
    shares = np.stack([(marks == v).sum(axis=0) for v in grades], axis=1) + 1.0 / levels
    shares = shares / shares.sum(axis=1, keepdims=True)
    mine = np.stack([(marks == v).sum(axis=1) for v in grades], axis=1)
    usual = (mine.sum(axis=0) + 1.0) / (mine.sum() + levels)
    tilt = (mine + FEW * usual) / (mine.sum(axis=1, keepdims=True) + FEW) / usual
    place = (shares * np.arange(1.0, levels + 1)).sum(axis=1)
    place -= place.mean()
    slope, own = np.zeros(len(marks)), np.ones(marks.shape)
    for start in range(0, len(marks), ROWS):
        here = slice(start, start + ROWS)
        slope[here] = _slopes(marks[here], _table(shares, tilt[here], 0.0), place)
        table = _table(shares, tilt[here], np.outer(slope[here], place))
        chosen = np.maximum(marks[here], 1).astype(np.int64)[:, :, None] - 1
        there = np.take_along_axis(table, chosen, axis=2)[:, :, 0]
        own[here] = np.where(marks[here] > 0, there, 1.0)
    return Chances(marks, shares, tilt, slope, place, own)


def _table(shares: Floats, tilt: Floats, steep: Floats | float) -> Floats:
    """Chances, shape (n, n_cells, levels); ``steep`` is slope times place."""
    levels = shares.shape[1]
    bend = np.asarray(steep, dtype=np.float64)[..., None] * (np.arange(levels) - (levels - 1) / 2)
    table = shares * tilt[:, None, :] * np.exp(bend)
    return np.asarray(table / table.sum(axis=2, keepdims=True), dtype=np.float64)


def _slopes(marks: Marks, table: Floats, place: Floats) -> Floats:
    """One Newton step from slope 0, held back where a ballot says little."""
    grade = np.arange(1.0, table.shape[2] + 1)
    mean = (table * grade).sum(axis=2)
    there = marks > 0
    score = np.where(there, (marks - mean) * place, 0.0).sum(axis=1)
    room = np.where(there, ((table * grade**2).sum(axis=2) - mean**2) * place**2, 0.0).sum(axis=1)
    return np.asarray(np.clip(score / (room + 1.0), -STEEPEST, STEEPEST), dtype=np.float64)


def spread_over(n: int, size: int) -> Ints:
    """Some of n places, evenly apart, ``size`` of them at most."""
    return np.unique(np.linspace(0, n - 1, min(n, size)).astype(np.int64))


def dependence(chances: Chances, n_items: int) -> float:
    """How much more agreement varies within units than if cells were independent, at least 1.

    Who thinks well of a unit marks all of its items well: two ballots that agree on one item of a
    unit agree on the others too. A log likelihood ratio that takes cells for independent has
    ``D`` times the variance it should have, and divided by D it has mean 1 again where sums are
    about normal: ``E exp(λ L) = exp(λ (λ D - 1) σ² / 2)`` for L with mean -σ²/2 and variance D σ².

    Parameters
    ----------
    chances : of all ballots
    n_items : cells of a unit, next to each other

    Returns
    -------
    D, from the pairs of SAMPLE ballots

    References
    ----------
    Chandler, R. E. & Bate, S. (2007). Inference for clustered data using the independence
    loglikelihood. Biometrika 94:167-183. doi:10.1093/biomet/asm015
    """
    some = spread_over(len(chances.marks), SAMPLE)
    marks, table = chances.marks[some], chances.of(some)
    seen = chance = 0.0
    for first in range(len(some) - 1):
        mine, theirs = marks[first], marks[first + 1 :]
        both = (mine > 0) & (theirs > 0)
        expected = np.einsum("cv,ncv->nc", table[first], table[first + 1 :])
        apart = np.where(both, (mine == theirs) - expected, 0.0)
        room = np.where(both, expected * (1 - expected), 0.0)
        seen += float((apart.reshape(len(theirs), -1, n_items).sum(axis=2) ** 2).sum())
        chance += float(room.sum())
    return max(seen / max(chance, 1e-12), 1.0)
