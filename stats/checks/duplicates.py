"""Family 5: ballots for one unit that came together and carry the same answers."""

from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints
from stats.checks.contexts import Context, contexts
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


def stuffing(view: View, *, level: float) -> tuple[list[Finding], list[NotRun]]:
    """Clusters of equal or nearly equal ballots beyond what the unit's own answers explain."""
    doors = list(contexts(view.ballots))
    if not doors:
        return [], [NotRun(CHECK, "no_column", {"columns": ("net", "dev", "tb", "batch")})]
    if view.ballots.n_items < 3:
        return [], [NotRun(CHECK, "too_few_items", {"items": view.ballots.n_items, "needed": 3})]
    use = view.rated
    items: list[int | None] = [None, *range(view.ballots.n_items)]
    all_clusters = [clusters for item in items for clusters in _clusters(view, doors, use, item)]
    p = np.concatenate([c.pvalue for c in all_clusters])
    tests = sum(c.tests for c in all_clusters)
    if not tests:
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_ALIKE})]
    q = weighted_q(p, tests=tests)
    return _findings(view, all_clusters, q, level), []


def _clusters(view: View, doors: list[Context], use: Bools, item: int | None) -> list[Clusters]:
    ballots = view.ballots
    place = ballots.unit * (int(ballots.group.max(initial=0)) + 1) + ballots.group
    place = np.unique(place, return_inverse=True)[1].astype(np.int64)
    code = view.code if item is None else packed(ballots, without=item)
    pattern = _joined(place, code)
    return [_in_context(view, door, use, (place, pattern, item)) for door in doors]


def _joined(a: Ints, b: Ints) -> Ints:
    """Dense labels of pairs."""
    dense = np.unique(b, return_inverse=True)[1].astype(np.int64)
    pair = a * (int(dense.max(initial=0)) + 1) + dense
    return np.unique(pair, return_inverse=True)[1].astype(np.int64)


def _in_context(
    view: View, door: Context, use: Bools, patterns: tuple[Ints, Ints, int | None]
) -> Clusters:
    place, pattern, item = patterns
    label = door.labels[view.ballots.ballot]
    inside = np.flatnonzero(use & (label >= 0))
    total = np.bincount(place[inside])
    holders = np.bincount(pattern[inside])
    cell = _joined(place[inside], label[inside])
    size = np.bincount(cell)
    triple, first, alike = np.unique(
        _joined(cell, pattern[inside]), return_index=True, return_counts=True
    )
    del triple
    keep = alike >= MIN_ALIKE
    row = inside[first[keep]]
    cell_size = size[cell[first[keep]]]
    label_size = np.bincount(label[inside])[label[row]]
    place_total = total[place[row]]
    outside = np.maximum(len(inside) - place_total, 1)
    expected = (label_size - cell_size) * (place_total - cell_size) / outside
    return Clusters(
        context=door,
        left_out=item,
        alike=alike[keep].astype(np.int64),
        size=cell_size,
        holders=holders[pattern[row]],
        total=place_total,
        first=row,
        expected=expected,
        tests=_hypotheses(place[inside], pattern[inside], cell),
    )


def _hypotheses(place: Ints, pattern: Ints, cell: Ints) -> int:
    """Pairs of cell and pattern that could have reached the minimum: fixed by the margins."""

    def large(labels: Ints) -> Ints:
        n = int(place.max(initial=0)) + 1
        first, counts = np.unique(labels, return_index=True, return_counts=True)[1:]
        return np.bincount(place[first[counts >= MIN_ALIKE]], minlength=n)

    return int(np.dot(large(pattern), large(cell)))


def _findings(view: View, clusters: list[Clusters], q: Floats, level: float) -> list[Finding]:
    offsets = np.cumsum([0] + [len(c.alike) for c in clusters])
    order = [k for k in np.argsort(q, kind="stable") if q[k] <= level]
    taken = np.zeros(view.ballots.n_ballots, dtype=bool)
    found: list[Finding] = []
    for k in order:
        which = int(np.searchsorted(offsets, k, side="right")) - 1
        finding = _finding(view, clusters[which], int(k - offsets[which]), float(q[k]))
        if finding is None or np.mean(taken[finding.ballots]) > 0.5:
            continue
        taken[finding.ballots] = True
        found.append(finding)
    return found


def _finding(view: View, c: Clusters, k: int, q: float) -> Finding | None:
    ballots = view.ballots
    row = int(c.first[k])
    unit, label = int(ballots.unit[row]), int(c.context.labels[ballots.ballot[row]])
    size, expected = int(c.size[k]), float(c.expected[k])
    excess = size / max(expected, 0.5)
    usual = (c.holders[k] - c.alike[k]) / max(c.total[k] - size, 1)
    if excess < MIN_EXCESS:
        return None
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
    return rows[differs <= view.ballots.n_items // 4]
