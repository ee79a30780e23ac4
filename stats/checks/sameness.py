"""Items that a unit's ballots mark too much alike, as a program does that knows no items."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy import stats as distributions

from stats.ballots import Floats, Ints

MIN_BALLOTS = 40
MIN_OTHERS = 10
MIN_ITEMS = 4
LEAST = 5.0
"""Ballots per item that a mark must be expected from; rarer marks are counted with neighbours."""

EDGE = 1e-6
UNKNOWN = 1.0


@dataclass(frozen=True, eq=False)
class Whole:
    """The ballots of some groups that answer every item, as counts that add up.

    Parameters
    ----------
    marks : int array (n_groups, n_items, levels), ballots by group, item and mark
    pairs : int array (n_groups, levels, levels), ``Σ_i c_ik c_il`` over the ballots of a group,
        ``c_ik`` = how often ballot i holds mark k
    """

    marks: Ints
    pairs: Ints

    def __add__(self, other: "Whole") -> "Whole":
        return Whole(self.marks + other.marks, self.pairs + other.pairs)


@dataclass(frozen=True, eq=False)
class Spread:
    """How the items of one group differ.

    Parameters
    ----------
    items : array (n_marks, n_marks), ``Σ_j (S_j - S̄)(S_j - S̄)'`` of the items' counts of marks
    chance : same shape, what this would be on average if every ballot's answers changed places
    tilt : array (n_marks,), change of the expected counts when all opinions shift by one spread
    """

    items: Floats
    chance: Floats
    tilt: Floats


def item_sameness(whole: Whole, *, kin: bool = True) -> Floats:
    """p-values of the items of each group differing as little as they do.

    Parameters
    ----------
    whole : the ballots of all groups
    kin : whether the groups are of one kind, so that the others tell how much items differ; else
        (batches that hold one unit's ballots, or several units') nothing but chance is counted on

    Returns
    -------
    array (n_groups,), 0 … 1; 1 where a group holds fewer than MIN_BALLOTS, a form fewer than
    MIN_ITEMS, or fewer than MIN_OTHERS other groups of the kind tell how much items differ

    Notes
    -----
    ``S_j`` counts the marks of item j. If the items of a ballot could change places, the squares
    and products of the ``S_j`` about their mean would add up to ``M = Σ_i (diag c_i - c_i c_i'/J)``
    on average, exactly: whatever ties the answers of a ballot together is in it. Real items differ
    more: where opinions shift from item to item with spread σ, by ``(J - 1) σ² t t'``, ``t`` the
    change of the counts with the shift under a normal model. σ² is the median over the other
    groups. Then ``tr[(M / (J - 1) + σ² t t')⁻¹ Σ_j (S_j - S̄)(S_j - S̄)']`` is about chi-square
    with ``(J - 1)(K - 1)`` degrees of freedom, of which the lower tail is taken. Only quotas push a
    group far below it: where people stand behind items that are all alike, M remains.
    """
    n, items = whole.marks.shape[:2]
    p = np.full(n, UNKNOWN)
    held = whole.marks.sum(axis=(1, 2)) / max(items, 1)
    large = np.flatnonzero(held >= MIN_BALLOTS)
    if items < MIN_ITEMS or (kin and len(large) <= MIN_OTHERS):
        return p
    spreads = [_spread(whole.marks[k], whole.pairs[k]) for k in large]
    shifts = np.array([_shift(spread, items) if kin else 0.0 for spread in spreads])
    for place, k in enumerate(large):
        shift = float(np.median(np.delete(shifts, place))) if kin else 0.0
        p[k] = _lower_tail(spreads[place], max(shift, 0.0), items)
    return p


def _spread(marks: Ints, pairs: Ints) -> Spread:
    counts, both = _merged(marks.astype(np.float64), pairs.astype(np.float64))
    items, total = len(counts), float(counts[0].sum())
    apart = counts - counts.mean(axis=0)
    chance = np.diag(counts.sum(axis=0)) - both / items
    edges = np.clip(np.cumsum(counts.mean(axis=0) / total)[:-1], EDGE, 1 - EDGE)
    density = np.exp(-(special.ndtri(edges) ** 2) / 2) / np.sqrt(2 * np.pi)
    tilt = total * -np.diff(np.concatenate([[0.0], density, [0.0]]))
    return Spread(apart.T @ apart, chance, tilt)


def _merged(counts: Floats, pairs: Floats) -> tuple[Floats, Floats]:
    """Marks rarer than LEAST per item counted with the rarer neighbour; two remain."""
    while counts.shape[1] > 2:
        size = counts.mean(axis=0)
        k = int(size.argmin())
        if size[k] >= LEAST:
            break
        around = [other for other in (k - 1, k + 1) if 0 <= other < len(size)]
        first = min(k, min(around, key=lambda other: float(size[other])))
        join = _joined(len(size), first)
        counts, pairs = counts @ join, join.T @ pairs @ join
    return counts, pairs


def _joined(n: int, first: int) -> Floats:
    """The matrix (n, n - 1) that adds column ``first + 1`` to column ``first``."""
    column = np.arange(n)
    return np.eye(n - 1)[np.where(column > first, column - 1, column)]


def _shift(spread: Spread, items: int) -> float:
    """The variance σ² that the items' opinions show beyond chance, by the efficient score."""
    score = np.linalg.pinv(spread.chance) @ spread.tilt
    information = max(float(spread.tilt @ score), 1e-12)
    seen = float(score @ spread.items @ score) / (items - 1)
    chance = float(score @ spread.chance @ score) / (items - 1)
    # The median of a chi-square lies below its mean: medians of groups must not.
    usual = (items - 1) / float(distributions.chi2.median(items - 1))
    return (usual * seen - chance) / information**2


def _lower_tail(spread: Spread, shift: float, items: int) -> float:
    expected = spread.chance / (items - 1) + shift * np.outer(spread.tilt, spread.tilt)
    # Marks add up to the ballots: one of them follows from the others.
    inner, seen = expected[:-1, :-1], spread.items[:-1, :-1]
    if np.linalg.matrix_rank(inner) < len(inner):
        return UNKNOWN
    freedom = (items - 1) * len(inner)
    return float(special.chdtr(freedom, float(np.trace(np.linalg.solve(inner, seen)))))
