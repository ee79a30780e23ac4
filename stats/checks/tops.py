"""Full marks where neither rater nor unit is lavish with them: how favour shows at a ceiling."""

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats

SWEEPS = 25
PRIOR = 0.3
LEAST = 0.02


def top_scores(table: Floats, there: Bools, levels: int) -> Floats:
    """Standardised residual of giving full marks, under a Rasch model of raters and units.

    Parameters
    ----------
    table : array (n_raters, n_units) of mean marks, nan where absent
    there : bool array of the same shape, which cells count
    levels : the highest mark

    Returns
    -------
    array of the same shape, nan where absent

    Notes
    -----
    ``P(full) = expit(a_i + b_u)``, fitted by alternating Newton steps with a small normal prior. A
    mark can rise no further than the top: among 60 % top marks, who gives full marks to whom says
    more than by how much a mean is lifted.

    References
    ----------
    Rasch, G. (1960). Probabilistic Models for Some Intelligence and Attainment Tests.
    """
    full = (there & (np.nan_to_num(table) >= levels - 1e-9)).astype(np.float64)
    weight = there.astype(np.float64)
    rater, unit = np.zeros(len(table)), np.zeros(table.shape[1])
    for _ in range(SWEEPS):
        p = special.expit(rater[:, None] + unit) * weight
        step = (full - p).sum(axis=1) - PRIOR * rater
        rater += step / ((p * (1 - p)).sum(axis=1) + PRIOR)
        p = special.expit(rater[:, None] + unit) * weight
        unit += (full - p).sum(axis=0) / ((p * (1 - p)).sum(axis=0) + PRIOR)
    p = special.expit(rater[:, None] + unit)
    scores = (full - p) / np.sqrt(np.maximum(p * (1 - p), LEAST))
    return np.where(there, scores, np.nan)
