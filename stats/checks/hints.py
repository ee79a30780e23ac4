"""Company too weak for an alarm, as a p-value per ballot: it orders suspicion, no more."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from stats.ballots import Floats
from stats.checks.pieces import Piece, Pieces
from stats.checks.residuals import Residuals
from stats.checks.shifts import Tested
from stats.checks.view import View
from stats.permutation.dyads import Members

MIN_HOME = 3


def cell_hints(pieces: Pieces, tests: Sequence[Any]) -> Floats:
    """How oddly the ballots that came along mark the unit, for ballots that mark it so too.

    Parameters
    ----------
    pieces : a campaign of single-unit ballots
    tests : cells of every context by piece, wherever they are kept

    Returns
    -------
    array (n_ballots,): smallest p-value over the contexts, times their number; 1 where none
    """
    result = np.ones(pieces.view.ballots.n_ballots)
    told = pieces.fetch(piece_hints, tests)
    for ballots, hints in zip(pieces.ballots, told, strict=True):
        result[ballots] = np.minimum(result[ballots], hints)
    return result


def piece_hints(piece: Piece, tests: Sequence[Tested]) -> Floats:
    """The hints of one piece's ballots."""
    view = piece.view
    ballots = view.ballots
    usual = np.divide(view.sums, view.counts, out=np.zeros(len(view.sums)), where=view.counts > 0)
    side = np.sign(np.nan_to_num(view.mark) - usual[ballots.unit])
    best = np.ones(ballots.n_rows)
    for test in tests:
        cells = test.cells
        p = np.ones(len(cells.unit) + 1)
        p[test.index] = test.pvalue
        towards = np.append(np.sign(cells.z), 0.0)
        alike = side == towards[cells.cell_of_row]
        np.minimum(best, np.where(alike, p[cells.cell_of_row], 1.0), out=best)
    result = np.ones(ballots.n_ballots)
    # Crowds count among the contexts whether or not there is one here.
    result[ballots.ballot] = np.minimum(best * (len(piece.doors) + 1), 1.0)
    return result


def home_hints(view: View, residuals: Residuals) -> Floats:
    """How oddly a ballot's home treats the unit it treats most oddly, if the ballot does so too.

    Returns
    -------
    array (n_ballots,): p-value times the number of units; 1 without a home
    """
    home = view.ballots.home
    n_units = view.ballots.n_units
    if home is None:
        return np.ones(view.ballots.n_ballots)
    members = Members(home, max(int(home.max(initial=-1)) + 1, n_units))
    z = members.treatment(residuals.scores, residuals.favour, residuals.present)
    sizes = np.bincount(home[home >= 0], minlength=len(z))
    z[sizes < MIN_HOME] = 0.0
    of_rater = np.where((home >= 0)[:, None], z[home], 0.0)
    alike = np.sign(of_rater) == np.sign(residuals.scores)
    most = np.where(alike, np.abs(of_rater), 0.0).max(axis=1, initial=0.0)
    return np.asarray(np.minimum(2 * special.ndtr(-most) * n_units, 1.0), dtype=np.float64)
