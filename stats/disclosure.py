"""Small cells: which breakdowns may be shown without showing what one person said.

Three things can give a person away: a group so small that its members know each other's marks by
subtraction, a table whose totals let a hidden cell be reckoned, and a group that was unanimous.
Groups are merged until none is small; linear programming then proves what a reader can still infer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SMALLEST_FOR_MEAN = 5
SMALLEST_FOR_DISTRIBUTION = 10


@dataclass(frozen=True, slots=True)
class Merging:
    """Which groups are shown together.

    Attributes
    ----------
    part : int array of shape (n_groups,), code of the part each group belongs to; -1 shown nowhere
    size : int array of shape (n_parts,), raters of each part, all >= the minimum
    shown : whether anything may be shown at all
    """

    part: Ints
    size: Ints
    shown: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """What a reader of the published figures can infer.

    Attributes
    ----------
    low, high : arrays of shape (n_wanted,), tightest limits of each hidden quantity
    exposed : bool array of shape (n_wanted,), limits closer than the protection asked for
    consistent : whether any hidden table fits the published figures
    """

    low: Floats
    high: Floats
    exposed: Flags
    consistent: bool


def merge_small_groups(sizes: ArrayLike, *, minimum: int = SMALLEST_FOR_MEAN) -> Merging:
    """Merge groups of raters until each part has enough of them.

    Parameters
    ----------
    sizes : array of shape (n_groups,), raters of each group who marked the unit
    minimum : fewest raters of a part

    Notes
    -----
    The smallest part is merged with the next smallest until none is below the minimum. Every
    published part and every difference of published sums is then a union of parts, so no
    complement is smaller than the minimum. Groups without raters belong to no part.

    Examples
    --------
    >>> merge_small_groups([12, 3, 0, 4]).part.tolist()
    [1, 0, -1, 0]
    """
    n = np.asarray(sizes, dtype=np.int64)
    if (n < 0).any():
        raise ValueError("sizes must not be negative")
    parts = [[group] for group in range(n.size) if n[group] > 0]
    while len(parts) > 1:
        parts.sort(key=lambda part: (int(n[part].sum()), part))
        if n[parts[0]].sum() >= minimum:
            break
        parts = [sorted(parts[0] + parts[1]), *parts[2:]]
    shown = bool(parts) and int(n[parts[0]].sum()) >= minimum
    part = np.full(n.size, -1, dtype=np.int64)
    if shown:
        for code, groups in enumerate(parts):
            part[groups] = code
    size = [int(n[groups].sum()) for groups in parts] if shown else []
    return Merging(part, np.array(size, dtype=np.int64), shown)


def unanimous(counts: ArrayLike) -> Flags:
    """Whether all raters of a group gave the same mark: their opinions are then known.

    Parameters
    ----------
    counts : array of shape (..., n_levels)
    """
    table = np.asarray(counts, dtype=np.float64)
    return np.asarray((table.max(axis=-1) == table.sum(axis=-1)) & (table.sum(axis=-1) > 0))


def may_show_distribution(counts: ArrayLike) -> Flags:
    """Whether the full distribution of marks may be shown, not only its mean.

    Parameters
    ----------
    counts : array of shape (..., n_levels)

    Notes
    -----
    At least ten raters, and not all of one mind.
    """
    table = np.asarray(counts, dtype=np.float64)
    return np.asarray((table.sum(axis=-1) >= SMALLEST_FOR_DISTRIBUTION) & ~unanimous(table))


def audit(
    published: ArrayLike,
    figures: ArrayLike,
    wanted: ArrayLike,
    *,
    protection: float = 1.0,
    tolerance: ArrayLike = 0.0,
) -> Audit:
    """Tightest limits of hidden quantities, by linear programming.

    Parameters
    ----------
    published : array of shape (n_figures, n_cells), each figure as a sum over hidden cells
    figures : array of shape (n_figures,), as published
    wanted : array of shape (n_wanted, n_cells), what must stay hidden, as sums over cells
    protection : least distance of the limits
    tolerance : half of the last digit published, for each figure or for all

    Notes
    -----
    Cells are not negative. For each wanted quantity its minimum and maximum over all hidden tables
    that give the published figures.

    References
    ----------
    Fischetti, M., & Salazar, J. J. (2001). Solving the cell suppression problem on tabular data
    with linear constraints. Management Science 47, 1008-1027.
    https://doi.org/10.1287/mnsc.47.7.1008.9805
    """
    matrix = np.atleast_2d(np.asarray(published, dtype=np.float64))
    values = np.asarray(figures, dtype=np.float64)
    goals = np.atleast_2d(np.asarray(wanted, dtype=np.float64))
    if matrix.shape != (values.size, goals.shape[1]):
        raise ValueError(f"published {matrix.shape}, figures {values.shape}, wanted {goals.shape}")
    slack = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), values.shape)
    low, high = np.full(len(goals), np.nan), np.full(len(goals), np.nan)
    for k, goal in enumerate(goals):
        low[k] = _extreme(goal, matrix, values, slack)
        high[k] = -_extreme(-goal, matrix, values, slack)
    consistent = bool(not np.isnan(low).any())
    with np.errstate(invalid="ignore"):
        exposed = high - low < protection - 1e-9
    return Audit(low, high, np.asarray(exposed & np.isfinite(low)), consistent)


def audit_breakdown(
    counts: ArrayLike,
    merging: Merging,
    *,
    levels: ArrayLike,
    distributions: bool = False,
    minimum: int = SMALLEST_FOR_MEAN,
) -> Audit:
    """Audit a breakdown by merged groups: can the sum of a small group's marks be reckoned?

    Parameters
    ----------
    counts : array of shape (n_groups, n_levels), the hidden table
    merging : parts that are published
    levels : array of shape (n_levels,), marks
    distributions : publish counts per level of each part, not only its mean
    minimum : groups below this size must stay hidden

    Returns
    -------
    Audit of the sums of marks of the groups with 1..minimum - 1 raters, in their order

    Notes
    -----
    Turnout is public: the number of raters of each group is taken as known. With each part its sum
    of marks, or its distribution, and the total over all groups are published.
    """
    table = np.asarray(counts, dtype=np.float64)
    marks = np.asarray(levels, dtype=np.float64)
    groups, n_levels = table.shape
    rows = list(np.kron(np.eye(groups), np.ones(n_levels)))
    codes = np.unique(merging.part[merging.part >= 0])
    parts = [(merging.part == code).astype(np.float64) for code in codes]
    total = np.ones(groups)
    figures = [np.eye(n_levels)] if distributions else [marks[None, :]]
    for part in [*parts, *([total] if merging.shown else [])]:
        rows.extend(np.kron(part, figure) for block in figures for figure in block)
    matrix = np.array(rows)
    size = table.sum(axis=1)
    small = np.flatnonzero((size > 0) & (size < minimum))
    wanted = np.array([np.kron(np.eye(groups)[group], marks) for group in small])
    if not small.size:
        nothing = np.zeros(0)
        return Audit(nothing, nothing, np.zeros(0, dtype=np.bool_), consistent=True)
    return audit(matrix, matrix @ table.ravel(), wanted)


def exposed_groups(counts: ArrayLike, merging: Merging, levels: Sequence[float]) -> Ints:
    """Groups that a breakdown gives away: too small and reckonable, or part of a unanimous part.

    Parameters
    ----------
    counts : array of shape (n_groups, n_levels)
    merging : parts that are published
    levels : marks
    """
    table = np.asarray(counts, dtype=np.float64)
    size = table.sum(axis=1)
    small = np.flatnonzero((size > 0) & (size < SMALLEST_FOR_MEAN))
    found = set(small[audit_breakdown(table, merging, levels=levels).exposed].tolist())
    for code in np.unique(merging.part[merging.part >= 0]):
        own = merging.part == code
        if unanimous(table[own].sum(axis=0)):
            found.update(np.flatnonzero(own).tolist())
    return np.array(sorted(found), dtype=np.int64)


def _extreme(goal: Floats, matrix: Floats, values: Floats, slack: Floats) -> float:
    exact = slack == 0
    bounded = np.concatenate([matrix[~exact], -matrix[~exact]])
    limits = np.concatenate([(values + slack)[~exact], (slack - values)[~exact]])
    found = linprog(
        goal,
        A_ub=bounded if len(bounded) else None,
        b_ub=limits if len(bounded) else None,
        A_eq=matrix[exact] if exact.any() else None,
        b_eq=values[exact] if exact.any() else None,
        bounds=(0, None),
        method="highs",
    )
    if found.status == 3:
        return float("-inf")
    return float(found.fun) if found.fun is not None else float("nan")
