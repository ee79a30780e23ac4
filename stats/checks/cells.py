"""Tests of cells: the ballots of one unit that came through one context, against its others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.contexts import Context
from stats.checks.view import View
from stats.labels import distinct
from stats.permutation.tails import Stratum, permutation_tail

SCREEN = 2.0
"""Below this many standard errors the normal tail stands in for the saddlepoint."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of one context, one entry each.

    Parameters
    ----------
    context : the context
    unit, label, size : int arrays: unit, label in the context, rated rows
    others : int array, the unit's rated rows outside the cell
    expected : float array, rows expected were contexts spread alike over the units
    shift : float array, mean mark less what the unit's raters of the same groups give elsewhere
    z : float array, standardised by the exact permutation moments
    cell_of_row : int32 array of shape (n_rows,), -1 = in no cell
    """

    context: Context
    unit: Ints
    label: Ints
    size: Ints
    others: Ints
    expected: Floats
    shift: Floats
    z: Floats
    cell_of_row: npt.NDArray[np.int32]

    def rows(self, cell: int) -> Ints:
        """Rows of one cell."""
        return np.flatnonzero(self.cell_of_row == cell)

    def only(self, index: Ints) -> "Cells":
        """Some of the cells, numbered anew; rows of the others lie in no cell."""
        place = np.full(len(self.unit) + 1, -1, dtype=np.int32)
        place[index] = np.arange(len(index))
        kept = {
            name: getattr(self, name)[index]
            for name in ("unit", "label", "size", "others", "expected", "shift", "z")
        }
        return Cells(context=self.context, **kept, cell_of_row=place[self.cell_of_row])


def cells_of(view: View, context: Context, use: Bools) -> Cells:
    """Lay rows marked by ``use`` out in cells and compare each with the rest of its unit."""
    ballots = view.ballots
    label_of_row = context.labels[ballots.ballot]
    unit_total = np.bincount(ballots.unit[use], minlength=ballots.n_units)
    inside = np.flatnonzero(use & (label_of_row >= 0))
    n_labels = len(context.parts)
    key = ballots.unit[inside] * n_labels + label_of_row[inside]
    keys, cell, size = _distinct_counts(key)
    unit, label = keys // max(n_labels, 1), keys % max(n_labels, 1)
    mean, variance = _moments(view, use, inside, cell)
    observed = np.bincount(cell, weights=view.mark[inside], minlength=len(keys))
    sd = np.sqrt(variance)
    z = np.divide(observed - mean, sd, out=np.zeros(len(keys)), where=sd > 1e-12)
    others = unit_total[unit] - size
    # Against the others of the unit, not against all with the cell among them.
    pooled = (observed - mean) / size
    shift = np.divide(pooled * unit_total[unit], others, out=pooled.copy(), where=others > 0)
    outside = np.maximum(context.n_rated - unit_total[unit], 1)
    expected = (context.held[label] - size) * others / outside
    cell_of_row = np.full(ballots.n_rows, -1, dtype=np.int32)
    cell_of_row[inside] = cell
    return Cells(context, unit, label, size, others, expected, shift, z, cell_of_row)


def _distinct_counts(key: Ints) -> tuple[Ints, Ints, Ints]:
    keys, inverse = distinct(key)
    return keys, inverse, np.bincount(inverse, minlength=len(keys)).astype(np.int64)


def _moments(view: View, use: Bools, inside: Ints, cell: Ints) -> tuple[Floats, Floats]:
    """Exact mean and variance of each cell's sum when ballots change places within a group."""
    ballots = view.ballots
    n_groups = int(ballots.group.max(initial=0)) + 1
    place = ballots.unit * n_groups + ballots.group
    size = ballots.n_units * n_groups
    n = np.bincount(place[use], minlength=size).astype(float)
    total = np.bincount(place[use], weights=view.mark[use], minlength=size)
    mean = np.divide(total, n, out=np.zeros(size), where=n > 0)
    square = np.bincount(
        place[use], weights=(view.mark[use] - mean[place[use]]) ** 2, minlength=size
    )
    variance = np.divide(square, n, out=np.zeros(size), where=n > 0)
    part, part_of, part_n = _distinct_counts(cell * n_groups + ballots.group[inside])
    first = np.zeros(len(part), dtype=np.int64)
    first[part_of] = inside
    there = place[first]
    spread = variance[there] * part_n * (n[there] - part_n) / np.maximum(n[there] - 1, 1)
    n_cells = int(cell.max(initial=-1)) + 1
    owner = part // n_groups
    return (
        np.bincount(owner, weights=part_n * mean[there], minlength=n_cells).astype(np.float64),
        np.bincount(owner, weights=spread, minlength=n_cells).astype(np.float64),
    )


def shift_pvalues(view: View, cells: Cells, use: Bools, tested: Ints) -> Floats:
    """Two-sided permutation p-values of the shifts of the cells ``tested``."""
    p = 2 * special.ndtr(-np.abs(cells.z[tested]))
    far = np.flatnonzero(np.abs(cells.z[tested]) >= SCREEN)
    if not len(far):
        return p
    pools = Pools(view, use, np.unique(cells.unit[tested[far]]))
    chosen = np.isin(cells.cell_of_row, tested[far])
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(cells.cell_of_row[rows], kind="stable")]
    of_cell = cells.cell_of_row[rows]
    for k in far:
        c = int(tested[k])
        here = rows[np.searchsorted(of_cell, c) : np.searchsorted(of_cell, c, side="right")]
        p[k] = min(1.0, 2 * pools.tail(int(cells.unit[c]), here))
    return p


class Pools:
    """The marks of some units as histograms by rater group: what a cell is drawn from."""

    def __init__(self, view: View, use: Bools, units: Ints) -> None:
        self.view = view
        self.step = 1 / max(view.ballots.n_items, 1)
        self.n_groups = int(view.ballots.group.max(initial=0)) + 1
        wanted = np.zeros(view.ballots.n_units, dtype=bool)
        wanted[units] = True
        rows = np.flatnonzero(use & wanted[view.ballots.unit])
        place = view.ballots.unit[rows] * self.n_groups + view.ballots.group[rows]
        self.values, level = np.unique(view.mark[rows], return_inverse=True)
        cells, count = np.unique(place * len(self.values) + level, return_counts=True)
        self.place, self.level = np.divmod(cells, max(len(self.values), 1))
        self.count = count

    def tail(self, unit: int, rows: Ints) -> float:
        """One-sided p-value of the sum of marks of some rows of a unit."""
        drawn = np.bincount(self.view.ballots.group[rows], minlength=self.n_groups)
        strata = []
        for group in np.flatnonzero(drawn):
            low, high = np.searchsorted(self.place, unit * self.n_groups + group + np.arange(2))
            part = slice(int(low), int(high))
            values = self.values[self.level[part]]
            strata.append(Stratum(values, self.count[part].astype(np.int64), int(drawn[group])))
        return permutation_tail(strata, float(self.view.mark[rows].sum()), step=self.step)
