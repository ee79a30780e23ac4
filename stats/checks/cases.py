"""Joint evidence: findings of several families about the same ballots are one case."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import stats as distributions

from stats.ballots import Ints
from stats.checks.view import View
from stats.findings import Finding, Level

FAMILY = {
    "stuffing": "agreement",
    "crowd": "agreement",
    "context_shift": "marks",
    "home_shift": "homes",
    "reciprocity": "homes",
    "bloc": "pairs of units",
    "copied": "copies",
    "low_effort": "time",
    "machine": "machine",
    "typed_tallies": "tallies",
}
OVERLAP = 0.5
MIN_MOVE = 0.05
MIN_RANKS = 1
MIN_TIMED = 5
QUICKER = 0.8


def cases(view: View, findings: Sequence[Finding], *, level: float) -> list[Finding]:
    """Join findings that share units and most ballots; raise what two families agree on.

    Parameters
    ----------
    view : the campaign
    findings : above "information"; others are handed back as they are
    level : at which a second family must speak

    Returns
    -------
    The clearest finding of each case, with the ballots of all families. ``facts["also"]`` lists
    the other findings as (check, q-value), ``facts["n_first"]`` counts the clearest one's own
    ballots; the level is ``strong`` where two families agree and a unit's score or place moves.
    """
    alarms = sorted(
        (f for f in findings if f.level != "information"),
        # A pair or ring tells more than each of its single favours.
        key=lambda f: (f.level != "fact", f.check != "reciprocity", f.qvalue, f.pvalue, f.check),
    )
    joined: list[list[Finding]] = []
    for finding in alarms:
        home = next((case for case in joined if _same(case[0], finding)), None)
        if home is None:
            joined.append([finding])
        else:
            home.append(finding)
    told = [f for f in findings if f.level == "information"]
    return [_case(view, case, level) for case in joined] + told


def _same(a: Finding, b: Finding) -> bool:
    """Whether two findings are about the same units and mostly the same ballots."""
    units = set(a.units_lifted + a.units_sunk) & set(b.units_lifted + b.units_sunk)
    if not units or not len(a.ballots) or not len(b.ballots):
        return False
    if a.level == "fact" or b.level == "fact":
        return False
    both = len(np.intersect1d(a.ballots, b.ballots, assume_unique=True))
    return bool(both >= OVERLAP * min(len(a.ballots), len(b.ballots)))


def _case(view: View, case: list[Finding], level: float) -> Finding:
    first = case[0]
    if first.level == "fact":
        return first
    also = [(f.check, f.qvalue) for f in case[1:]]
    families = {FAMILY[f.check] for f in case if f.qvalue <= level}
    quick = quickness(view, first.ballots)
    if quick is not None and quick <= level:
        also.append(("time", quick))
        families.add("time")
    strong: Level = "strong" if len(families) >= 2 and _harmful(first) else first.level
    # A second look of the same family adds no members, only company.
    others = [f.ballots for f in case[1:] if FAMILY[f.check] != FAMILY[first.check]]
    ballots = np.unique(np.concatenate([first.ballots, *others]))
    facts = {**first.facts, "also": tuple(also), "n_first": len(first.ballots)}
    return replace(first, level=strong, ballots=ballots, facts=facts)


def _harmful(finding: Finding) -> bool:
    harm = finding.harm
    if harm is None:
        return False
    move = abs(harm.score_with - harm.score_without)
    return move >= MIN_MOVE or abs(harm.rank_with - harm.rank_without) >= MIN_RANKS


def quickness(view: View, ballots: Ints) -> float | None:
    """p-value of ballots having been answered faster than the others (rank sum).

    Returns
    -------
    None where times are unknown, few, or not shorter by a fifth at the median.
    """
    seconds = view.ballots.seconds
    if seconds is None or len(ballots) < MIN_TIMED:
        return None
    known = np.isfinite(seconds)
    ours = np.zeros(len(seconds), dtype=bool)
    ours[ballots] = True
    theirs, own = seconds[known & ~ours], seconds[known & ours]
    if len(own) < MIN_TIMED or len(theirs) < MIN_TIMED:
        return None
    if np.median(own) > QUICKER * np.median(theirs):
        return None
    test = distributions.mannwhitneyu(own, theirs, alternative="less", method="asymptotic")
    return float(test.pvalue)
