"""Family 5: ballots for one unit that came together and carry the same answers."""

from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints
from stats.checks.contexts import Context
from stats.checks.harm import harm_of
from stats.checks.pieces import Piece, Pieces
from stats.checks.view import View, packed
from stats.findings import Finding, NotRun
from stats.labels import distinct, first_places
from stats.ledger import enter
from stats.permutation.discovery import weighted_q

MIN_ALIKE = 8
MIN_EXCESS = 3.0
CHECK = "stuffing"


@dataclass(frozen=True, eq=False)
class Clusters:
    """Equal patterns of answers inside cells of one context.

    ``alike`` of the cell's ``size`` ballots carry a pattern that ``holders`` of the unit's
    ``total`` ballots carry; ``first`` is one of their rows; ``pvalue`` the hypergeometric tail,
    exact under exchange of the unit's ballots among contexts.
    """

    context: Context
    left_out: int | None
    alike: Ints
    size: Ints
    holders: Ints
    total: Ints
    first: Ints
    expected: Floats
    pvalue: Floats
    tests: int


def stuffing(pieces: Pieces, *, level: float) -> tuple[list[Finding], list[NotRun]]:
    """Clusters of equal or nearly equal ballots beyond what the unit's own answers explain.

    Only cells that hold three times the ballots expected of them are looked into: how many came
    through a door does not depend on what they say, so the tests stay exact.
    """
    if not pieces.doors:
        return [], [NotRun(CHECK, "no_column", {"columns": ("net", "dev", "tb", "batch")})]
    n_items = pieces.view.ballots.n_items
    if n_items < 3:
        return [], [NotRun(CHECK, "too_few_items", {"items": n_items, "needed": 3})]
    clusters = pieces.apply(piece_clusters)
    told = pieces.work.fetch(pieces.work.apply(cluster_pvalues, clusters))
    tests = sum(n for _, n in told)
    if not tests:
        return [], []
    pvalues = np.concatenate([p for p, _ in told])
    q = weighted_q(pvalues, tests=tests)
    enter(CHECK, q)
    parts = np.split(q, np.cumsum([len(p) for p, _ in told])[:-1])
    reached = [k for k, part in enumerate(parts) if len(part) and part.min() <= level]
    found = pieces.findings(
        reached,
        cluster_findings,
        [clusters[k] for k in reached],
        [parts[k] for k in reached],
        [level] * len(reached),
    )
    return found, []


def piece_clusters(piece: Piece) -> list[Clusters]:
    """Equal patterns in the full cells of a piece: exact ones, then all items but one."""
    view = piece.view
    place = _places(view)
    cells = [_full_cells(view, door, place) for door in piece.doors]
    cells = [cell for cell in cells if len(cell.rows)]
    if not cells:
        return []
    # Only units with a full cell matter: a pattern's holders are counted within the unit.
    concerned = np.zeros(int(place.max()) + 1, dtype=bool)
    for cell in cells:
        concerned[place[cell.rows]] = True
    rows = np.flatnonzero(view.rated & concerned[place])
    clusters = []
    for item in [None, *range(view.ballots.n_items)]:
        pattern = _patterns(view, place, rows, item)
        clusters += [_clusters(cell, pattern, item) for cell in cells]
    return clusters


def cluster_pvalues(clusters: list[Clusters]) -> tuple[Floats, int]:
    """p-values of a piece's clusters, and how many there could have been."""
    p = [c.pvalue for c in clusters]
    return (np.concatenate(p) if p else np.zeros(0)), sum(c.tests for c in clusters)


def _places(view: View) -> Ints:
    """Unit and rater group of every row as one label."""
    ballots = view.ballots
    place = ballots.unit * (int(ballots.group.max(initial=0)) + 1) + ballots.group
    return distinct(place)[1]


