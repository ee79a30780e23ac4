"""How each rater departs, unit by unit, from what everybody thinks of the units."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints
from stats.checks.favour import favour_scores
from stats.checks.view import View

OUTLYING = 2.5
CURVED = 20
RIDGE = 1e-9


@dataclass(frozen=True, eq=False)
class Residuals:
    """Residuals of a matrix campaign.

    Parameters
    ----------
    raw : array (n_ballots, n_units), marks less the rater's own line on the consensus, nan absent
    scores : same shape, normal scores of raw / rater scale within each unit, 0 where absent
    favour : same shape, log likelihood ratio that the rater lifts the unit, 0 where absent
    present : same shape, 1.0 where a mark is there and the unit is not the rater's own
    own : array (n_ballots,), normal score of the rater's residual on the own unit, nan without
    consensus : array (n_units,)
    scale : array (n_ballots,), root mean square of the rater's residuals
    slope : array (n_ballots,), of the rater's line
    relation : array (n_ballots,), correlation of the rater's marks with the consensus
    """

    raw: Floats
    scores: Floats
    favour: Floats
    present: Floats
    own: Floats
    consensus: Floats
    scale: Floats
    slope: Floats
    relation: Floats


def residuals_of(view: View) -> Residuals:
    """Fit each rater's line on the consensus and score what is left.

    Notes
    -----
    ``M_iu = a_i + b_i m_u (+ c_i m_u^2) + e_iu`` by least squares over the units that are not the
    rater's own, once more without each rater's marks beyond OUTLYING spreads: one extreme mark
    would tilt the line and make the other units look treated. The slope keeps raters who hardly
    differentiate from sharing the residual ``-m_u``; the square, with CURVED units or more, follows
    the bend that a ceiling gives.
    """
    table = view.table
    if table is None:
        raise ValueError("view: expected a matrix")
    home = view.ballots.home
    there = np.isfinite(table)
    if home is not None:
        at_home = _at_home(home, table.shape[1])
        there[at_home, home[at_home]] = False
    consensus = _consensus(table, there)
    raw, slope = _fit(table, there, consensus)
    tame = there & (np.abs(raw) <= OUTLYING * _typical(raw, there)[:, None])
    raw, slope = _fit(table, tame, consensus)
    scale = _scale(raw, there)
    relative = raw / scale[:, None]
    own = np.full(len(table), np.nan)
    if home is not None:
        own = _own_scores(relative, home)
    return Residuals(
        raw=raw,
        scores=normal_scores(np.where(there, relative, np.nan)),
        favour=favour_scores(view.ballots, there.astype(np.float64)),
        present=there.astype(np.float64),
        own=own,
        consensus=consensus,
        scale=scale,
        slope=slope,
        relation=_relation(table, there, consensus),
    )


def _scale(raw: Floats, there: Bools) -> Floats:
    """Root mean square per rater, not below a quarter of the usual one."""
    scale = np.sqrt(_nanmean(np.where(there, raw, np.nan) ** 2, axis=1))
    known = scale[np.isfinite(scale)]
    floor = max(0.25 * float(np.median(known)), 1e-9) if len(known) else 1.0
    return np.asarray(np.fmax(np.nan_to_num(scale, nan=floor), floor), dtype=np.float64)


def _typical(raw: Floats, there: Bools) -> Floats:
    """Spread per rater by the median size, which one treated unit among few cannot stretch.

    Not below half of the usual: a flat ballot's every departure would count as outlying.
    """
    size = np.where(there, np.abs(raw), np.nan)
    known = there.any(axis=1)
    spread = np.full(len(raw), np.nan)
    spread[known] = 1.4826 * np.nanmedian(size[known], axis=1)
    usual = float(np.median(spread[known])) if known.any() else 1.0
    return np.asarray(np.fmax(spread, max(0.5 * usual, 1e-9)), dtype=np.float64)


def _fit(table: Floats, there: Bools, consensus: Floats) -> tuple[Floats, Floats]:
    """Residuals of every rater's own regression on the consensus, and its slope."""
    basis = _basis(consensus)
    k = basis.shape[1]
    weight = there.astype(np.float64)
    outer = (basis[:, :, None] * basis[:, None, :]).reshape(len(consensus), k * k)
    normal = (weight @ outer).reshape(len(table), k, k)
    ridge = RIDGE * np.maximum(weight.sum(axis=1), 1.0)[:, None, None] * np.eye(k)
    right = np.where(there, table, 0.0) @ basis
    coefficients = np.linalg.solve(normal + ridge, right[:, :, None])[:, :, 0]
    return table - coefficients @ basis.T, coefficients[:, 1]


