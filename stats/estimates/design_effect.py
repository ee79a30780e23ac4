"""What unequal weights cost."""

import numpy as np
from numpy.typing import ArrayLike


def effective_n(weight: ArrayLike) -> float:
    """Number of equally weighted ballots that would be as exact.

    Notes
    -----
    ``(sum w)^2 / sum w^2``.

    References
    ----------
    Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics 8, 183-200.

    Examples
    --------
    >>> effective_n([1, 1, 1, 1])
    4.0
    """
    w = np.asarray(weight, dtype=np.float64)
    squares = float(w @ w)
    return float(w.sum()) ** 2 / squares if squares > 0 else 0.0


def design_effect(weight: ArrayLike) -> float:
    """Loss of precision by unequal weights: ``n / effective n``, >= 1; NaN without ballots."""
    w = np.asarray(weight, dtype=np.float64)
    n = effective_n(w)
    return w.size / n if n > 0 else float("nan")
