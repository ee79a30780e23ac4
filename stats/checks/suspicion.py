"""One number per ballot: how likely it is not an honest answer, as far as the checks can tell."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from stats.ballots import Floats
from stats.checks.effort import Effort
from stats.findings import Finding

PRIOR = 0.05
"""Share of careless ballots taken for granted before looking (median of 249 studies: 7.1 %)."""

PRIOR_COMPANY = 0.02
"""Share of ballots cast in bad company taken for granted before looking."""

TEMPER = 0.7
"""The likelihoods leave out what people differ in: their evidence counts less than it says."""

MOST = 12.0
"""Beyond this much the evidence of one ballot says no more."""

MOST_FLAT = 3.5
"""One honest rater in ten or twenty hardly differentiates: one mark throughout says no more."""

HURRY = -0.8
"""Log time of careless answering against the usual."""


def suspicion_of(findings: Sequence[Finding], effort: Effort, hints: Floats) -> Floats:
    """Suspicion per ballot, 0 … 1.

    Effort enters as the posterior probability of careless answering: by a mixture of readers and
    others; for matrices, if larger, by likelihood ratios of thrown and of straight answers, or the
    largest Bayes factor the p-values allow
    (``-1 / (e p log p)``: Sellke, Bayarri & Berger 2001, doi:10.1198/000313001300339950); for
    matrices times the ratio of the times. Findings about groups of ballots enter by 1 - q; company
    too weak for a finding by the same bound, up to one half.
    """
    clear = 1 - careless_probability(effort)
    odds = np.log(PRIOR_COMPANY / (1 - PRIOR_COMPANY)) + _log_factor(hints)
    clear *= 1 - special.expit(np.minimum(odds, 0.0))
    for finding in findings:
        if finding.level != "information":
            clear[finding.ballots] *= finding.qvalue
    return np.clip(1 - clear, 0.0, 1.0)


def careless_probability(effort: Effort) -> Floats:
    """Posterior probability that nobody read the form, per ballot."""
    careless = effort.careless
    mixture = np.zeros(len(effort.fast)) if careless is None else special.expit(careless.log_odds)
    if effort.patterns is not None and not effort.patterns.matrix:
        return np.asarray(mixture, dtype=np.float64)
    evidence = np.maximum(_log_factor(effort.random), _flat_factor(effort))
    if effort.patterns is not None:
        straight = np.minimum(effort.patterns.straight, MOST_FLAT)
        evidence = np.maximum(effort.patterns.dice, np.maximum(straight, _flat_factor(effort)))
    evidence = TEMPER * np.clip(evidence, -4.0, MOST)
    log_odds = np.log(PRIOR / (1 - PRIOR)) + evidence + _log_time(effort)
    return np.asarray(np.maximum(mixture, special.expit(log_odds)), dtype=np.float64)


def _flat_factor(effort: Effort) -> Floats:
    """Evidence of one mark throughout, or of long runs of it."""
    evidence = np.maximum(_log_factor(effort.flat), _log_factor(effort.runs) - 1)
    return np.minimum(evidence, MOST_FLAT)


def _log_time(effort: Effort) -> Floats:
    """Log likelihood ratio of the time taken: normal in log time, shifted by HURRY."""
    log_ratio = np.log(np.where(effort.ratio > 0, effort.ratio, 1.0))
    known = np.isfinite(effort.fast)
    z = special.ndtri(np.clip(np.where(known, effort.fast, 0.5), 1e-9, 1 - 1e-9))
    spread = np.median(np.abs(log_ratio[known])) / 0.6745 if known.any() else 1.0
    shift = HURRY / max(float(spread), 0.2)
    ratio = shift * z - shift**2 / 2
    return np.where(known, np.clip(ratio, -3.0, 6.0), 0.0)


def _log_factor(p: Floats) -> Floats:
    """Log of the largest Bayes factor against the null that a p-value allows; below 0 past 1/e."""
    known = np.where(np.isfinite(p), p, 1.0)
    small = np.clip(known, 1e-15, 1 / np.e)
    return np.asarray(
        -np.log(-np.e * small * np.log(small)) - (known > 1 / np.e) * (known - 1 / np.e)
    )
