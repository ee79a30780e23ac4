"""Family 6: the ballots of one context mark a unit otherwise than its other ballots do."""

from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints
from stats.checks.cells import Cells, cells_of, shift_pvalues
from stats.checks.contexts import Context
from stats.checks.harm import harm_of
from stats.checks.view import View
from stats.findings import Finding, NotRun
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


def shift_tests(view: View, doors: list[Context]) -> list[Tested]:
    """Test the cells of every context."""
    return [_tested(view, door, view.rated) for door in doors]


def context_shifts(
    view: View, tests: list[Tested], *, level: float
) -> tuple[list[Finding], list[NotRun]]:
    """Cells whose marks are shifted beyond what exchanging the unit's ballots gives.

    Cells where far more ballots came together than elsewhere get more of the budget: how many
    came is fixed under the permutation of their marks, so the weights are too.
    """
    if not tests:
        return [], [NotRun(CHECK, "no_column", {"columns": ("net", "dev", "tb", "batch")})]
    use = view.rated.copy()
    weights = np.concatenate([t.weight for t in tests])
    if not len(weights):
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_CELL})]
    scale = float(weights.mean())
    q = weighted_q(np.concatenate([t.pvalue for t in tests]), weights / scale)
    found = _step_down(view, tests, use, (q, scale, level))
    return found, []


def _tested(view: View, door: Context, use: Bools) -> Tested:
    cells = cells_of(view, door, use)
    index = np.flatnonzero((cells.size >= MIN_CELL) & (cells.others >= MIN_OTHERS))
    chance = distributions.poisson.sf(cells.size[index] - 1, np.maximum(cells.expected[index], 0.5))
    crowd = (chance < 1e-4) & (cells.size[index] >= CROWD)
    weight = np.where(crowd, CROWD_WEIGHT, 1.0) * DOOR_WEIGHT.get(door.name, 1.0)
    return Tested(cells, index, shift_pvalues(view, cells, use, index), weight)


def _step_down(
    view: View, tests: list[Tested], use: Bools, budget: tuple[Floats, float, float]
) -> list[Finding]:
    """Name the clearest cell of each unit, set its ballots aside, look at the unit again.

    Without that, the honest ballots of an attacked unit look shifted against the attackers'.
    """
    q, scale, level = budget
    all_p = np.concatenate([t.pvalue / t.weight for t in tests]) * scale
    passed = q <= level
    if not passed.any():
        return []
    critical = float(all_p[passed].max())
    q_at = (all_p, q)
    found: list[Finding] = []
    for _ in range(ROUNDS):
        best = _best_per_unit(tests, critical / scale)
        if not best:
            break
        for t, k in best.values():
            finding = _finding(view, tests[t], k, (use, scale, q_at))
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


def _finding(
    view: View, tested: Tested, k: int, budget: tuple[Bools, float, tuple[Floats, Floats]]
) -> Finding:
    use, scale, (all_p, q) = budget
    cells, cell = tested.cells, int(tested.index[k])
    unit = int(cells.unit[cell])
    rows = cells.rows(cell)
    shift = float(cells.shift[cell])
    adjusted = float(tested.pvalue[k] / tested.weight[k]) * scale
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
        qvalue=_q_near(adjusted, all_p, q),
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


def _q_near(adjusted: float, all_p: Floats, q: Floats) -> float:
    """The q-value an adjusted p would have had in the first pass."""
    above = q[all_p >= adjusted * (1 - 1e-9)]
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
