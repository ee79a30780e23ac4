"""The battery: every check that a campaign's ballots allow, held at one error budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from stats.ballots import Ballots, Bools, Floats
from stats.checks.assemblies import assemblies
from stats.checks.blocs import blocs
from stats.checks.cases import cases
from stats.checks.copies import copies
from stats.checks.crowds import crowd_agreement
from stats.checks.divided import divided_opinion
from stats.checks.duplicates import stuffing
from stats.checks.effort import effort_findings, effort_of
from stats.checks.facts import over_issued
from stats.checks.gatherings import gatherings
from stats.checks.hints import cell_hints, home_hints
from stats.checks.homes import home_checks
from stats.checks.machines import machine_made
from stats.checks.pieces import pieces_of
from stats.checks.residuals import Residuals, residuals_of
from stats.checks.shifts import context_shifts, piece_tests
from stats.checks.suspicion import suspicion_of
from stats.checks.tallies import Tallies, typed_tallies
from stats.checks.turnout import turnout_slopes
from stats.checks.view import View, view_of
from stats.findings import Finding, NotRun
from stats.memory import give_back
from stats.work import Here, Work, entropy_of

Progress = Callable[[str, float], None]
Outcome = tuple[list[Finding], list[NotRun]]


@dataclass(frozen=True, eq=False)
class How:
    """What every check is held to and who reckons it."""

    level: float
    rng: np.random.Generator
    work: Work
    progress: Progress

    def tell(self, name: str, share: float) -> None:
        """Say what comes next, and again after each task: whoever listens may stop it there."""
        self.progress(name, share)
        self.work.tick = partial(self.progress, name, share)


@dataclass(frozen=True, eq=False)
class Examination:
    """What the battery saw.

    Parameters
    ----------
    findings : strongest first
    not_run : checks that could not run, with the reason
    suspicion : array of shape (n_ballots,), 0 … 1, comparable between ballots
    flagged : bool array of shape (n_ballots,), in a finding above "information"
    parameters : what makes the run reproducible besides ballots and seed
    """

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    suspicion: Floats
    flagged: Bools
    parameters: Mapping[str, object]


def examine(
    ballots: Ballots,
    *,
    level: float = 0.01,
    rng: np.random.Generator,
    progress: Progress | None = None,
    work: Work | None = None,
    tallies: Tallies | None = None,
) -> Examination:
    """Run every check.

    Parameters
    ----------
    ballots : the campaign
    level : share of the error budget that each family of checks may spend: the chance that a
        family raises any alarm about a clean campaign, and the false discovery rate among its
        alarms otherwise. A family of two tests gives half to each. Single-unit
        ballots and matrices meet families of four levels in all (docs/statistics.md), so the
        default 0.01 keeps the whole below 0.05.
    rng : source of randomness of the permutations
    progress : called with the name of the present check and the share done, 0 … 1; whatever it
        raises stops the examination
    work : who reckons; None = this process. The findings are the same, to the bit.
    tallies : counts of paper ballots that were typed in by hand, where there are any

    Raises
    ------
    ValueError
        ``level`` outside 0 … 0.2.
    """
    if not 0 < level <= 0.2:
        raise ValueError("level: expected 0 < level <= 0.2")
    how = How(level, rng, work or Here(), progress or (lambda _name, _share: None))
    how.tell("reading", 0.0)
    view = view_of(ballots)
    residuals = residuals_of(view) if view.matrix else None
    if residuals is not None:
        parts, hints = _matrix(view, residuals, how)
    else:
        parts, hints = _single(view, how)
    give_back()
    how.tell("effort", 0.8)
    effort = effort_of(view, residuals, rng)
    parts.append(effort_findings(view, effort, level=level / 2))
    parts.append(over_issued(view))
    parts.append(typed_tallies(tallies, level=level))
    how.tell("cases", 0.95)
    findings = cases(view, [f for found, _ in parts for f in found], level=level)
    findings.sort(key=lambda f: (_RANK[f.level], f.qvalue, f.pvalue, f.check))
    flagged = np.zeros(ballots.n_ballots, dtype=bool)
    for finding in findings:
        if finding.level != "information":
            flagged[finding.ballots] = True
    how.tell("done", 1.0)
    return Examination(
        findings=tuple(findings),
        not_run=tuple(n for _, missing in parts for n in missing),
        suspicion=suspicion_of(findings, effort, hints),
        flagged=flagged,
        parameters={"level": level},
    )


_RANK = {"fact": 0, "strong": 1, "look": 2, "information": 3}


def _matrix(view: View, residuals: Residuals, how: How) -> tuple[list[Outcome], Floats]:
    level, rng, tell = how.level, how.rng, how.tell
    tell("homes", 0.1)
    parts = [home_checks(view, residuals, level=level, rng=rng, work=how.work)]
    tell("gatherings", 0.25)
    parts.append(gatherings(view, residuals, level=level, rng=rng, work=how.work))
    parts.append(assemblies(view, residuals, level=level / 2, rng=rng, work=how.work))
    tell("blocs", 0.4)
    parts.append(blocs(view, residuals, level=level / 2, rng=rng, work=how.work))
    tell("copies", 0.5)
    parts.append(copies(view, residuals, level=level / 2, work=how.work))
    parts.append((divided_opinion(residuals, level=level), []))
    return parts, home_hints(view, residuals)


def _single(view: View, how: How) -> tuple[list[Outcome], Floats]:
    level = how.level
    how.tell("reading", 0.05)
    pieces = pieces_of(view, how.work)
    entropy = entropy_of(how.rng)
    how.tell("stuffing", 0.1)
    # Two tests of one family share its budget.
    parts = [
        stuffing(pieces, level=level / 2),
        crowd_agreement(pieces, level=level / 2, entropy=entropy),
    ]
    how.tell("contexts", 0.4)
    tests = pieces.apply(piece_tests)
    parts.append(context_shifts(pieces, tests, level=level))
    how.tell("turnout", 0.6)
    parts.append(turnout_slopes(pieces, level=level, entropy=entropy))
    parts.append(machine_made(pieces, level=level, entropy=entropy))
    missing = [
        NotRun(check, "not_matrix") for check in ("home_shift", "reciprocity", "bloc", "copied")
    ]
    parts.append(([], missing))
    return parts, cell_hints(pieces, tests)
