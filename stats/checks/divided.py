"""Family 12: units about which opinion is divided. Dissent is legitimate: information only."""

import numpy as np
from scipy import special

from stats.ballots import Floats, Ints
from stats.checks.residuals import Residuals
from stats.findings import Finding
from stats.ledger import enter
from stats.permutation.discovery import weighted_q

CHECK = "divided"
FAR = 3.0
MIN_FAR = 5
EFFICIENCY = 0.37


def beyond_the_usual(count: Ints) -> Floats:
    """p-values of counts as large among their like.

    Parameters
    ----------
    count : int array (n_units,)

    Notes
    -----
    Units differ honestly in how far they divide, so the spread is that of the units themselves, at
    least Poisson's. Middle and spread are known from these units only: a median with π/2 the
    variance of a mean, a median deviation worth EFFICIENCY of the degrees of freedom.

    References
    ----------
    Anscombe, F. J. (1948). doi:10.1093/biomet/35.3-4.246; Rousseeuw, P. J. & Croux, C. (1993).
    doi:10.1080/01621459.1993.10476408
    """
    n = len(count)
    root = 2 * np.sqrt(count + 0.375)
    middle = float(np.median(root))
    spread = max(1.4826 * float(np.median(np.abs(root - middle))), 1.0)
    away = (root - middle) / (spread * np.sqrt(1 + np.pi / 2 / n))
    freedom = max(EFFICIENCY * (n - 1), 1.0)
    return np.asarray(special.stdtr(freedom, -away), dtype=np.float64)


def divided_opinion(residuals: Residuals, *, level: float) -> list[Finding]:
    """Units with many more marks far below their raters' own lines than other units have."""
    relative = residuals.raw / residuals.scale[:, None]
    far = (relative < -FAR) & (residuals.present > 0)
    count, n = far.sum(axis=0), residuals.present.sum(axis=0)
    usual = float(np.median(np.divide(count, n, out=np.zeros(len(n)), where=n > 0)))
    expected = np.maximum(n * max(usual, 1 / max(float(n.sum()), 1.0)), 0.5)
    p = beyond_the_usual(count)
    q = weighted_q(p)
    enter(CHECK, q, p)
    return [
        Finding(
            check=CHECK,
            level="information",
            units_lifted=(),
            units_sunk=(int(unit),),
            homes=(),
            context={},
            ballots=np.flatnonzero(far[:, unit]).astype(np.int64),
            statistic=float(count[unit]),
            pvalue=float(p[unit]),
            qvalue=float(q[unit]),
            effect=float(count[unit] / expected[unit]),
            facts={"n": int(count[unit]), "expected": float(expected[unit])},
        )
        for unit in np.flatnonzero((q <= level) & (count >= MIN_FAR))
    ]
