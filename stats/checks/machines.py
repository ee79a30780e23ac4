"""Ballots made by a program: round shares of the marks, durations cut at fixed ends."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy import stats as distributions

from stats.ballots import Ints, Marks
from stats.checks.pieces import Piece, Pieces
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


def machine_made(pieces: Pieces, *, level: float) -> tuple[list[Finding], list[NotRun]]:
    """Units and batches whose ballots are rounder and more cut to measure than people's."""
    ballots = pieces.view.ballots
    groups: list[tuple[str, Ints]] = [("unit", ballots.unit)]
    if ballots.batch is not None:
        groups.append(("batch", ballots.batch[ballots.ballot]))
    signs = [s for name, labels in groups for s in _signs(pieces, name, labels)]
    if not signs:
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_BALLOTS})]
    q = weighted_q(np.array([s.pvalue for s in signs]))
    return [
        _finding(pieces.view, groups, sign, float(q[k]))
        for k, sign in enumerate(signs)
        if q[k] <= level
    ], []


@dataclass(frozen=True, eq=False)
class Counts:
    """Histograms by label: they add across pieces.

    Parameters
    ----------
    marks : int array (n_labels, n_items, levels + 1)
    times : int array (n_labels, MAX_SECONDS) of whole seconds; all zero where not recorded
    """

    marks: Ints
    times: Ints

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.marks + other.marks, self.times + other.times)


def _signs(pieces: Pieces, name: str, labels: Ints) -> list[Signs]:
    """Everything from histograms of the labels with enough ballots."""
    sizes = np.bincount(labels[pieces.view.rated & (labels >= 0)])
    large = np.flatnonzero(sizes >= MIN_BALLOTS)
    if not len(large):
        return []
    place = np.full(len(sizes) + 1, -1, dtype=np.int64)
    place[large] = np.arange(len(large))
    told: list[Counts] = pieces.fetch(counts_of, pieces.alike(name), pieces.alike(place))
    counts = sum(told[1:], start=told[0])
    known = _times_of_all(pieces)
    levels = pieces.view.ballots.levels
    return [
        _sign(name, (int(label), int(sizes[label])), (counts, k, known), levels)
        for k, label in enumerate(large)
    ]


def _sign(name: str, label: tuple[int, int], found: tuple[Counts, int, Ints], levels: int) -> Signs:
    counts, k, everybody = found
    ours = counts.times[k]
    shape, distance = _shape(ours, everybody - ours)
    return Signs(
        context=name,
        label=label[0],
        n=label[1],
        round_shares=round_counts(counts.marks[k], levels),
        cut_ends=_cut_ends(ours),
        shape=shape,
        distance=distance,
    )


def counts_of(piece: Piece, name: str, place: Ints) -> Counts:
    """Histograms of a piece by unit or batch.

    Parameters
    ----------
    piece : some units
    name : "unit" or "batch"
    place : int array (n_labels + 1,), row of each label in the histograms, -1 = none
    """
    view, ballots = piece.view, piece.view.ballots
    batch = ballots.unit if ballots.batch is None else ballots.batch[ballots.ballot]
    of_row = place[ballots.unit if name == "unit" else batch]
    n = int(place.max(initial=-1)) + 1
    rows = np.flatnonzero(view.rated & (of_row >= 0))
    k, width = of_row[rows], ballots.levels + 1
    marks = [
        np.bincount(k * width + ballots.answers[rows, item], minlength=n * width)
        for item in range(ballots.n_items)
    ]
    stacked = np.stack(marks, axis=1).reshape(n, width, -1).transpose(0, 2, 1)
    second = _whole_seconds(piece)[rows]
    times = np.bincount(
        k[second >= 0] * MAX_SECONDS + second[second >= 0], minlength=n * MAX_SECONDS
    )
    return Counts(stacked.astype(np.int64), times.reshape(n, MAX_SECONDS).astype(np.int64))


def _whole_seconds(piece: Piece) -> Ints:
    """Whole seconds of every row, -1 where not recorded."""
    ballots = piece.view.ballots
    if ballots.seconds is None:
        return np.full(ballots.n_rows, -1, dtype=np.int64)
    whole = np.minimum(np.round(ballots.seconds), MAX_SECONDS - 1)
    return np.nan_to_num(whole, nan=-1.0).astype(np.int64)[ballots.ballot]


def seconds_of(piece: Piece) -> Ints:
    """Histogram (MAX_SECONDS,) of a piece's whole seconds."""
    second = _whole_seconds(piece)[piece.view.rated]
    counts = np.bincount(second[second >= 0], minlength=MAX_SECONDS)
    return np.asarray(counts.astype(np.int64))


def _times_of_all(pieces: Pieces) -> Ints:
    return np.asarray(np.sum(pieces.fetch(seconds_of), axis=0), dtype=np.int64)


def round_shares(answers: Marks, levels: int) -> float:
    """p-value of the shares of the marks lying nearer to multiples of 5 % than chance lets them.

    Parameters
    ----------
    answers : uint8 array (n, n_items), 0 = no answer
    """
    counts = [np.bincount(column, minlength=levels + 1) for column in answers.T]
    return round_counts(np.array(counts), levels)


def round_counts(counts: Ints, levels: int) -> float:
    """The same from the counts of the marks.

    Parameters
    ----------
    counts : int array (n_items, levels + 1), the first column those without an answer

    Notes
    -----
    The distance of a share from the next multiple, in steps, is uniform on 0 … 0.5 when the
    count's spread exceeds a step; cells too small for that are passed over.
    """
    distances: list[float] = []
    for answered in counts[:, 1 : levels + 1]:
        n = int(answered.sum())
        p = answered / max(n, 1)
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
