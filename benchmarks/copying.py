"""How well copied ballots are told, measured by the check alone: both readings of it.

`python -m benchmarks.copying matrix200:medium:40 --from 140000`. *Copies*: which ballots were
copied, so that an original taken for its copy is one false alarm and one miss. *Members*: which
ballots hang together, as the literature on answer copying asks of pairs, and beside that the share
of groups whose original was told. Where a copy equals its original in every cell that both answer,
nothing but their times can tell which was first.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from stats.ballots import Bools, Ints, Marks
from stats.checks.chances import cell_marks
from stats.checks.copies import copies
from stats.checks.residuals import residuals_of
from stats.checks.view import View, view_of
from stats.findings import Finding
from stats.simulator.campaign import Simulated, simulate

FIRST_SEED = 140_000
LEVEL = 0.005
"""What `examine` gives the check of its 0.01."""

MAX_ONE_MARK = 0.8
MIN_ANSWERED = 0.5


@dataclass(frozen=True)
class CopyFigure:
    """Shares, among the ballots of a strength's campaigns that differ enough to be compared.

    ``recall_all`` and ``precision_all`` count flat ballots too. ``groups`` were found; in ``told``
    of them the original was named, in ``ties`` of those planted a copy equals it. ``missed`` and
    ``wrongly`` count why.
    """

    profile: str
    strength: str
    campaigns: int
    first_seed: int
    recall: float
    precision: float
    recall_all: float
    precision_all: float
    member_recall: float
    member_precision: float
    groups: int
    told: float
    ties: float
    missed: dict[str, int]
    wrongly: dict[str, int]


def informative(marks: Marks, levels: int) -> Bools:
    """Ballots that answer more than half and hold less than four fifths of one mark."""
    answered = (marks > 0).sum(axis=1)
    most = np.max([(marks == m).sum(axis=1) for m in range(1, levels + 1)], axis=0)
    enough = answered > MIN_ANSWERED * marks.shape[1]
    return np.asarray(enough & (most < MAX_ONE_MARK * answered), dtype=np.bool_)


def copy_figure(profile: str, strength: str, campaigns: int, first: int = FIRST_SEED) -> CopyFigure:
    """Simulate campaigns with copies and score what the check says of them."""
    count: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrongly: Counter[str] = Counter()
    for seed in range(first, first + campaigns):
        rng = np.random.default_rng([seed, 1])
        made = simulate(profile, [("copy", strength)], rng=rng, truth=False)
        view = view_of(made.ballots)
        residuals = residuals_of(view)
        marks = cell_marks(view, residuals.present)
        found, _ = copies(view, residuals, level=LEVEL)
        _count(made, found, informative(marks, made.ballots.levels), (count, missed, wrongly))
        count["ties"] += _ties(made.source, marks)
    return CopyFigure(
        profile,
        strength,
        campaigns,
        first,
        recall=_ratio(count, "right", "copies"),
        precision=_ratio(count, "flagged and copied", "flagged"),
        recall_all=_ratio(count, "right of all", "all copies"),
        precision_all=_ratio(count, "right of all", "all flagged"),
        member_recall=_ratio(count, "members seen", "members"),
        member_precision=_ratio(count, "seen and members", "seen"),
        groups=count["groups"],
        told=_ratio(count, "told", "groups"),
        ties=_ratio(count, "ties", "planted"),
        missed=dict(sorted(missed.items())),
        wrongly=dict(sorted(wrongly.items())),
    )


def _ratio(count: Counter[str], part: str, whole: str) -> float:
    return count[part] / count[whole] if count[whole] else float("nan")


def _count(
    made: Simulated,
    found: Sequence[Finding],
    telling: Bools,
    counts: tuple[Counter[str], Counter[str], Counter[str]],
) -> None:
    count, missed, wrongly = counts
    copied = made.source >= 0
    sources = np.unique(made.source[copied])
    member = copied.copy()
    member[sources] = True
    flagged, named = np.zeros_like(copied), np.zeros_like(copied)
    for finding in found:
        original = int(str(finding.facts["original"]))
        flagged[finding.ballots] = named[original] = True
        count["told"] += bool(original in sources and not copied[original])
    seen = flagged | named
    count["groups"] += len(found)
    count["planted"] += len(sources)
    for name, which in {
        "copies": copied & telling,
        "right": copied & telling & flagged,
        "flagged": flagged & telling,
        "flagged and copied": flagged & telling & copied,
        "all copies": copied,
        "all flagged": flagged,
        "right of all": flagged & copied,
        "members": member & telling,
        "members seen": member & telling & seen,
        "seen": seen & telling,
        "seen and members": seen & telling & member,
    }.items():
        count[name] += int(which.sum())
    for ballot in np.flatnonzero(copied & telling & ~flagged):
        missed[_why_missed(made.source, int(ballot), named, telling)] += 1
    for ballot in np.flatnonzero(telling & flagged & ~copied):
        wrongly["original taken for its copy" if member[ballot] else "honest"] += 1


def _why_missed(source: Ints, ballot: int, named: Bools, telling: Bools) -> str:
    model = int(source[ballot])
    if source[model] >= 0 or ballot in source:
        return "chain"
    if named[ballot]:
        return "taken for the original"
    return "below the level" if telling[model] else "copied from a flat ballot"


def _ties(source: Ints, marks: Marks) -> int:
    """Originals that a copy equals in every cell that both answer."""
    equal = set()
    for ballot in np.flatnonzero(source >= 0):
        model = int(source[ballot])
        both = (marks[ballot] > 0) & (marks[model] > 0)
        if (marks[ballot] == marks[model])[both].all():
            equal.add(model)
    return len(equal)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wanted", nargs="+", metavar="PROFILE:STRENGTH:CAMPAIGNS")
    parser.add_argument("--from", dest="first", type=int, default=FIRST_SEED, metavar="SEED")
    chosen = parser.parse_args(arguments)
    for text in chosen.wanted:
        profile, strength, campaigns = text.split(":")
        figure = asdict(copy_figure(profile, strength, int(campaigns), chosen.first))
        shown = (f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in figure.items())
        sys.stdout.write("  ".join(shown) + "\n")
        sys.stdout.flush()
    return 0


def informative_of(view: View) -> Bools:
    """Ballots of a matrix in which a copy could be seen, none elsewhere."""
    if view.table is None:
        return np.zeros(view.ballots.n_ballots, dtype=np.bool_)
    marks = cell_marks(view, np.isfinite(view.table).astype(np.float64))
    return informative(marks, view.ballots.levels)


if __name__ == "__main__":
    sys.exit(main())
