"""How much better a cell fits a rater who lifts the unit than one who means what they mark."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Ballots, Floats

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
SWEEPS = 25
PRIOR = 0.3
HALO = (0.5, 1.0, 1.5, 2.0, 2.5)
LIFT = 4.0
"""How far, in logits, a rater who favours a unit is taken to stand above their own view of it."""

SHARE = 0.75
"""Share of a favouring home's raters who are taken to join in."""

MOST = 20.0
LOGISTIC = (15 * np.pi / (16 * np.sqrt(3))) ** 2
"""Variance of the normal that is nearest to a logistic: averaging over ``h`` flattens by it."""


@dataclass(frozen=True, eq=False)
class FullMarks:
    """Logits of full marks per item, and how far raters differ about whole units.

    Parameters
    ----------
    logit : array (n_raters, n_units, n_items), the rater's and the item's average
    full : array of the same shape, 1 = full mark, 0 = lower or absent
    there : array of the same shape, 1 = answered
    halo : spread, in logits, of a rater's view of one unit about their usual one
    """

    logit: Floats
    full: Floats
    there: Floats
    halo: float

    def log_likelihood(self, lift: float) -> Floats:
        """Of each cell's answers when its rater stands ``lift`` higher, shape (raters, units)."""
        return _log_likelihood(self, self.halo, lift)


def favour_scores(ballots: Ballots, present: Floats) -> Floats:
    """Log likelihood ratio of favour against honest marking, cell by cell.

    Parameters
    ----------
    ballots : a matrix
    present : array (n_ballots, n_units), 1 where a mark counts

    Returns
    -------
    array (n_ballots, n_units) in nats, 0 where absent; under the model, ``E exp`` is 1.

    Notes
    -----
    ``logit P(full mark) = a_i + b_uj + h_iu``, ``h`` normal: rater, unit by item, and the rater's
    own view of the unit, integrated out over nine nodes. Favour adds LIFT for SHARE of the raters.
    At a ceiling a mean can hardly be lifted, but who gives full marks to whom still tells, and most
    where neither is used to them. Sums over raters and dyads weigh each cell by what it can tell.

    References
    ----------
    Rasch, G. (1960). Probabilistic Models for Some Intelligence and Attainment Tests.
    Neyman, J. & Pearson, E. S. (1933). doi:10.1098/rsta.1933.0009
    """
    model = fit_full_marks(ballots, present)
    ratio = model.log_likelihood(LIFT) - model.log_likelihood(0.0)
    scores = np.log(1 - SHARE + SHARE * np.exp(np.minimum(ratio, MOST)))
    return np.where(model.there.any(axis=2), scores, 0.0)


def fit_full_marks(ballots: Ballots, present: Floats) -> FullMarks:
    """Fit raters and items by alternating Newton steps, then the halo by likelihood."""
    shape = (ballots.n_ballots, ballots.n_units, ballots.n_items)
    answers = np.zeros(shape, dtype=np.uint8)
    answers[ballots.ballot, ballots.unit] = ballots.answers
    answers[present == 0] = 0
    there = (answers > 0).astype(np.float64)
    full = (answers == ballots.levels).astype(np.float64)
    rater, item = _margins(full, there)
    logit = rater[:, None, None] + item
    models = [FullMarks(logit * np.sqrt(1 + h**2 / LOGISTIC), full, there, h) for h in HALO]
    fits = [float(m.log_likelihood(0.0).sum()) for m in models]
    return models[int(np.argmax(fits))]


def _margins(full: Floats, there: Floats) -> tuple[Floats, Floats]:
    rater, item = np.zeros(len(full)), np.zeros(full.shape[1:])
    for _ in range(SWEEPS):
        p = special.expit(rater[:, None, None] + item)
        step = (full - p * there).sum(axis=(1, 2)) - PRIOR * rater
        rater += step / ((p * (1 - p) * there).sum(axis=(1, 2)) + PRIOR)
        p = special.expit(rater[:, None, None] + item)
        step = (full - p * there).sum(axis=0) - PRIOR * item
        item += step / ((p * (1 - p) * there).sum(axis=0) + PRIOR)
    return rater, item


def _log_likelihood(model: FullMarks, halo: float, lift: float) -> Floats:
    parts = np.empty((len(NODES), *model.logit.shape[:2]))
    for k, node in enumerate(NODES):
        logit = model.logit + (lift + halo * node)
        parts[k] = ((model.full * logit - np.logaddexp(0, logit)) * model.there).sum(axis=2)
    weights = WEIGHTS / WEIGHTS.sum()
    result: Floats = special.logsumexp(parts, b=weights[:, None, None], axis=0)
    return result
