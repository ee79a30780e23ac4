"""Families 1 to 3: fast, patterned and random answering, ballot by ballot."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.residuals import Residuals
from stats.checks.runs import run_pvalues
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.discovery import weighted_q

MIN_BALLOTS = 50
FAST_SHARE = 1 / 3
FLAT_SHARE = 0.95
REST_BINS = 8


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
    """

    fast: Floats
    runs: Floats
    random: Floats
    flat: Floats
    ratio: Floats

    @property
    def pattern(self) -> Floats:
        """Smallest of the pattern signals, Bonferroni adjusted."""
        stacked = np.vstack([self.runs, self.random, self.flat])
        tried = np.isfinite(stacked).sum(axis=0)
        least = np.where(np.isfinite(stacked), stacked, 1.0).min(axis=0)
        return np.minimum(least * np.maximum(tried, 1), 1.0)

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
    random = _unrelated(view, residuals) if residuals is not None else _unlikely(view)
    return Effort(
        fast=fast,
        runs=run_pvalues(view, rng),
        random=random,
        flat=_flat(view, answered),
        ratio=ratio,
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
    return found, missing


def _listed(check: str, p: Floats, level: float, shown: tuple[str, Floats]) -> list[Finding]:
    q = weighted_q(p)
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
    p = np.fmax(special.ndtr(-wide), special.ndtr(-weak_z))
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


def _unlikely(view: View) -> Floats:
    """Single units: answers unlikely given the ballot's other answers."""
    ballots = view.ballots
    n = ballots.n_ballots
    if ballots.n_items < 4 or n < MIN_BALLOTS:
        return np.full(n, np.nan)
    log_likelihood, expected, variance = _conditional_likelihood(view)
    z = (log_likelihood - expected) / np.sqrt(np.maximum(variance, 1e-6))
    per_ballot = np.full(n, np.nan)
    per_ballot[ballots.ballot] = z
    per_ballot[~np.isin(np.arange(n), ballots.ballot[view.rated])] = np.nan
    return np.asarray(special.ndtr(_left_z(per_ballot)), dtype=np.float64)


def _left_z(values: Floats) -> Floats:
    known = values[np.isfinite(values)]
    if len(known) < 8:
        return np.full(len(values), np.nan)
    low, middle = np.quantile(known, (0.05, 0.5))
    return np.asarray((values - middle) / max((middle - low) / 1.645, 1e-9), dtype=np.float64)


def _conditional_likelihood(view: View) -> tuple[Floats, Floats, Floats]:
    """Sum over items of log P(answer | mean of the ballot's other answers), with its moments."""
    answers = view.ballots.answers
    levels = view.ballots.levels
    valid = answers > 0
    total = answers.sum(axis=1, dtype=np.int64)
    count = valid.sum(axis=1)
    score = np.zeros(len(answers))
    mean = np.zeros(len(answers))
    variance = np.zeros(len(answers))
    for item in range(answers.shape[1]):
        x = answers[:, item].astype(np.int64)
        here = valid[:, item] & (count > 1)
        rest = np.divide(total - x, count - 1, out=np.zeros(len(x)), where=count > 1)
        bins = np.clip(np.round((rest - 1) / (levels - 1) * REST_BINS), 0, REST_BINS).astype(
            np.int64
        )
        table = (
            np.bincount(
                (bins * (levels + 1) + x)[here], minlength=(REST_BINS + 1) * (levels + 1)
            ).reshape(REST_BINS + 1, levels + 1)[:, 1:]
            + 0.5
        )
        log_p = np.log(table / table.sum(axis=1, keepdims=True))
        p = np.exp(log_p)
        first, second = (p * log_p).sum(1), (p * log_p**2).sum(1)
        score[here] += log_p[bins[here], x[here] - 1]
        mean[here] += first[bins[here]]
        variance[here] += (second - first**2)[bins[here]]
    return score, mean, variance


def _flat(view: View, answered: Ints) -> Floats:
    """Share of ballots that hold this one mark throughout, or a rarer one."""
    answers = view.ballots.answers
    n, levels = view.ballots.n_ballots, view.ballots.levels
    counts = np.zeros((n, levels))
    for mark in range(1, levels + 1):
        counts[:, mark - 1] = np.bincount(
            view.ballots.ballot, weights=(answers == mark).sum(axis=1), minlength=n
        )
    most = counts.argmax(axis=1)
    share = counts.max(axis=1) / np.maximum(answered, 1)
    flat: Bools = (share >= FLAT_SHARE) & (answered >= 4)
    how_many = np.bincount(most[flat], minlength=levels)
    rarer = np.array([how_many[how_many <= h].sum() for h in how_many]) / max(n, 1)
    p = np.ones(n)
    p[flat] = np.maximum(rarer[most[flat]], 1.0 / max(n, 1))
    return p
