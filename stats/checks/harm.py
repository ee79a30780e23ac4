"""What ballots do to the places of units."""

import numpy as np

from stats.ballots import Floats, Ints
from stats.checks.view import View
from stats.findings import Harm


def harm_of(view: View, ballots: Ints, units: tuple[int, ...]) -> Harm | None:
    """The unit among ``units`` that moves most when ``ballots`` are left out.

    Parameters
    ----------
    view : the campaign
    ballots : indices of the ballots to leave out
    units : candidates; empty = none

    Returns
    -------
    None where no candidate has a score both with and without.
    """
    if not units or not len(ballots):
        return None
    b = view.ballots
    without = np.isin(b.ballot, ballots) & view.rated
    sums = view.sums - np.bincount(b.unit[without], view.mark[without], minlength=b.n_units)
    counts = view.counts - np.bincount(b.unit[without], minlength=b.n_units)
    before, after = _means(view.sums, view.counts), _means(sums, counts)
    moves = [
        _harm(view, unit, before, after)
        for unit in units
        if np.isfinite(before[unit]) and np.isfinite(after[unit])
    ]
    return max(
        moves,
        key=lambda h: (abs(h.score_with - h.score_without), abs(h.rank_with - h.rank_without)),
        default=None,
    )


def _means(sums: Floats, counts: Ints) -> Floats:
    return np.asarray(
        np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0), dtype=np.float64
    )


def _harm(view: View, unit: int, before: Floats, after: Floats) -> Harm:
    category = view.ballots.category
    peers = np.ones(len(before), dtype=bool) if category is None else category == category[unit]
    return Harm(
        unit=unit,
        rank_with=1 + int(np.sum(before[peers] > before[unit] + 1e-12)),
        rank_without=1 + int(np.sum(after[peers] > after[unit] + 1e-12)),
        score_with=float(before[unit]),
        score_without=float(after[unit]),
    )
