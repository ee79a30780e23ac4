"""Kendall's W: do raters order the units alike?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc
from scipy.stats import rankdata

from stats.indices.answers import as_answers


@dataclass(frozen=True, slots=True)
class KendallW:
    """Concordance.

    Attributes
    ----------
    value : 0..1; NaN where no rater tells the units apart
    statistic, pvalue : chi-square test of no concordance, on n_units - 1 degrees of freedom
    n_units, n_raters : units ranked by all, raters
    """

    value: float
    statistic: float
    pvalue: float
    n_units: int
    n_raters: int


def kendall_w(marks: ArrayLike) -> KendallW:
    """Kendall's coefficient of concordance, corrected for ties.

    Parameters
    ----------
    marks : array of shape (n_units, n_raters), NaN missing: the unit is left out

    Notes
    -----
    ``W = 12 S / (m^2 (n^3 - n) - m sum (t^3 - t))`` with S the sum of squares of the rank sums.

    References
    ----------
    Kendall, M. G., & Babington Smith, B. (1939). The problem of m rankings. Annals of Mathematical
    Statistics 10, 275-287. https://doi.org/10.1214/aoms/1177732186

    Examples
    --------
    >>> kendall_w([[1, 2], [2, 3], [3, 5]]).value
    1.0
    """
    table = as_answers(marks)
    table = table[np.isfinite(table).all(axis=1)]
    n, m = table.shape
    if n < 2 or m < 1:
        return KendallW(float("nan"), float("nan"), float("nan"), n, m)
    ranks = rankdata(table, axis=0)
    sums = ranks.sum(axis=1)
    squares = float(((sums - sums.mean()) ** 2).sum())
    ties = 0.0
    for column in ranks.T:
        _, times = np.unique(column, return_counts=True)
        ties += float((times.astype(np.float64) ** 3 - times).sum())
    most = m**2 * (n**3 - n) - m * ties
    value = 12 * squares / most if most > 0 else float("nan")
    statistic = m * (n - 1) * value
    return KendallW(value, statistic, float(chdtrc(n - 1, statistic)), n, m)
