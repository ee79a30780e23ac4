"""Family 9: the fuller a batch, the better its marks for one unit."""

import numpy as np

from stats.ballots import Floats, Ints
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.discovery import weighted_q

CHECK = "turnout"
MIN_BATCHES = 10
MIN_BALLOTS = 3
SHUFFLES = 1999
MIN_SLOPE = 0.3


def turnout_slopes(
    view: View, *, level: float, rng: np.random.Generator
) -> tuple[list[Finding], list[NotRun]]:
    """Units whose marks rise with the turnout of the batch they came in.

    The marks of a unit's batches are weighted by their ballots; the null hands the turnouts to
    other batches of the same unit.
    """
    ballots = view.ballots
    if ballots.batch is None or ballots.issued is None:
        return [], [NotRun(CHECK, "no_column", {"columns": ("issued",)})]
    turnout = _turnout(ballots.batch, ballots.issued)
    tests = [_test(view, ballots.batch, (unit, turnout), rng) for unit in range(ballots.n_units)]
    done = [t for t in tests if t is not None]
    if not done:
        return [], [NotRun(CHECK, "too_few_batches", {"needed": MIN_BATCHES})]
    q = weighted_q(np.array([p for _, _, p, _ in done]))
    return [
        Finding(
            check=CHECK,
            level="information",
            units_lifted=(unit,),
            units_sunk=(),
            homes=(),
            context={},
            ballots=np.zeros(0, dtype=np.int64),
            statistic=slope,
            pvalue=p,
            qvalue=float(q[k]),
            effect=slope,
            facts={"batches": n},
        )
        for k, (unit, slope, p, n) in enumerate(done)
        if q[k] <= level and slope >= MIN_SLOPE
    ], []


def _turnout(batch: Ints, issued: Ints) -> Floats:
    """Logit of the share of a batch's codes that came back, nan where unknown."""
    held = np.bincount(batch[batch >= 0], minlength=len(issued)).astype(float)[: len(issued)]
    share = (held + 0.5) / (np.maximum(issued, held) + 1.0)
    return np.where(issued > 0, np.log(share / (1 - share)), np.nan)


def _test(
    view: View, batch: Ints, target: tuple[int, Floats], rng: np.random.Generator
) -> tuple[int, float, float, int] | None:
    unit, turnout = target
    rows = np.flatnonzero(view.rated & (view.ballots.unit == unit))
    label = batch[view.ballots.ballot[rows]]
    rows, label = rows[label >= 0], label[label >= 0]
    n = np.bincount(label, minlength=len(turnout)).astype(float)
    total = np.bincount(label, weights=view.mark[rows], minlength=len(turnout))
    use = (n >= MIN_BALLOTS) & np.isfinite(turnout)
    if use.sum() < MIN_BATCHES:
        return None
    mean, weight, x = total[use] / n[use], n[use], turnout[use]
    orders = rng.random((SHUFFLES, len(x))).argsort(axis=1)
    shuffled = np.vstack([x, x[orders]])
    centred = shuffled - (shuffled @ weight)[:, None] / weight.sum()
    y = mean - np.average(mean, weights=weight)
    slopes = (centred @ (weight * y)) / np.maximum((centred**2) @ weight, 1e-12)
    t = (centred @ (weight * y)) / np.sqrt(np.maximum((centred**2) @ weight, 1e-12))
    p = float(np.mean(t[1:] >= t[0] - 1e-12) * SHUFFLES + 1) / (SHUFFLES + 1)
    return unit, float(slopes[0]), p, len(x)
