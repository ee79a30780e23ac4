"""Family 0: counts that cannot be, and what the ballots say by themselves."""

import numpy as np

from stats.checks.view import View
from stats.findings import Finding, NotRun

CHECK = "over_issued"


def over_issued(view: View) -> tuple[list[Finding], list[NotRun]]:
    """Batches that hold more ballots than codes were issued."""
    ballots = view.ballots
    if ballots.batch is None or ballots.issued is None:
        return [], [NotRun(CHECK, "no_column", {"columns": ("issued",)})]
    held = np.bincount(ballots.batch[ballots.batch >= 0], minlength=len(ballots.issued))
    known = ballots.issued >= 0
    too_many = np.flatnonzero(known & (held[: len(known)] > ballots.issued))
    return [
        Finding(
            check=CHECK,
            level="fact",
            units_lifted=(),
            units_sunk=(),
            homes=(),
            context={"batch": int(batch)},
            ballots=np.flatnonzero(ballots.batch == batch).astype(np.int64),
            statistic=float(held[batch] - ballots.issued[batch]),
            pvalue=0.0,
            qvalue=0.0,
            effect=float(held[batch] / max(int(ballots.issued[batch]), 1)),
            facts={"held": int(held[batch]), "issued": int(ballots.issued[batch])},
        )
        for batch in too_many
    ], []
