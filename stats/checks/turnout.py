"""Family 9: the fuller a batch, the better its marks for one unit."""

import numpy as np

from stats.ballots import Floats, Ints
from stats.checks.pieces import Piece, Pieces
from stats.findings import Finding, NotRun
from stats.labels import distinct
from stats.ledger import enter
from stats.permutation.discovery import weighted_q
from stats.work import stream

CHECK = "turnout"
MIN_BATCHES = 10
MIN_BALLOTS = 3
SHUFFLES = 1999
MIN_SLOPE = 0.3
Slope = tuple[int, float, float, int]
"""Unit, slope in marks per logit, p-value, number of batches."""


def turnout_slopes(
    pieces: Pieces, *, level: float, entropy: int
) -> tuple[list[Finding], list[NotRun]]:
    """Units whose marks rise with the turnout of the batch they came in.

    The marks of a unit's batches are weighted by their ballots; the null hands the turnouts to
    other batches of the same unit.

    Parameters
    ----------
    pieces : the campaign
    level : the family's budget
    entropy : what the streams of the units are drawn from
    """
    ballots = pieces.view.ballots
    if ballots.batch is None or ballots.issued is None:
        return [], [NotRun(CHECK, "no_column", {"columns": ("issued",)})]
    turnout = _turnout(ballots.batch, ballots.issued)
    told = pieces.fetch(unit_slopes, pieces.alike(turnout), pieces.alike(entropy))
    done: list[Slope] = [slope for slopes in told for slope in slopes]
    if not done:
        return [], [NotRun(CHECK, "too_few_batches", {"needed": MIN_BATCHES})]
    pvalues = np.array([p for _, _, p, _ in done])
    q = weighted_q(pvalues)
    enter(CHECK, q, pvalues)
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


def unit_slopes(piece: Piece, turnout: Floats, entropy: int) -> list[Slope]:
    """Slope of the marks on turnout for every unit of a piece with enough batches.

    Parameters
    ----------
    piece : some units
    turnout : array (n_batches,)
    entropy : what the streams of the units are drawn from
    """
    view, batch = piece.view, piece.view.ballots.batch
    if batch is None:
        return []
    label = batch[view.ballots.ballot]
    rows = np.flatnonzero(view.rated & (label >= 0))
    units, unit = distinct(view.ballots.unit[rows])
    here, label = distinct(label[rows])
    turnout, n = turnout[here], len(here)
    cell = unit * n + label
    count = np.bincount(cell, minlength=len(units) * n).reshape(len(units), n).astype(float)
    total = np.bincount(cell, weights=view.mark[rows], minlength=len(units) * n)
    slopes = (
        _slope(int(u), count[k], (total.reshape(len(units), n)[k], turnout), entropy)
        for k, u in enumerate(units)
    )
    return [slope for slope in slopes if slope is not None]


def _slope(unit: int, n: Floats, marks: tuple[Floats, Floats], entropy: int) -> Slope | None:
    total, turnout = marks
    use = (n >= MIN_BALLOTS) & np.isfinite(turnout)
    if use.sum() < MIN_BATCHES:
        return None
    mean, weight, x = total[use] / n[use], n[use], turnout[use]
    orders = stream(entropy, unit).random((SHUFFLES, len(x))).argsort(axis=1)
    shuffled = np.vstack([x, x[orders]])
    centred = shuffled - (shuffled @ weight)[:, None] / weight.sum()
    y = mean - np.average(mean, weights=weight)
    slopes = (centred @ (weight * y)) / np.maximum((centred**2) @ weight, 1e-12)
    t = (centred @ (weight * y)) / np.sqrt(np.maximum((centred**2) @ weight, 1e-12))
    p = float(np.mean(t[1:] >= t[0] - 1e-12) * SHUFFLES + 1) / (SHUFFLES + 1)
    return unit, float(slopes[0]), p, len(x)