def _basis(consensus: Floats) -> Floats:
    x = consensus - consensus.mean()
    powers = [np.ones_like(x), x] + ([x**2] if len(x) >= CURVED else [])
    return np.stack(powers, axis=1)


def _relation(table: Floats, there: Bools, consensus: Floats) -> Floats:
    """Correlation of each rater's marks with the consensus, 0 where undefined."""
    mean = _nanmean(np.where(there, table, np.nan), axis=1)
    x = np.where(there, consensus - _centre(there, consensus)[:, None], 0.0)
    y = np.where(there, table - mean[:, None], 0.0)
    root = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    relation: Floats = np.divide(
        (x * y).sum(axis=1), root, out=np.zeros(len(x)), where=root > 1e-12
    )
    return relation


def _at_home(home: Ints, n_units: int) -> Ints:
    """Raters whose home is itself rated."""
    return np.flatnonzero((home >= 0) & (home < n_units)).astype(np.int64)


def _nanmean(values: Floats, axis: int) -> Floats:
    there = np.isfinite(values)
    count = there.sum(axis=axis)
    total = np.where(there, values, 0.0).sum(axis=axis)
    return np.asarray(
        np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0), dtype=np.float64
    )


def _consensus(table: Floats, there: Bools) -> Floats:
    """Mean mark per unit after taking out each rater's severity, three sweeps."""
    marks = np.where(there, table, np.nan)
    severity = np.zeros(len(table))
    unit = np.zeros(table.shape[1])
    for _ in range(3):
        unit = np.nan_to_num(_nanmean(marks - severity[:, None], axis=0), nan=0.0)
        severity = np.nan_to_num(_nanmean(marks - unit, axis=1), nan=0.0)
    return unit


def _centre(there: Bools, consensus: Floats) -> Floats:
    count = there.sum(axis=1)
    return np.asarray(
        np.divide(there @ consensus, count, out=np.zeros(len(there)), where=count > 0),
        dtype=np.float64,
    )


def normal_scores(values: Floats) -> Floats:
    """Van der Waerden scores within columns, mean 0 and variance 1; absent entries give 0."""
    ranks = distributions.rankdata(values, axis=0, nan_policy="omit")
    count = np.isfinite(values).sum(axis=0)
    scores = special.ndtri(ranks / (count + 1.0))
    scores = np.where(np.isfinite(values), scores, np.nan)
    centred = scores - _nanmean(scores, axis=0)
    spread = np.sqrt(_nanmean(centred**2, axis=0))
    result = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-9)
    return np.nan_to_num(result, nan=0.0)


def _own_scores(relative: Floats, home: Ints) -> Floats:
    """Residual on the own unit in the spread of that unit's other raters."""
    own = np.full(len(relative), np.nan)
    at_home = _at_home(home, relative.shape[1])
    others = relative.copy()
    others[at_home, home[at_home]] = np.nan
    spread = np.sqrt(_nanmean(others**2, axis=0))
    units = home[at_home]
    own[at_home] = relative[at_home, units] / np.maximum(
        np.nan_to_num(spread[units], nan=1.0), 0.25
    )
    return own
