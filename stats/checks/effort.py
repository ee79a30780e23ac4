"""Families 1 to 3: fast, patterned and random answering, ballot by ballot."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Floats, Ints
from stats.checks.carelessness import Carelessness, carelessness_of
from stats.checks.patterns import Patterns, patterns_of
from stats.checks.residuals import Residuals
from stats.checks.runs import run_pvalues
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.discovery import weighted_q

MIN_BALLOTS = 50
FAST_SHARE = 1 / 3
FLAT_SHARE = 0.85
SHARE = "careless_share"
LEAST_SHARE = 0.005
"""A campaign's careless share is told where it surely exceeds this."""


@dataclass(frozen=True, eq=False)
class Effort:
    """p-values per ballot, nan where a signal is undefined.

    Parameters
    ----------
    fast : how quick, given how much was answered
    runs : longest run against shuffles of the ballot's own rows
    random : marks without relation to anybody's
    flat : one mark throughout, and a rare one
    ratio : time over the typical time for as many answers
    patterns : likelihood ratios, None where a ballot says too little
    careless : the mixture of readers and others, None where a ballot says too little
    """

    fast: Floats
    runs: Floats
    random: Floats
    flat: Floats
    ratio: Floats
    patterns: Patterns | None
    careless: Carelessness | None

    @property
    def pattern(self) -> Floats:
        """Smallest of the pattern signals, Bonferroni adjusted."""
        stacked = np.vstack([self.runs, self.random, self.flat])
        tried = np.isfinite(stacked).sum(axis=0)
        least = np.where(np.isfinite(stacked), stacked, 1.0).min(axis=0)
        return np.asarray(np.minimum(least * np.maximum(tried, 1), 1.0), dtype=np.float64)

    @property
    def combined(self) -> Floats:
        """Fisher's combination of time and pattern."""
        fast = np.where(np.isfinite(self.fast), self.fast, 0.5)
        product = np.log(np.maximum(fast, 1e-12)) + np.log(np.maximum(self.pattern, 1e-12))
        return np.asarray(special.chdtrc(4, -2 * product), dtype=np.float64)


def effort_of(view: View, residuals: Residuals | None, rng: np.random.Generator) -> Effort:
    """All signals of low effort."""
    answered = _answered(view)
    fast, ratio = _fast(view, answered)
    patterns = patterns_of(view, rng)
    if residuals is not None:
        random = _unrelated(view, residuals)
    elif patterns is not None:
        random = patterns.surprise
    else:
        random = np.full(view.ballots.n_ballots, np.nan)
    return Effort(
        fast=fast,
        runs=run_pvalues(view, rng),
        random=random,
        flat=_flat(view, answered),
        ratio=ratio,
        patterns=patterns,
        careless=None if patterns is None else carelessness_of(view, patterns),
    )


def effort_findings(
    view: View, effort: Effort, *, level: float
) -> tuple[list[Finding], list[NotRun]]:
    """Ballots that are fast and patterned at once, and patterned ones as information."""
    n = view.ballots.n_ballots
    if n < MIN_BALLOTS:
        return [], [NotRun("low_effort", "too_few", {"needed": MIN_BALLOTS})]
    missing: list[NotRun] = []
    found: list[Finding] = []
    if view.ballots.seconds is None:
        missing.append(NotRun("low_effort", "no_column", {"columns": ("dur",)}))
    else:
        both = np.fmax(effort.fast, effort.pattern)
        both = np.where(effort.ratio <= FAST_SHARE, both, 1.0)
        found += _listed("low_effort", both, level, ("look", effort.ratio))
    for check, p in (("long_string", effort.runs), ("random_marking", effort.random)):
        if not np.isfinite(p).any():
            missing.append(NotRun(check, "too_few_answers", {"needed": 12}))
            continue
        found += _listed(check, np.nan_to_num(p, nan=1.0), level, ("information", p))
    shares, unknown = _share(effort.careless, n)
    return found + shares, missing + unknown


def _share(careless: Carelessness | None, n: int) -> tuple[list[Finding], list[NotRun]]:
    """How many ballots were not read, told once for the campaign."""
    if careless is None:
        return [], [NotRun(SHARE, "too_few_answers", {"needed": 4})]
    if not careless.timed:
        return [], [NotRun(SHARE, "no_column", {"columns": ("dur",)})]
    # Half the usual tail: a share cannot lie below 0.
    p = float(special.chdtrc(1, 2 * max(careless.evidence, 0.0))) / 2
    if careless.low < LEAST_SHARE:
        return [], []
    return [
        Finding(
            check=SHARE,
            level="information",
            units_lifted=(),
            units_sunk=(),
            homes=(),
            context={},
            ballots=np.flatnonzero(careless.log_odds > 0).astype(np.int64),
            statistic=careless.evidence,
            pvalue=p,
            qvalue=p,
            effect=careless.share,
            facts={
                "n_ballots": n,
                "share": careless.share,
                "low": careless.low,
                "high": careless.high,
                "thrown": careless.thrown,
                "straight": careless.straight,
                "pace": careless.pace,
            },
        )
    ], []


