"""Family 5: ballots for one unit that came together and carry the same answers."""

from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from stats.ballots import Floats, Ints
from stats.checks.contexts import Context
from stats.checks.harm import harm_of
from stats.checks.view import View, packed
from stats.findings import Finding, NotRun
from stats.permutation.discovery import weighted_q

MIN_ALIKE = 8
MIN_EXCESS = 3.0
CHECK = "stuffing"


@dataclass(frozen=True, eq=False)
class Clusters:
    """Equal patterns of answers inside cells of one context.

    ``alike`` of the cell's ``size`` ballots carry a pattern that ``holders`` of the unit's
    ``total`` ballots carry; ``first`` is one of their rows.
    """

    context: Context
    left_out: int | None
    alike: Ints
    size: Ints
    holders: Ints
    total: Ints
    first: Ints
    expected: Floats
    tests: int

    @property
    def pvalue(self) -> Floats:
        """Hypergeometric tails: exact under exchange of the unit's ballots among contexts."""
        return np.asarray(
            distributions.hypergeom.sf(self.alike - 1, self.total, self.holders, self.size),
            dtype=np.float64,
        )


def stuffing(
    view: View, doors: list[Context], *, level: float
) -> tuple[list[Finding], list[NotRun]]:
    """Clusters of equal or nearly equal ballots beyond what the unit's own answers explain.

    Only cells that hold three times the ballots expected of them are looked into: how many came
    through a door does not depend on what they say, so the tests stay exact.
    """
    if not doors:
        return [], [NotRun(CHECK, "no_column", {"columns": ("net", "dev", "tb", "batch")})]
    if view.ballots.n_items < 3:
        return [], [NotRun(CHECK, "too_few_items", {"items": view.ballots.n_items, "needed": 3})]
    place = _places(view)
    cells = [_full_cells(view, door, place) for door in doors]
    cells = [cell for cell in cells if len(cell.rows)]
    items: list[int | None] = [None, *range(view.ballots.n_items)] if cells else []
    by_item = ((item, _patterns(view, place, item)) for item in items)
    clusters = [_clusters(cell, patterns, item) for item, patterns in by_item for cell in cells]
    tests = sum(c.tests for c in clusters)
    if not tests:
        return [], []
    q = weighted_q(np.concatenate([c.pvalue for c in clusters]), tests=tests)
    return _findings(view, clusters, q, level), []


