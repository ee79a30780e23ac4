"""Family 6: the ballots of one context mark a unit otherwise than its other ballots do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints
from stats.checks.cells import Cells, cells_of, shift_pvalues
from stats.checks.contexts import Context
from stats.checks.harm import harm_of
from stats.checks.pieces import Piece, Pieces
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.discovery import weighted_q

MIN_CELL = 4
MIN_OTHERS = 8
MIN_SHIFT = 0.3
CROWD = 8
CROWD_WEIGHT = 30.0
DOOR_WEIGHT = {"batch": 4.0, "window": 0.25}
"""Who got which codes is decided by people; two hours of the day are only a grid."""

ROUNDS = 12
BANDS = (0.05, 0.15, 0.3, 0.5, 0.75)

CHECK = "context_shift"


@dataclass(frozen=True, eq=False)
class Tested:
    """Cells of one context that are large enough, with their p-values."""

    cells: Cells
    index: Ints
    pvalue: Floats
    weight: Floats


def shift_tests(view: View, doors: Sequence[Context]) -> list[Tested]:
    """Test the cells of every context."""
    return [_tested(view, door, view.rated) for door in doors]


def piece_tests(piece: Piece) -> list[Tested]:
    """Test the cells of every context in a piece."""
    return shift_tests(piece.view, piece.with_crowds)


def weighted_pvalues(tests: list[Tested]) -> tuple[Floats, Floats]:
    """All p-values of a piece and their weights."""
    if not tests:
        return np.zeros(0), np.zeros(0)
    return np.concatenate([t.pvalue for t in tests]), np.concatenate([t.weight for t in tests])


def context_shifts(
    pieces: Pieces, tests: Sequence[Any], *, level: float
) -> tuple[list[Finding], list[NotRun]]:
    """Cells whose marks are shifted beyond what exchanging the unit's ballots gives.

    Cells where far more ballots came together than elsewhere get more of the budget: how many
    came is fixed under the permutation of their marks, so the weights are too.

    Parameters
    ----------
    pieces : the campaign
    tests : what `piece_tests` found, wherever it is kept
    level : the family's budget
    """
    if not pieces.doors:
        return [], [NotRun(CHECK, "no_column", {"columns": ("net", "dev", "tb", "batch")})]
    told = pieces.work.fetch(pieces.work.apply(weighted_pvalues, tests))
    weights = np.concatenate([w for _, w in told])
    if not len(weights):
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_CELL})]
    scale = float(weights.mean())
    pvalues = np.concatenate([p for p, _ in told])
    q = weighted_q(pvalues, weights / scale)
    enter(CHECK, q, pvalues)
    passed = q <= level
    if not passed.any():
        return [], []
    weighted = np.concatenate([p / w for p, w in told])
    critical = float(weighted[passed].max())
    reached = [k for k, (p, w) in enumerate(told) if len(p) and (p / w).min() <= critical]
    found = pieces.findings(
        reached, step_down, [tests[k] for k in reached], [critical] * len(reached)
    )
    return [replace(f, qvalue=_q_near(f.qvalue, weighted, q)) for f in found], []


def _tested(view: View, door: Context, use: Bools) -> Tested:
    cells = cells_of(view, door, use)
    index = np.flatnonzero((cells.size >= MIN_CELL) & (cells.others >= MIN_OTHERS))
    chance = distributions.poisson.sf(cells.size[index] - 1, np.maximum(cells.expected[index], 0.5))
    crowd = (chance < 1e-4) & (cells.size[index] >= CROWD)
    weight = np.where(crowd, CROWD_WEIGHT, 1.0) * DOOR_WEIGHT.get(door.name, 1.0)
    pvalue = shift_pvalues(view, cells, use, index)
    # Ten million ballots lie in as many cells of devices: only those tested are kept.
    return Tested(cells.only(index), np.arange(len(index)), pvalue, weight)


def step_down(piece: Piece, tests: list[Tested], critical: float) -> list[Finding]:
    """Name the clearest cell of each unit, set its ballots aside, look at the unit again.

    Without that, the honest ballots of an attacked unit look shifted against the attackers'.

    Parameters
    ----------
    piece : some units
    tests : their cells
    critical : largest p-value over weight that is still named

    Returns
    -------
    findings whose ``qvalue`` is still the p-value over its weight
    """
    view = piece.view
    use = view.rated.copy()
    found: list[Finding] = []
    for _ in range(ROUNDS):
        best = _best_per_unit(tests, critical)
        if not best:
            break
        for t, k in best.values():
            finding = _finding(view, tests[t], k, use)
            found.append(finding)
            use[np.isin(view.ballots.ballot, finding.ballots)] = False
        again = np.isin(view.ballots.unit, list(best))
        tests = [_tested(view, t.cells.context, use & again) for t in tests]
    return found


def _best_per_unit(tests: list[Tested], critical: float) -> dict[int, tuple[int, int]]:
    best: dict[int, tuple[float, int, int]] = {}
    for t, tested in enumerate(tests):
        clear = (tested.pvalue / tested.weight <= critical) & (
            np.abs(tested.cells.shift[tested.index]) >= MIN_SHIFT
        )
        for k in np.flatnonzero(clear):
            unit = int(tested.cells.unit[tested.index[k]])
            rank = float(tested.pvalue[k] / tested.weight[k])
            if unit not in best or rank < best[unit][0]:
                best[unit] = (rank, t, int(k))
    return {unit: (t, k) for unit, (_, t, k) in sorted(best.items())}


def _finding(view: View, tested: Tested, k: int, use: Bools) -> Finding:
    cells, cell = tested.cells, int(tested.index[k])
    unit = int(cells.unit[cell])
    rows = cells.rows(cell)
    shift = float(cells.shift[cell])
    rest = np.flatnonzero(use & (view.ballots.unit == unit) & (cells.cell_of_row != cell))
    chosen = implicated(view, rows, rest, float(cells.expected[cell]), shift > 0)
    ballots = np.unique(view.ballots.ballot[chosen])
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(unit,) if shift > 0 else (),
        units_sunk=() if shift > 0 else (unit,),
        homes=(),
        context=cells.context.describe(int(cells.label[cell])),
        ballots=ballots,
        statistic=float(cells.z[cell]),
        pvalue=float(tested.pvalue[k]),
        qvalue=float(tested.pvalue[k] / tested.weight[k]),
        effect=shift,
        harm=harm_of(view, ballots, (unit,)),
        facts={
            "n": int(cells.size[cell]),
            "n_others": int(cells.others[cell]),
            "expected": float(cells.expected[cell]),
            "mean": float(view.mark[rows].mean()),
            "mean_others": float(view.mark[rest].mean()),
        },
    )


def _q_near(weighted: float, all_weighted: Floats, q: Floats) -> float:
    """The q-value that a p-value over its weight would have had in the first pass."""
    above = q[all_weighted >= weighted * (1 - 1e-9)]
    return float(above.min()) if len(above) else 1.0


def implicated(view: View, rows: Ints, rest: Ints, expected: float, lifted: bool) -> Ints:
    """Rows of a cell that are likelier there by the finding than by chance.

    The ``expected`` honest rows of the cell are spread over the marks as the rest of the unit is;
    in bands between the rest's quantiles, what a band holds beyond twice that is implicated.
    """
    if expected < 0.1 * len(rows) or not len(rest):
        return rows
    edges = np.unique(np.quantile(view.mark[rest], BANDS))
    here = np.searchsorted(edges, view.mark[rows], side="left" if lifted else "right")
    there = np.searchsorted(edges, view.mark[rest], side="left" if lifted else "right")
    counts = np.bincount(here, minlength=len(edges) + 1).astype(float)
    honest = expected * np.bincount(there, minlength=len(edges) + 1) / len(rest)
    chosen = counts > 2 * honest
    middle = float(view.mark[rest].mean())
    right_side = view.mark[rows] >= middle if lifted else view.mark[rows] <= middle
    keep = chosen[here] & right_side
    return rows[keep] if keep.any() else rows