def _listed(check: str, p: Floats, level: float, shown: tuple[str, Floats]) -> list[Finding]:
    q = weighted_q(p)
    enter(check, q, p)
    ballots = np.flatnonzero(q <= level).astype(np.int64)
    if not len(ballots):
        return []
    rank, effect = shown
    return [
        Finding(
            check=check,
            level="look" if rank == "look" else "information",
            units_lifted=(),
            units_sunk=(),
            homes=(),
            context={},
            ballots=ballots,
            statistic=float(len(ballots)),
            pvalue=float(p[ballots].min()),
            qvalue=float(q[ballots].max()),
            effect=float(np.median(effect[ballots])),
            facts={"n": len(ballots), "n_ballots": len(p)},
        )
    ]


def _answered(view: View) -> Ints:
    valid = (view.ballots.answers > 0).sum(axis=1)
    counts = np.bincount(view.ballots.ballot, weights=valid, minlength=view.ballots.n_ballots)
    return counts.astype(np.int64)


def _fast(view: View, answered: Ints) -> tuple[Floats, Floats]:
    """Left tail of log time per answer within rater groups, scaled on the campaign's own bulk."""
    n = view.ballots.n_ballots
    seconds = view.ballots.seconds
    if seconds is None:
        return np.full(n, np.nan), np.full(n, np.nan)
    known = np.isfinite(seconds) & (seconds > 0) & (answered > 0)
    log_time = np.log(np.where(known, seconds, 1.0))
    z, ratio = np.full(n, np.nan), np.full(n, np.nan)
    for g in np.unique(view.stratum[known]):
        here = known & (view.stratum == g)
        if here.sum() < MIN_BALLOTS // 2:
            here = known
        chosen = known & (view.stratum == g)
        middle = float(np.median(log_time[here]))
        left = (middle - float(np.quantile(log_time[here], 0.16))) / 0.9945
        z[chosen] = (log_time[chosen] - middle) / max(left, 0.05)
        ratio[chosen] = np.exp(log_time[chosen] - middle)
    return np.asarray(special.ndtr(z), dtype=np.float64), ratio


def _unrelated(view: View, residuals: Residuals) -> Floats:
    """Matrix: spread of all marks unusually wide and relation to the consensus unusually weak."""
    ballots = view.ballots
    marks = np.where(ballots.answers > 0, ballots.answers, np.nan).astype(float)
    wide = _robust_z(np.log(_spread(view, marks) + 0.1))
    rated = residuals.present.sum(axis=1)
    weak = -np.arctanh(np.clip(residuals.relation, -0.999, 0.999)) * np.sqrt(
        np.maximum(rated - 3, 1)
    )
    weak_z = _robust_z(weak)
    p = special.ndtr(-(wide + weak_z) / np.sqrt(2))
    p = np.where((wide > 0) & (weak_z > 0), p, 1.0)
    return np.where(rated >= 8, p, np.nan)


def _spread(view: View, marks: Floats) -> Floats:
    ballot, n = view.ballots.ballot, view.ballots.n_ballots
    there = np.isfinite(marks)
    flat = np.where(there, marks, 0.0)
    count = np.bincount(ballot, weights=there.sum(1), minlength=n)
    mean = np.bincount(ballot, weights=flat.sum(1), minlength=n) / np.maximum(count, 1)
    square = np.where(there, (marks - mean[ballot][:, None]) ** 2, 0.0)
    variance = np.bincount(ballot, weights=square.sum(1), minlength=n) / np.maximum(count, 1)
    return np.sqrt(variance)


def _robust_z(values: Floats) -> Floats:
    known = values[np.isfinite(values)]
    if len(known) < 8:
        return np.full(len(values), np.nan)
    low, middle, high = np.quantile(known, (0.1587, 0.5, 0.8413))
    spread = max((high - low) / 2, 1e-9)
    return np.asarray((values - middle) / spread, dtype=np.float64)


def _flat(view: View, answered: Ints) -> Floats:
    """Share of ballots at least as much of one mark, that mark being the same or a rarer one."""
    answers = view.ballots.answers
    n, levels = view.ballots.n_ballots, view.ballots.levels
    counts = np.zeros((n, levels))
    for mark in range(1, levels + 1):
        counts[:, mark - 1] = np.bincount(
            view.ballots.ballot, weights=(answers == mark).sum(axis=1), minlength=n
        )
    most = counts.argmax(axis=1)
    share = counts.max(axis=1) / np.maximum(answered, 1)
    p = np.ones(n)
    for mark in range(levels):
        here = most == mark
        ordered = np.sort(share[here])
        p[here] = (len(ordered) - np.searchsorted(ordered, share[here] - 1e-9)) / max(n, 1)
    p[(share < FLAT_SHARE) | (answered < 4)] = 1.0
    return p
