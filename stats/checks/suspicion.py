"""One number per ballot: how likely it is not an honest answer, as far as the checks can tell."""

from collections.abc import Sequence

import numpy as np

from stats.ballots import Floats
from stats.checks.effort import Effort
from stats.findings import Finding

PRIOR = 0.05
"""Share of careless ballots taken for granted before looking (median of 249 studies: 7.1 %)."""


def suspicion_of(findings: Sequence[Finding], effort: Effort) -> Floats:
    """Suspicion per ballot, 0 … 1.

    Effort enters by the largest Bayes factor its p-value allows (``-1 / (e p log p)``: Sellke,
    Bayarri & Berger 2001, doi:10.1198/000313001300339950) on a fixed prior; findings about
    groups of ballots by 1 - q.
    """
    clear = 1 - _posterior(effort.combined)
    for finding in findings:
        if finding.level != "information":
            clear[finding.ballots] *= finding.qvalue
    return np.clip(1 - clear, 0.0, 1.0)


def _posterior(p: Floats) -> Floats:
    small = np.clip(p, 1e-15, 1 / np.e)
    factor = -1 / (np.e * small * np.log(small))
    rank_only = np.where(p > 1 / np.e, (1 - p) / (1 - 1 / np.e), factor)
    odds = PRIOR / (1 - PRIOR) * rank_only
    return np.asarray(odds / (1 + odds), dtype=np.float64)
