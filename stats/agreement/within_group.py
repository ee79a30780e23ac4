"""r_wg: agreement of the raters of one unit against marks given at random."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import as_answers


@dataclass(frozen=True, slots=True)
class WithinGroup:
    """Agreement within one group of raters.

    Attributes
    ----------
    value : r_wg of one item or r_wg(J) of several, <= 1; NaN below two raters
    variance_ratio : mean observed variance over that of uniform marks
    n_raters, n_items : shape of the marks
    """

    value: float
    variance_ratio: float
    n_raters: int
    n_items: int


def r_wg(marks: ArrayLike, *, n_levels: int) -> WithinGroup:
    """Within-group agreement on one or several items.

    Parameters
    ----------
    marks : array of shape (n_raters, n_items), NaN missing
    n_levels : number of marks that could be given, >= 2

    Notes
    -----
    With ``s^2`` the mean variance over items and ``e = (A^2 - 1) / 12``:
    ``J (1 - s^2/e) / (J (1 - s^2/e) + s^2/e)``; for one item this is ``1 - s^2/e``. Where raters
    differ more than at random the value is 0.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater reliability
    with and without response bias. Journal of Applied Psychology 69, 85-98.
    https://doi.org/10.1037/0021-9010.69.1.85

    Examples
    --------
    >>> r_wg([[4], [4], [5], [5]], n_levels=5).value
    0.8333333333333334
    """
    if n_levels < 2:
        raise ValueError(f"n_levels must be at least 2: {n_levels}")
    table = as_answers(marks)
    answered = np.isfinite(table)
    n = answered.sum(axis=0)
    enough = n >= 2
    items = int(enough.sum())
    if items == 0:
        return WithinGroup(float("nan"), float("nan"), len(table), items)
    known = np.where(answered, table, 0.0)[:, enough]
    means = known.sum(axis=0) / n[enough]
    squares = (np.where(answered[:, enough], known - means, 0.0) ** 2).sum(axis=0)
    ratio = float((squares / (n[enough] - 1)).mean() / ((n_levels**2 - 1) / 12))
    agreed = items * (1 - ratio)
    value = max(agreed / (agreed + ratio), 0.0) if ratio < 1 else 0.0
    return WithinGroup(value, ratio, len(table), items)
