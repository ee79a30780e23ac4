"""Ballots made by a program: times cut at fixed ends, items all alike, round shares."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Ints, Marks
from stats.checks.clipped import Ends, cut_ends, likely_seconds
from stats.checks.harm import harm_of
from stats.checks.pieces import Piece, Pieces
from stats.checks.sameness import item_sameness
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.discovery import weighted_q
from stats.work import stream

CHECK = "machine"
MIN_BALLOTS = 60
MIN_TOLD = 100
ROUND = 0.05
MIN_COUNTED = 40
MIN_SHAPE = 0.1
MAX_SECONDS = 3600
MAIN_PART = 0.8
"""Part of a sign's budget for cut ends and like items together; round shares have the rest."""


@dataclass(frozen=True, eq=False)
class Times:
    """How one unit's or batch's times and marks lie.

    Parameters
    ----------
    context, label : ``unit`` or ``batch``, and which
    seconds : int array (MAX_SECONDS,), its ballots by whole second
    round_shares : p-value of shares as round
    sameness : p-value of items as like each other
    shape, distance : p-value and size of the distance from everybody else's times
    """

    context: str
    label: int
    seconds: Ints
    round_shares: float
    sameness: float
    shape: float
    distance: float


def machine_made(
    pieces: Pieces, *, level: float, entropy: int
) -> tuple[list[Finding], list[NotRun]]:
    """Units and batches whose times are unlike everybody's, and cut at both ends.

    Times unlike everybody's are no alarm by themselves: people in a hurry, or old ones, come
    together too. Of the groups with such times (Kolmogorov–Smirnov, false discovery rate
    ``level``) those are told that also bear a machine's signs at ``level``.
    """
    ballots = pieces.view.ballots
    groups: list[tuple[str, Ints]] = [("unit", ballots.unit)]
    if ballots.batch is not None:
        groups.append(("batch", ballots.batch[ballots.ballot]))
    tested = [t for name, labels in groups for t in _tested(pieces, name, labels)]
    if not tested:
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_TOLD})]
    if ballots.seconds is None:
        return [], [NotRun(CHECK, "no_column", {"columns": ("dur",)})]
    odd = weighted_q(np.array([t.shape for t in tested]))
    chosen = [k for k, t in enumerate(tested) if odd[k] <= level and t.distance >= MIN_SHAPE]
    everybody = _times_of_all(pieces)
    ends = [_ends(tested[k], everybody, entropy) for k in chosen]
    signs = [_sign(tested[k], e) for k, e in zip(chosen, ends, strict=True)]
    q = weighted_q(np.array(signs))
    enter(CHECK, np.maximum(q, odd[chosen]))
    found = []
    for k, e, sign, adjusted in zip(chosen, ends, signs, q, strict=True):
        if adjusted <= level:
            p = max(sign, tested[k].shape), max(float(adjusted), float(odd[k]))
            found.append(_finding(pieces.view, dict(groups), (tested[k], e, everybody), p))
    return _clearest(found), []


def _sign(tested: Times, ends: Ends) -> float:
    """p-value of a machine's signs: cut ends and like items by Fisher, or round shares."""
    product = np.log(ends.pvalue) + np.log(max(tested.sameness, 1e-12))
    main = float(special.chdtrc(4, -2 * product))
    return min(main / MAIN_PART, tested.round_shares / (1 - MAIN_PART), 1.0)


def _ends(tested: Times, everybody: Ints, entropy: int) -> Ends:
    rng = stream(entropy, ("unit", "batch").index(tested.context), tested.label)
    return cut_ends(tested.seconds, everybody - tested.seconds, rng)


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


def _tested(pieces: Pieces, name: str, labels: Ints) -> list[Times]:
    """Everything from histograms of the labels with enough ballots."""
    sizes = np.bincount(labels[pieces.view.rated & (labels >= 0)])
    large = np.flatnonzero(sizes >= MIN_COUNTED)
    if not len(large):
        return []
    place = np.full(len(sizes) + 1, -1, dtype=np.int64)
    place[large] = np.arange(len(large))
    told: list[Counts] = pieces.fetch(counts_of, pieces.alike(name), pieces.alike(place))
    counts = sum(told[1:], start=told[0])
    everybody = _times_of_all(pieces)
    levels = pieces.view.ballots.levels
    return [
        _times(name, int(label), (counts, k, everybody), levels)
        for k, label in enumerate(large)
        if sizes[label] >= MIN_BALLOTS
    ]


def _times(name: str, label: int, found: tuple[Counts, int, Ints], levels: int) -> Times:
    counts, k, everybody = found
    seconds = counts.times[k]
    shape, distance = _shape(seconds, everybody - seconds)
    return Times(
        context=name,
        label=label,
        seconds=seconds,
        round_shares=round_counts(counts.marks[k], levels),
        sameness=item_sameness(counts.marks, k),
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


def _shape(ours: Ints, theirs: Ints) -> tuple[float, float]:
    """Kolmogorov–Smirnov test of the times against everybody else's, from histograms."""
    n, m = int(ours.sum()), int(theirs.sum())
    if min(n, m) < MIN_BALLOTS:
        return 1.0, 0.0
    distance = float(np.abs(np.cumsum(ours) / n - np.cumsum(theirs) / m).max())
    return float(special.kolmogorov(distance * np.sqrt(n * m / (n + m)))), distance


def _finding(
    view: View,
    groups: dict[str, Ints],
    seen: tuple[Times, Ends, Ints],
    pvalues: tuple[float, float],
) -> Finding:
    tested, ends, everybody = seen
    whole = np.flatnonzero(view.rated & (groups[tested.context] == tested.label))
    rows = _likely_rows(view, whole, ends, everybody - tested.seconds)
    ballots = np.unique(view.ballots.ballot[rows])
    of_unit = tested.context == "unit"
    rest = np.setdiff1d(whole, rows)
    lifted = not len(rest) or view.mark[rows].mean() >= view.mark[rest].mean()
    unit = (tested.label,) if of_unit else ()
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=unit if lifted else (),
        units_sunk=() if lifted else unit,
        homes=(),
        context={} if of_unit else {"batch": tested.label},
        ballots=ballots,
        statistic=ends.gain,
        pvalue=pvalues[0],
        qvalue=pvalues[1],
        effect=tested.distance,
        harm=harm_of(view, ballots, unit),
        facts={
            "n": len(whole),
            "share": ends.share,
            "first": ends.first,
            "last": ends.last,
            "cut_ends": ends.pvalue,
            "round_shares": tested.round_shares,
            "sameness": tested.sameness,
            "shape": tested.shape,
        },
    )


def _likely_rows(view: View, rows: Ints, ends: Ends, theirs: Ints) -> Ints:
    """Rows whose time is likelier one of the program's; all where hardly any would be."""
    seconds = view.ballots.seconds
    if seconds is None:
        return rows
    second = np.nan_to_num(np.round(seconds[view.ballots.ballot[rows]]), nan=0.0)
    likely = likely_seconds(ends, theirs)[np.minimum(second, MAX_SECONDS - 1).astype(np.int64)]
    chosen = rows[likely > 0.5]
    return chosen if len(chosen) else rows


def _clearest(found: list[Finding]) -> list[Finding]:
    """One finding where a unit and its batch hold the same ballots."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.qvalue, bool(f.context), -f.statistic)):
        if all(np.isin(finding.ballots, k.ballots).mean() < 0.5 for k in kept):
            kept.append(finding)
    return kept
