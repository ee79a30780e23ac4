"""IRV: how much a respondent's answers differ among themselves."""

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats, as_answers


def intra_individual_variability(answers: ArrayLike) -> Floats:
    """Standard deviation of each respondent's answers.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing and left out

    Returns
    -------
    array of shape (n_respondents,), >= 0; NaN with fewer than two answers

    Notes
    -----
    ``n - 1`` in the divisor.

    References
    ----------
    Dunn, A. M., Heggestad, E. D., Shanock, L. R., & Theilgard, N. (2018). Intra-individual response
    variability as an indicator of insufficient effort responding. Journal of Business and
    Psychology 33, 105-121. https://doi.org/10.1007/s10869-016-9479-0

    Examples
    --------
    >>> intra_individual_variability([[1, 3, 5], [4, 4, 4]]).tolist()
    [2.0, 0.0]
    """
    table = as_answers(answers)
    answered = np.isfinite(table)
    n = answered.sum(axis=1)
    sums = np.where(answered, table, 0.0).sum(axis=1)
    means = np.divide(sums, n, out=np.zeros(n.shape), where=n > 0)
    deviations = np.where(answered, table - means[:, None], 0.0)
    squares = np.einsum("ij,ij->i", deviations, deviations)
    variance: Floats = np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n >= 2)
    return np.sqrt(variance)


def split_variability(answers: ArrayLike, *, n_parts: int) -> Floats:
    """IRV of consecutive parts of the questionnaire.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    n_parts : 1..n_items; consecutive, of equal width on the
        range 1..n_items, as R's ``cut`` makes them

    Returns
    -------
    array of shape (n_respondents, n_parts)
    """
    table = as_answers(answers)
    items = table.shape[1]
    if not 1 <= n_parts <= items:
        raise ValueError(f"n_parts must be in 1..{items}: {n_parts}")
    ends = 1 + (items - 1) * np.arange(1, n_parts) / n_parts
    part = np.searchsorted(ends, np.arange(1, items + 1), side="left")
    return np.stack(
        [intra_individual_variability(table[:, part == one]) for one in range(n_parts)],
        axis=1,
    )
