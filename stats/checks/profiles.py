"""What a ballot holds, cell by cell, beyond everybody's view seen through its rater's eyes."""

from dataclasses import dataclass

import numpy as np

from stats.ballots import Bools, Floats, Ints
from stats.checks.residuals import normal_scores
from stats.checks.view import View

MAX_ONE_MARK = 0.8
MIN_ANSWERED = 0.5
RIDGE = 1e-6


@dataclass(frozen=True, eq=False)
class Profiles:
    """Departures of the informative ballots.

    Parameters
    ----------
    ballots : int array (n,), which ballots
    units : array (n, n_units), departures per unit, 0 where absent, rows of length 1
    items : array (n, n_units, n_items), departures of the items within units, rows of length 1
    strata : int array (n,), fifths by how widely the rater marks
    """

    ballots: Ints
    units: Floats
    items: Floats
    strata: Ints


STRATA = 5


def cell_marks(view: View, present: Floats) -> Floats:
    """Marks as an array (n_ballots, n_units, n_items), nan where absent or on the own unit."""
    ballots = view.ballots
    marks = np.full((ballots.n_ballots, ballots.n_units, ballots.n_items), np.nan)
    marks[ballots.ballot, ballots.unit] = np.where(ballots.answers > 0, ballots.answers, np.nan)
    marks[present == 0] = np.nan
    return marks


def profiles_of(view: View, present: Floats) -> Profiles:
    """Fit every rater's own reading of the consensus and keep what is left.

    Notes
    -----
    Each ballot is regressed on 1, the consensus ``m_u`` of the unit, its square (ceilings bend a
    rater's scale) and the usual place ``d_uj`` of the item within the unit. Without the square and
    ``d`` two severe, or two undifferentiating, raters would share their misfit and look alike.
    """
    marks = cell_marks(view, present)
    chosen = np.flatnonzero(informative(marks, view.ballots.levels)).astype(np.int64)
    m_cell = _mean(marks, axis=0)
    m_unit = _mean(m_cell, axis=1)
    rest = _rest(marks[chosen], m_unit, m_cell - m_unit[:, None])
    unit_rest = _mean(rest, axis=2, empty=np.nan)
    within = rest - unit_rest[:, :, None]
    n, u, j = rest.shape
    scale = np.sqrt(_mean(rest**2, axis=(1, 2)))
    relative = np.maximum(scale, 1e-6)[:, None]
    units = normal_scores(unit_rest / relative)
    items = normal_scores((within / relative[:, :, None]).reshape(n, u * j)).reshape(n, u, j)
    rank = scale.argsort(kind="stable").argsort(kind="stable")
    return Profiles(
        ballots=chosen,
        units=unit_length(units),
        items=unit_length(items),
        strata=(rank * STRATA // max(n, 1)).astype(np.int64),
    )


def informative(marks: Floats, levels: int) -> Bools:
    """Ballots that answer more than half and hold less than four fifths of one mark."""
    flat = marks.reshape(len(marks), -1)
    answered = np.isfinite(flat).sum(axis=1)
    most = np.max([(flat == m).sum(axis=1) for m in range(1, levels + 1)], axis=0)
    enough = answered > MIN_ANSWERED * flat.shape[1]
    return np.asarray(enough & (most < MAX_ONE_MARK * answered), dtype=np.bool_)


def unit_length(values: Floats) -> Floats:
    """Scale every ballot's values to length 1; all-zero ones stay zero."""
    axes = tuple(range(1, values.ndim))
    length = np.sqrt((values**2).sum(axis=axes, keepdims=True))
    return np.asarray(
        np.divide(values, length, out=np.zeros_like(values), where=length > 1e-9), dtype=np.float64
    )


def _mean(values: Floats, axis: int | tuple[int, ...], empty: float = 0.0) -> Floats:
    there = np.isfinite(values)
    count = there.sum(axis=axis)
    total = np.where(there, values, 0.0).sum(axis=axis)
    return np.asarray(
        np.divide(total, count, out=np.full(np.shape(total), empty), where=count > 0),
        dtype=np.float64,
    )


def _rest(marks: Floats, unit: Floats, item: Floats) -> Floats:
    """Residuals of every ballot's regression on the four regressors."""
    n, u, j = marks.shape
    centred = unit - unit.mean()
    basis = np.stack(
        [
            np.ones((u, j)),
            np.repeat(centred[:, None], j, axis=1),
            np.repeat((centred**2)[:, None], j, axis=1),
            item,
        ],
        axis=-1,
    ).reshape(u * j, 4)
    flat = marks.reshape(n, u * j)
    there = np.isfinite(flat).astype(float)
    y = np.nan_to_num(flat)
    outer = (basis[:, :, None] * basis[:, None, :]).reshape(u * j, 16)
    normal = (there @ outer).reshape(n, 4, 4)
    ridge = RIDGE * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(4)
    right = y @ basis
    coefficients = np.linalg.solve(normal + ridge, right[:, :, None])[:, :, 0]
    return np.asarray((flat - coefficients @ basis.T).reshape(n, u, j), dtype=np.float64)
