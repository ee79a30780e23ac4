"""Family 12: units about which opinion is divided. Dissent is legitimate: information only."""

import numpy as np
from scipy import special

from stats.checks.residuals import Residuals
from stats.findings import Finding
from stats.ledger import enter
from stats.permutation.discovery import weighted_q

CHECK = "divided"
FAR = 3.0
MIN_FAR = 5


def divided_opinion(residuals: Residuals, *, level: float) -> list[Finding]:
    """Units with many more marks far below their raters' own lines than other units have."""
    relative = residuals.raw / residuals.scale[:, None]
    far = (relative < -FAR) & (residuals.present > 0)
    count, n = far.sum(axis=0), residuals.present.sum(axis=0)
    usual = float(np.median(np.divide(count, n, out=np.zeros(len(n)), where=n > 0)))
    expected = np.maximum(n * max(usual, 1 / max(float(n.sum()), 1.0)), 0.5)
    # Units differ honestly in how far they divide: the spread is that of the units themselves.
    root = 2 * np.sqrt(count + 0.375)
    middle = float(np.median(root))
    spread = max(1.4826 * float(np.median(np.abs(root - middle))), 1.0)
    p = np.asarray(special.ndtr(-(root - middle) / spread), dtype=np.float64)
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
