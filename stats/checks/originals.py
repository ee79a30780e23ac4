"""Which of some ballots that are alike the others were copied from."""

import numpy as np

from stats.ballots import Floats, Ints, Marks
from stats.checks.view import View

CLEAR = 3.0
"""Nats by which a ballot from elsewhere must be the likelier original."""

PACE = 1.6
"""Nats for a ballot e times as slow: copying takes two thirds of the time, times vary by half."""


def likely_original(view: View, alike: Ints) -> int:
    """The ballot that the others most likely were copied from.

    Parameters
    ----------
    view : a matrix campaign
    alike : int array (n,), two ballots or more

    Returns
    -------
    A ballot, one of ``alike`` or another that all of these are nearer to than to each other.

    Notes
    -----
    Who copies leaves out or changes cells on their own account: a copy differs from its original in
    some cells, from another copy in those of both. If a copy agrees with its original in a share θ
    of the cells, one more cell in agreement makes a ballot ``θ / (1 - θ)`` times likelier to be the
    original; θ is that of the best candidate. A ballot e times as slow as another is e^PACE times
    likelier to have been thought out. Two ballots alone say nothing but their times.
    """
    marks = _flat_marks(view)
    agree, cells = _agreement(marks, marks[alike])
    inside = np.zeros(len(marks), dtype=bool)
    inside[alike] = True
    own = inside[:, None] & (np.arange(len(marks))[:, None] == alike)
    agree, cells = np.where(own, 0, agree).sum(axis=1), np.where(own, 0, cells).sum(axis=1)
    share = (agree + 0.5) / (cells + 1.0)
    best = int(alike[share[alike].argmax()])
    odds = float(np.log(share[best] / (1 - share[best])))
    # Per cell, as a ballot from elsewhere is compared with one more.
    nats = (share - share[best]) * cells * odds
    elsewhere = np.where(inside, -np.inf, nats)
    if elsewhere.max(initial=-np.inf) >= CLEAR:
        return int(elsewhere.argmax())
    return int(alike[(nats + PACE * _log_times(view))[alike].argmax()])


def _log_times(view: View) -> Floats:
    """Log seconds of every ballot, the middle one's where unknown."""
    seconds = view.ballots.seconds
    if seconds is None:
        return np.zeros(view.ballots.n_ballots)
    known = np.isfinite(seconds) & (seconds > 0)
    middle = float(np.median(seconds[known])) if known.any() else 1.0
    return np.asarray(np.log(np.where(known, seconds, middle)), dtype=np.float64)


def _flat_marks(view: View) -> Marks:
    """Answers as an array (n_ballots, n_units · n_items), 0 where there is none."""
    ballots = view.ballots
    shape = ballots.n_ballots, ballots.n_units, ballots.n_items
    marks = np.zeros(shape, dtype=np.uint8)
    marks[ballots.ballot, ballots.unit] = ballots.answers
    return marks.reshape(len(marks), -1)


def _agreement(marks: Marks, of: Marks) -> tuple[Floats, Floats]:
    """Cells that every ballot marks like each of some ballots, and cells that both mark."""
    agree = np.array([((marks == one) & (one > 0)).sum(axis=1) for one in of], dtype=np.float64).T
    both = np.array([((marks > 0) & (one > 0)).sum(axis=1) for one in of], dtype=np.float64).T
    return agree, both
