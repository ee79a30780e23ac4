"""Ballots made by a program: times cut at fixed ends, items all alike, round shares."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.clipped import SIMULATED, Ends, cut_ends, likely_seconds
from stats.checks.group_counts import MAX_SECONDS, Counts, counts_of, seconds_of
from stats.checks.harm import harm_of
from stats.checks.pieces import Pieces
from stats.checks.roundness import round_counts
from stats.checks.sameness import item_sameness
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.discovery import weighted_q
from stats.work import stream

CHECK = "machine"
MIN_BALLOTS = 60
MIN_TOLD = 100
MIN_COUNTED = 40
MIN_SHAPE = 0.1
MAIN_PART = 0.8
"""Part of a sign's budget for cut ends and like items together; round shares have the rest."""

TOGETHER_PART = 0.5
"""Budget of signs and times together; signs where times are odd have the whole level."""

LEAST_SHAPE = 0.01
"""However odd, times count for no more where they are added to the signs."""


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
    """Units and batches whose times are unlike everybody's, with a machine's signs.

    Times unlike everybody's are no alarm by themselves: people in a hurry, or old ones, come
    together too. There are two ways to be told. Of the groups with such times (Kolmogorov–Smirnov,
    false discovery rate ``level``) those that also bear a machine's signs; of all groups, those
    whose signs and times together are too much. The first way has ``level``, the second half of it.
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
    unlike = (odd <= level) & (np.array([t.distance for t in tested]) >= MIN_SHAPE)
    everybody = _times_of_all(pieces)
    ends: dict[int, Ends] = {
        int(k): _ends(tested[k], everybody, entropy)
        for k in np.flatnonzero(unlike | _hopeful(tested, level))
    }
    sign = np.array([_sign(t, ends[k]) if k in ends else 1.0 for k, t in enumerate(tested)])
    together = np.array([_together(t, ends.get(k)) for k, t in enumerate(tested)])
    q = np.minimum(_q_of_signs(sign, odd, unlike), weighted_q(together) / TOGETHER_PART)
    enter(CHECK, q)
    of_units = [t.sameness for t in tested if t.context == "unit"]
    enter("machine, items", weighted_q(np.array(of_units)), np.array(of_units))
    found = []
    for k in np.flatnonzero(q <= level):
        p = max(float(sign[k]), tested[k].shape) if unlike[k] else float(together[k])
        seen = tested[k], ends[int(k)], everybody
        found.append(_finding(pieces.view, dict(groups), seen, (p, float(q[k]))))
    return _clearest(found), []


def _q_of_signs(sign: Floats, odd: Floats, unlike: Bools) -> Floats:
    """q-values of the signs among the groups with odd times, not below those of the times."""
    q = np.ones(len(sign))
    q[unlike] = np.maximum(weighted_q(sign[unlike]), odd[unlike])
    return q


def _hopeful(tested: list[Times], level: float) -> Bools:
    """Groups that could pass by signs and times together if their ends were as sharp as can be.

    Ends take far longer than the rest: who could not pass anyway goes without.
    """
    bar = level * TOGETHER_PART / len(tested)
    best = np.array([_fisher(_shown(t), t.sameness, 1 / (SIMULATED + 1)) for t in tested])
    return np.asarray(best <= bar, dtype=np.bool_)


def _sign(tested: Times, ends: Ends) -> float:
    """p-value of a machine's signs: cut ends and like items by Fisher, or round shares."""
    main = _fisher(ends.pvalue, tested.sameness)
    return min(main / MAIN_PART, tested.round_shares / (1 - MAIN_PART), 1.0)


def _together(tested: Times, ends: Ends | None) -> float:
    """p-value of odd times, like items and cut ends by Fisher; 1 where ends were not looked at."""
    return 1.0 if ends is None else _fisher(_shown(tested), tested.sameness, ends.pvalue)


def _shown(tested: Times) -> float:
    return max(tested.shape, LEAST_SHAPE)


def _fisher(*pvalues: float) -> float:
    """Fisher's combination of independent p-values."""
    total = sum(np.log(max(p, 1e-12)) for p in pvalues)
    return float(special.chdtrc(2 * len(pvalues), -2 * total))


def _ends(tested: Times, everybody: Ints, entropy: int) -> Ends:
    rng = stream(entropy, ("unit", "batch").index(tested.context), tested.label)
    return cut_ends(tested.seconds, everybody - tested.seconds, rng)


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
    same = item_sameness(counts.whole, kin=name == "unit")
    return [
        _times((name, int(label)), (counts, k, everybody), float(same[k]))
        for k, label in enumerate(large)
        if sizes[label] >= MIN_BALLOTS
    ]


def _times(group: tuple[str, int], found: tuple[Counts, int, Ints], sameness: float) -> Times:
    counts, k, everybody = found
    seconds = counts.times[k]
    shape, distance = _shape(seconds, everybody - seconds)
    return Times(
        context=group[0],
        label=group[1],
        seconds=seconds,
        round_shares=round_counts(counts.marks[k]),
        sameness=sameness,
        shape=shape,
        distance=distance,
    )


def _times_of_all(pieces: Pieces) -> Ints:
    return np.asarray(np.sum(pieces.fetch(seconds_of), axis=0), dtype=np.int64)


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
