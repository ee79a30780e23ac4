"""Even-odd: does one half of each scale agree with the other half?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats, as_answers, row_means
from stats.indices.correlation import row_correlations


def even_odd(answers: ArrayLike, *, factors: Sequence[int]) -> Floats:
    """Even-odd inconsistency: higher is more careless.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing and left out of the means
    factors : number of items of each scale, in the order of the items; they add up to n_items

    Returns
    -------
    array of shape (n_respondents,), -1..1; NaN where either half shows no variance over the scales

    Notes
    -----
    ``r`` is the correlation, over scales, of the mean of the odd items with the mean of the even
    items; Spearman-Brown makes it ``2r / (1 + r)``, bounded below by -1, and the sign is reversed
    as in careless since 1.2.0. A scale of one item has no even half and is left out.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods 17, 437-455. https://doi.org/10.1037/a0028085
    """
    table = as_answers(answers)
    if sum(factors) != table.shape[1] or any(size < 1 for size in factors):
        raise ValueError(f"factors {list(factors)} do not add up to {table.shape[1]} items")
    odd, even = [], []
    first = 0
    for size in factors:
        odd.append(row_means(table[:, first : first + size : 2]))
        even.append(row_means(table[:, first + 1 : first + size : 2]))
        first += size
    if not odd:
        return np.full(table.shape[0], np.nan)
    correlation = row_correlations(np.stack(even, axis=1), np.stack(odd, axis=1))
    with np.errstate(divide="ignore"):
        corrected = 2 * correlation / (1 + correlation)
    return -np.maximum(corrected, -1.0)
