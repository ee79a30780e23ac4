"""Person-total: does a respondent order the items as all the others do?"""

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats, as_answers, column_means
from stats.indices.correlation import row_correlations


def person_total(answers: ArrayLike, *, leave_one_out: bool = False) -> Floats:
    """Correlation of each respondent's answers with the item means.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    leave_one_out : take the means over the other respondents only

    Returns
    -------
    array of shape (n_respondents,), -1..1; NaN where the answers or the means do not vary

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey data.
    Journal of Experimental Social Psychology 66, 4-19. https://doi.org/10.1016/j.jesp.2015.07.006
    """
    table = as_answers(answers)
    if not leave_one_out:
        return row_correlations(table, np.broadcast_to(column_means(table), table.shape))
    answered = np.isfinite(table)
    n = answered.sum(axis=0)
    known = np.where(answered, table, 0.0)
    others = np.where(answered, n - 1, n)
    means = np.divide(
        known.sum(axis=0) - known, others, out=np.full(table.shape, np.nan), where=others > 0
    )
    return row_correlations(table, means)
