"""Response time: how much faster a respondent was than is usual for such a ballot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Time residuals: arrays of shape (n,), NaN where no time was kept.

    Attributes
    ----------
    residual : log seconds per mark minus the typical of its group
    ratio : time as a share of the typical time, > 0
    z : residual in median deviations of all residuals below the typical time
    """

    residual: Floats
    ratio: Floats
    z: Floats


def response_time(
    seconds: ArrayLike, n_marks: ArrayLike, *, groups: ArrayLike | None = None
) -> ResponseTime:
    """Log-time residual after the number of marks and the group.

    Parameters
    ----------
    seconds : array of shape (n,); 0, negative or NaN: not kept
    n_marks : array of shape (n,), marks on the ballot, > 0
    groups : array of shape (n,), codes of device class, rater group or both; None: one group

    Notes
    -----
    ``residual = log(seconds / n_marks) - median of the group``. Slow answers have many causes, so
    the spread is that of the fast side: 1.4826 times the median size of the negative residuals.
    Groups of fewer than five take the typical time of all.

    References
    ----------
    van der Linden, W. J. (2006). A lognormal model for response times on test items. Journal of
    Educational and Behavioral Statistics 31, 181-204. https://doi.org/10.3102/10769986031002181
    """
    time = np.asarray(seconds, dtype=np.float64)
    marks = np.asarray(n_marks, dtype=np.float64)
    if time.shape != marks.shape or time.ndim != 1:
        raise ValueError(f"seconds {time.shape} and n_marks {marks.shape} do not match")
    known = np.isfinite(time) & (time > 0) & (marks > 0)
    logs = np.log(np.where(known, time, 1.0) / np.where(known, marks, 1.0))
    typical = np.full(time.shape, np.median(logs[known]) if known.any() else np.nan)
    if groups is not None:
        labels, codes = np.unique(np.asarray(groups), return_inverse=True)
        for code in range(labels.size):
            own = known & (codes == code)
            if own.sum() >= 5:
                typical[codes == code] = np.median(logs[own])
    residual = np.where(known, logs - typical, np.nan)
    fast = residual[known & (residual < 0)]
    spread = 1.4826 * float(np.median(-fast)) if fast.size else float("nan")
    return ResponseTime(residual, np.exp(residual), residual / spread)
