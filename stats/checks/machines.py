"""Ballots made by a program: round shares of the marks, durations cut at fixed ends."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy import stats as distributions

from stats.ballots import Bools, Ints, Marks
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.discovery import weighted_q

CHECK = "machine"
MIN_BALLOTS = 100
ROUND = 0.05
MIN_SHAPE = 0.2
MAX_SECONDS = 3600


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
    """Everything from histograms by label: one pass over the rows."""
    ballots = view.ballots
    use = view.rated & (labels >= 0)
    sizes = np.bincount(labels[use])
    times = _times(view, labels, use, len(sizes))
    order = np.flatnonzero(use)[np.argsort(labels[use], kind="stable")]
    starts = np.r_[0, np.cumsum(sizes)]
    found = []
    for label in np.flatnonzero(sizes >= MIN_BALLOTS):
        rows = order[starts[label] : starts[label + 1]]
        ours, theirs = times[label], times.sum(axis=0) - times[label]
        shape, distance = _shape(ours, theirs)
        found.append(
            Signs(
                context=name,
                label=int(label),
                n=int(sizes[label]),
                round_shares=round_shares(ballots.answers[rows], ballots.levels),
                cut_ends=_cut_ends(ours),
                shape=shape,
                distance=distance,
            )
        )
    return found


def _times(view: View, labels: Ints, use: Bools, n_labels: int) -> Ints:
    """Histogram (n_labels, MAX_SECONDS) of whole seconds; all zero where not recorded."""
    seconds = view.ballots.seconds
    if seconds is None:
        return np.zeros((n_labels, MAX_SECONDS), dtype=np.int64)
    of_row = seconds[view.ballots.ballot[use]]
    known = np.isfinite(of_row)
    whole = np.minimum(np.round(of_row[known]), MAX_SECONDS - 1).astype(np.int64)
    cell = labels[use][known] * MAX_SECONDS + whole
    counts = np.bincount(cell, minlength=n_labels * MAX_SECONDS)
    return counts.reshape(n_labels, MAX_SECONDS).astype(np.int64)


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
    distances: list[float] = []
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


def _cut_ends(times: Ints) -> float:
    """p-value of many ballots sharing exactly the shortest and the longest time."""
    if times.sum() < MIN_BALLOTS:
        return 1.0
    seen = np.flatnonzero(times)
    first, last = int(seen[0]), int(seen[-1])
    p = 1.0
    for end, near in ((first, times[first + 1 : first + 6]), (last, times[last - 5 : last])):
        if len(near):
            usual = max(float(near.mean()), 0.5)
            p = min(p, float(distributions.nbinom.sf(times[end] - 1, 5 * usual, 5 / 6)))
    return min(1.0, 2 * p)


def _shape(ours: Ints, theirs: Ints) -> tuple[float, float]:
    """Kolmogorov–Smirnov test of the times against everybody else's, from histograms."""
    n, m = int(ours.sum()), int(theirs.sum())
    if min(n, m) < MIN_BALLOTS:
        return 1.0, 0.0
    distance = float(np.abs(np.cumsum(ours) / n - np.cumsum(theirs) / m).max())
    return float(special.kolmogorov(distance * np.sqrt(n * m / (n + m)))), distance


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
