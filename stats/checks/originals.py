"""Which of some ballots that are alike the others were copied from."""

import numpy as np

from stats.ballots import Floats, Ints
from stats.checks.chances import Chances
from stats.checks.view import View

HURRY = float(np.log(1.5))
"""Copying takes two thirds of the time, about."""

LEAST_SPREAD = 0.3
"""Of log times: where they hardly vary, a little slowness does not outweigh many cells."""

COPIED = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995)
"""Shares of the cells that were copied, of which the likeliest is taken."""


def likely_original(chances: Chances, alike: Ints, aside: Floats) -> int:
    """The ballot that the others most likely were copied from.

    Parameters
    ----------
    chances : how likely each of the campaign's raters gives each mark
    alike : int array (n,), rows of two ballots or more
    aside : array (n,), nats from aside: ``slowness`` and ``loyalty``

    Returns
    -------
    One of ``alike``.

    Notes
    -----
    Whoever copies takes a share θ of the cells and fills in the others on their own account: a
    cell that agrees with the original's is ``1 - θ + θ / P`` times as likely as without, any other
    ``1 - θ`` times, P the chance of the mark in that rater's own hand. A cell that the candidate
    left out, or lost, may have held any mark in its own hand: the ratio is averaged. Counting only
    the cells that both answer would favour ballots with gaps, which hide where they differ.
    """
    nats = max((_nats(chances, alike, share) for share in COPIED), key=lambda found: found.max())
    return int(alike[(nats + aside).argmax()])


def _nats(chances: Chances, alike: Ints, share: float) -> Floats:
    """Log likelihood ratio, for each candidate, that all others were copied from it."""
    marks, own = chances.marks[alike], chances.own[alike]
    equal = marks[:, :, None] == np.arange(1, chances.levels + 1)
    ratios = np.log((1 - share) + share * equal / np.maximum(own, 1e-4)[:, :, None])
    ratios[marks == 0] = 0.0
    together = ratios.sum(axis=0)
    hands = np.log(np.maximum(chances.of(alike), 1e-9))
    found = []
    for k, mine in enumerate(marks):
        others = together - ratios[k]
        there = mine > 0
        known = others[there, mine[there].astype(np.int64) - 1].sum()
        hidden = np.logaddexp.reduce(hands[k, ~there] + others[~there], axis=1)
        found.append(known + hidden.sum())
    return np.array(found)


def slowness(view: View) -> Floats:
    """Nats by which every ballot's time speaks for its having been thought out.

    Log times vary about the campaign's by σ, copying takes HURRY off: ``log t · HURRY / σ²``, less
    that of the middle time, which also stands in where none is known.
    """
    seconds = view.ballots.seconds
    if seconds is None or not (seconds > 0).any():
        return np.zeros(view.ballots.n_ballots)
    known = seconds > 0
    times = np.log(seconds, out=np.zeros(len(seconds)), where=known)
    low, middle, high = np.quantile(times[known], (0.1587, 0.5, 0.8413))
    spread = max(float(high - low) / 2, LEAST_SPREAD)
    return np.asarray(np.where(known, times - middle, 0.0) * HURRY / spread**2, dtype=np.float64)


def loyalty(own: Floats) -> Floats:
    """Nats by which its mark on the own unit speaks for a ballot's being its rater's own.

    Most raters lift their own unit, by μ spreads in the middle; what was copied from a rater of
    elsewhere does not: the log ratio of two normals, ``μ z - μ² / 2``.

    Parameters
    ----------
    own : array (n,), residual z on the own unit in spreads of that unit's other raters, nan without
    """
    known = np.isfinite(own)
    usual = max(float(np.median(own[known])), 0.0) if known.any() else 0.0
    return np.asarray(np.where(known, own * usual - usual**2 / 2, 0.0), dtype=np.float64)
