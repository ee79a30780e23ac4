"""Ballots made by a program: round shares of the marks, durations cut at fixed ends."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints, Marks
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.discovery import weighted_q

CHECK = "machine"
MIN_BALLOTS = 100
ROUND = 0.05
MIN_SHAPE = 0.2


@dataclass(frozen=True)
class Signs:
    """p-values of one unit's or batch's ballots."""

    context: str
    label: int
    n: int
    round_shares: float
    cut_ends: float
    shape: float
    distance: float

    @property
    def pvalue(self) -> float:
        """Round shares and cut ends together (Fisher)."""
        product = np.log(max(self.round_shares, 1e-300)) + np.log(max(self.cut_ends, 1e-300))
        return float(special.chdtrc(4, -2 * product))


def machine_made(view: View, *, level: float) -> tuple[list[Finding], list[NotRun]]:
    """Units and batches whose ballots are rounder and more cut to measure than people's."""
    ballots = view.ballots
    groups: list[tuple[str, Ints]] = [("unit", ballots.unit)]
    if ballots.batch is not None:
        groups.append(("batch", ballots.batch[ballots.ballot]))
    signs = [s for name, labels in groups for s in _signs(view, name, labels)]
    if not signs:
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_BALLOTS})]
    q = weighted_q(np.array([s.pvalue for s in signs]))
    return [
        _finding(view, groups, sign, float(q[k])) for k, sign in enumerate(signs) if q[k] <= level
    ], []


def _signs(view: View, name: str, labels: Ints) -> list[Signs]:
    found = []
    sizes = np.bincount(labels[view.rated & (labels >= 0)])
    for label in np.flatnonzero(sizes >= MIN_BALLOTS):
        rows = view.rated & (labels == label)
        shape, distance = _shape(view, rows)
        found.append(
            Signs(
                context=name,
                label=int(label),
                n=int(sizes[label]),
                round_shares=round_shares(view.ballots.answers[rows], view.ballots.levels),
                cut_ends=_cut_ends(view, rows),
                shape=shape,
                distance=distance,
            )
        )
    return found


def round_shares(answers: Marks, levels: int) -> float:
    """p-value of the shares of the marks lying nearer to multiples of 5 % than chance lets them.

    Parameters
    ----------
    answers : uint8 array (n, n_items), 0 = no answer

    Notes
    -----
    The distance of a share from the next multiple, in steps, is uniform on 0 … 0.5 when the
    count's spread exceeds a step; cells too small for that are passed over.
    """
    distances = []
    for column in answers.T:
        n = int((column > 0).sum())
        counts = np.bincount(column, minlength=levels + 1)[1:]
        p = counts / max(n, 1)
        free = np.sqrt(n * p * (1 - p)) > 0.5 * ROUND * n
        step = p / ROUND
        away = np.abs(step - np.round(step))
        distances.extend(away[free][:-1])
    if len(distances) < 4:
        return 1.0
    # The sum of uniforms, close to normal from four on.
    z = (float(np.mean(distances)) - 0.25) / (0.5 / np.sqrt(12 * len(distances)))
    return float(special.ndtr(z))


def _cut_ends(view: View, rows: Bools) -> float:
    """p-value of many ballots sharing exactly the shortest and the longest time."""
    seconds = _seconds(view, rows)
    if seconds is None or len(seconds) < MIN_BALLOTS:
        return 1.0
    p = 1.0
    for end, inwards in ((seconds.min(), 1), (seconds.max(), -1)):
        at = int(np.sum(seconds == end))
        near = [float(np.sum(seconds == end + inwards * k)) for k in range(1, 6)]
        usual = max(np.mean(near), 0.5)
        p = min(p, float(distributions.nbinom.sf(at - 1, 5 * usual, 5 / 6)))
    return min(1.0, 2 * p)


def _seconds(view: View, rows: Bools) -> Floats | None:
    seconds = view.ballots.seconds
    if seconds is None:
        return None
    chosen = seconds[np.unique(view.ballots.ballot[rows])]
    known: Floats = np.round(chosen[np.isfinite(chosen)])
    return known


def _shape(view: View, rows: Bools) -> tuple[float, float]:
    """Kolmogorov–Smirnov test of the times against everybody else's."""
    ours, theirs = _seconds(view, rows), _seconds(view, ~rows)
    if ours is None or theirs is None or min(len(ours), len(theirs)) < MIN_BALLOTS:
        return 1.0, 0.0
    test = distributions.ks_2samp(ours, theirs, method="asymp")
    return float(test.pvalue), float(test.statistic)


def _finding(view: View, groups: list[tuple[str, Ints]], sign: Signs, q: float) -> Finding:
    labels = dict(groups)[sign.context]
    ballots = np.unique(view.ballots.ballot[view.rated & (labels == sign.label)])
    odd_times = sign.shape <= q and sign.distance >= MIN_SHAPE
    of_unit = sign.context == "unit"
    return Finding(
        check=CHECK,
        level="look" if odd_times else "information",
        units_lifted=(sign.label,) if of_unit else (),
        units_sunk=(),
        homes=(),
        context={} if of_unit else {"batch": sign.label},
        ballots=ballots,
        statistic=-float(np.log10(max(sign.pvalue, 1e-300))),
        pvalue=sign.pvalue,
        qvalue=q,
        effect=sign.distance,
        facts={
            "n": sign.n,
            "round_shares": sign.round_shares,
            "cut_ends": sign.cut_ends,
            "shape": sign.shape,
        },
    )