@dataclass(frozen=True, eq=False)
class FullCells:
    """Rows of the cells that hold far more than expected, by cell.

    ``rows`` with their ``cell``; per cell ``size`` and ``expected``; ``total`` rows with a label of
    each place; ``labelled`` whether a row has one.
    """

    context: Context
    rows: Ints
    cell: Ints
    size: Ints
    expected: Floats
    total: Ints
    place: Ints
    labelled: Bools


def _full_cells(view: View, door: Context, place: Ints) -> FullCells:
    label = door.labels[view.ballots.ballot]
    inside = np.flatnonzero(view.rated & (label >= 0))
    total = np.bincount(place[inside], minlength=int(place.max(initial=0)) + 1)
    keys, cell = distinct(place[inside] * max(len(door.parts), 1) + label[inside])
    size = np.bincount(cell, minlength=len(keys))
    of_place, of_door = keys // max(len(door.parts), 1), keys % max(len(door.parts), 1)
    outside = np.maximum(door.n_labelled - total[of_place], 1)
    expected = (door.held[of_door] - size) * (total[of_place] - size) / outside
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
        labelled=label >= 0,
    )


def _patterns(view: View, place: Ints, rows: Ints, item: int | None) -> Ints:
    """Label of place and answers together of some rows, -1 for the others."""
    code = view.code[rows] if item is None else packed(view.ballots, without=item, rows=rows)
    found, code = distinct(code)
    result = np.full(len(place), -1, dtype=np.int64)
    result[rows] = distinct(place[rows] * max(len(found), 1) + code)[1]
    return result


def _clusters(cells: FullCells, pattern: Ints, item: int | None) -> Clusters:
    held = pattern[cells.labelled & (pattern >= 0)]
    holders = np.bincount(held, minlength=int(pattern.max()) + 1)
    mine = pattern[cells.rows]
    keys, which = distinct(cells.cell * len(holders) + mine)
    first, alike = first_places(which, len(keys)), np.bincount(which, minlength=len(keys))
    keep = alike >= MIN_ALIKE
    row, cell = cells.rows[first[keep]], cells.cell[first[keep]]
    alike, size = alike[keep].astype(np.int64), cells.size[cell]
    of_pattern = holders[pattern[row]].astype(np.int64)
    total = cells.total[cells.place[row]]
    return Clusters(
        context=cells.context,
        left_out=item,
        alike=alike,
        size=size,
        holders=of_pattern,
        total=total,
        first=row,
        expected=cells.expected[cell],
        pvalue=_tails(alike, size, of_pattern, total),
        tests=_hypotheses(cells, holders, pattern),
    )


def _tails(alike: Ints, size: Ints, holders: Ints, total: Ints) -> Floats:
    """Chance of as many alike; 1 within one standard error of the mean, which no level passes."""
    p = np.ones(len(alike))
    share = holders / total
    spread = np.sqrt(size * share * (1 - share) * (total - size) / np.maximum(total - 1, 1))
    more = np.flatnonzero(alike > size * share + spread)
    p[more] = distributions.hypergeom.sf(alike[more] - 1, total[more], holders[more], size[more])
    return p


def _hypotheses(cells: FullCells, holders: Ints, pattern: Ints) -> int:
    """Pairs of cell and pattern that could have reached the minimum: fixed by the margins."""
    n = len(cells.total)
    one_row = np.zeros(len(holders), dtype=np.int64)
    known = np.flatnonzero(pattern >= 0)
    one_row[pattern[known]] = cells.place[known]
    common = np.bincount(one_row[holders >= MIN_ALIKE], minlength=n)
    place_of_cell = np.zeros(len(cells.size), dtype=np.int64)
    place_of_cell[cells.cell] = cells.place[cells.rows]
    return int(np.dot(common, np.bincount(place_of_cell, minlength=n)))


def cluster_findings(
    piece: Piece, clusters: list[Clusters], q: Floats, level: float
) -> list[Finding]:
    """Findings about the clusters that pass, the clearest of each cell."""
    view = piece.view
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
