"""Agreement on categories, and agreement against marks given at random."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtr, ndtr

from stats.agreement.intraclass import mean_squares
from stats.indices.answers import as_answers


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient with its test.

    Attributes
    ----------
    value : <= 1
    statistic, pvalue : z (Fleiss) or F (Finn), and its tail
    n_units, n_raters : used
    """

    value: float
    statistic: float
    pvalue: float
    n_units: int
    n_raters: int


def fleiss_kappa(marks: ArrayLike) -> Agreement:
    """Fleiss' kappa for any number of raters and categories.

    Parameters
    ----------
    marks : array of shape (n_units, n_raters), category codes, NaN missing: the unit is left out

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological
    Bulletin 76, 378-382. https://doi.org/10.1037/h0031619
    """
    table = as_answers(marks)
    table = table[np.isfinite(table).all(axis=1)]
    n, m = table.shape
    if n < 1 or m < 2:
        return Agreement(float("nan"), float("nan"), float("nan"), n, m)
    counts = (table[:, :, None] == np.unique(table)).sum(axis=1)
    share = counts.sum(axis=0) / (n * m)
    seen = float(((counts**2).sum(axis=1) - m).mean() / (m * (m - 1)))
    chance = float((share**2).sum())
    rest = share * (1 - share)
    total = float(rest.sum())
    if total == 0:
        return Agreement(float("nan"), float("nan"), float("nan"), n, m)
    value = (seen - chance) / (1 - chance)
    spread = total**2 - float((rest * (1 - 2 * share)).sum())
    variance = 2 / (total**2 * n * m * (m - 1)) * spread
    statistic = value / np.sqrt(variance) if variance > 0 else float("nan")
    return Agreement(value, float(statistic), float(2 * ndtr(-abs(statistic))), n, m)


def finn(marks: ArrayLike, *, n_levels: int) -> Agreement:
    """Finn's coefficient: one minus the residual variance over that of uniform marks.

    Parameters
    ----------
    marks : array of shape (n_units, n_raters), NaN missing: the unit is left out
    n_levels : number of marks that could be given

    References
    ----------
    Finn, R. H. (1970). A note on estimating the reliability of categorical data. Educational and
    Psychological Measurement 30, 71-76. https://doi.org/10.1177/001316447003000106
    """
    ms = mean_squares(marks)
    uniform = (n_levels**2 - 1) / 12
    value = 1 - ms.residual / uniform
    statistic = uniform / ms.residual if ms.residual > 0 else float("inf")
    # Against a variance known beforehand: F with infinitely many degrees of freedom above, which
    # is a chi-square below; irr counts n_units (n_raters - 1) there.
    df2 = ms.n_units * (ms.n_raters - 1)
    pvalue = float(chdtr(max(df2, 1), df2 / statistic)) if statistic > 0 else float("nan")
    return Agreement(value, statistic, pvalue, ms.n_units, ms.n_raters)