def _places(view: View) -> Ints:
    """Unit and rater group of every row as one label."""
    ballots = view.ballots
    place = ballots.unit * (int(ballots.group.max(initial=0)) + 1) + ballots.group
    return np.asarray(np.unique(place, return_inverse=True)[1].astype(np.int64), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class FullCells:
    """Rows of the cells that hold far more than expected, by cell.

    ``rows`` with their ``cell``; per cell ``size`` and ``expected``; ``total`` rows of each place.
    ``inside`` are all rows with a label.
    """

    context: Context
    rows: Ints
    cell: Ints
    size: Ints
    expected: Floats
    total: Ints
    place: Ints
    inside: Ints


def _full_cells(view: View, door: Context, place: Ints) -> FullCells:
    label = door.labels[view.ballots.ballot]
    inside = np.flatnonzero(view.rated & (label >= 0))
    total = np.bincount(place[inside], minlength=int(place.max(initial=0)) + 1)
    of_label = np.bincount(label[inside], minlength=len(door.parts))
    key = place[inside] * max(len(door.parts), 1) + label[inside]
    keys, cell, size = np.unique(key, return_inverse=True, return_counts=True)
    of_place, of_door = keys // max(len(door.parts), 1), keys % max(len(door.parts), 1)
    outside = np.maximum(len(inside) - total[of_place], 1)
    expected = (of_label[of_door] - size) * (total[of_place] - size) / outside
    full = (size >= MIN_ALIKE) & (size >= MIN_EXCESS * np.maximum(expected, 0.5))
    chosen = full[cell]
    renamed = np.cumsum(full) - 1
    return FullCells(
        context=door,
        rows=inside[chosen],
        cell=renamed[cell[chosen]].astype(np.int64),
        size=size[full].astype(np.int64),
        expected=expected[full],
        total=total.astype(np.int64),
        place=place,
        inside=inside,
    )


def _patterns(view: View, place: Ints, item: int | None) -> Ints:
    """Label of every row's place and answers together."""
    code = view.code if item is None else packed(view.ballots, without=item)
    span = int(code.max(initial=0)) + 1
    if span > np.iinfo(np.int64).max // (int(place.max(initial=0)) + 1):
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
        span = int(code.max(initial=0)) + 1
    return np.asarray(
        np.unique(place * span + code, return_inverse=True)[1].astype(np.int64), dtype=np.int64
    )


def _clusters(cells: FullCells, pattern: Ints, item: int | None) -> Clusters:
    holders = np.bincount(pattern[cells.inside], minlength=int(pattern.max()) + 1)
    mine = pattern[cells.rows]
    key = cells.cell * len(holders) + mine
    _, first, alike = np.unique(key, return_index=True, return_counts=True)
    keep = alike >= MIN_ALIKE
    row, cell = cells.rows[first[keep]], cells.cell[first[keep]]
    return Clusters(
        context=cells.context,
        left_out=item,
        alike=alike[keep].astype(np.int64),
        size=cells.size[cell],
        holders=holders[pattern[row]].astype(np.int64),
        total=cells.total[cells.place[row]],
        first=row,
        expected=cells.expected[cell],
        tests=_hypotheses(cells, holders, pattern),
    )


def _hypotheses(cells: FullCells, holders: Ints, pattern: Ints) -> int:
    """Pairs of cell and pattern that could have reached the minimum: fixed by the margins."""
    n = len(cells.total)
    one_row = np.zeros(len(holders), dtype=np.int64)
    one_row[pattern] = cells.place
    common = np.bincount(one_row[holders >= MIN_ALIKE], minlength=n)
    place_of_cell = np.zeros(len(cells.size), dtype=np.int64)
    place_of_cell[cells.cell] = cells.place[cells.rows]
    return int(np.dot(common, np.bincount(place_of_cell, minlength=n)))


def _findings(view: View, clusters: list[Clusters], q: Floats, level: float) -> list[Finding]:
    offsets = np.cumsum([0] + [len(c.alike) for c in clusters])
    order = [k for k in np.argsort(q, kind="stable") if q[k] <= level]
    taken = np.zeros(view.ballots.n_ballots, dtype=bool)
    found: list[Finding] = []
    seen: set[tuple[str, int, int]] = set()
    for k in order:
        which = int(np.searchsorted(offsets, k, side="right")) - 1
        cell = _cell_of(view, clusters[which], int(k - offsets[which]))
        if cell in seen:
            continue
        seen.add(cell)
        finding = _finding(view, clusters[which], int(k - offsets[which]), float(q[k]))
        if np.mean(taken[finding.ballots]) > 0.5:
            continue
        taken[finding.ballots] = True
        found.append(finding)
    return found


def _cell_of(view: View, c: Clusters, k: int) -> tuple[str, int, int]:
    """Which cell a cluster lies in: its clearest pattern speaks for it."""
    row = int(c.first[k])
    place = int(view.ballots.unit[row]) * (int(view.ballots.group.max()) + 1)
    label = int(c.context.labels[view.ballots.ballot[row]])
    return c.context.name, label, place + int(view.ballots.group[row])


def _finding(view: View, c: Clusters, k: int, q: float) -> Finding:
    ballots = view.ballots
    row = int(c.first[k])
    unit, label = int(ballots.unit[row]), int(c.context.labels[ballots.ballot[row]])
    size, expected = int(c.size[k]), float(c.expected[k])
    excess = size / max(expected, 0.5)
    usual = (c.holders[k] - c.alike[k]) / max(c.total[k] - size, 1)
    rows = np.flatnonzero(
        view.rated
        & (ballots.unit == unit)
        & (ballots.group == ballots.group[row])
        & (c.context.labels[ballots.ballot] == label)
    )
    chosen = _members(view, rows, row, expected)
    members = np.unique(ballots.ballot[chosen])
    rest = view.sums[unit] - view.mark[chosen].sum()
    lifted = view.mark[chosen].mean() >= rest / max(view.counts[unit] - len(chosen), 1)
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(unit,) if lifted else (),
        units_sunk=() if lifted else (unit,),
        homes=(),
        context=c.context.describe(label),
        ballots=members,
        statistic=float(c.alike[k]),
        pvalue=float(c.pvalue[k]),
        qvalue=q,
        effect=float((c.alike[k] / size) / max(usual, 1 / max(c.total[k] - size, 1))),
        harm=harm_of(view, members, (unit,)),
        facts={
            "n": size,
            "alike": int(c.alike[k]),
            "alike_elsewhere": int(c.holders[k] - c.alike[k]),
            "n_elsewhere": int(c.total[k] - size),
            "expected": expected,
            "excess": excess,
            "left_out": -1 if c.left_out is None else c.left_out + 1,
            "answers": tuple(int(a) for a in ballots.answers[row]),
        },
    )


def _members(view: View, rows: Ints, template: int, expected: float) -> Ints:
    """Rows close to the template, or the whole cell where hardly any honest row is expected."""
    if expected < 0.1 * len(rows):
        return rows
    answers = view.ballots.answers
    differs = (answers[rows] != answers[template]).sum(axis=1)
    return np.asarray(rows[differs <= view.ballots.n_items // 4], dtype=np.int64)
