"""Units that cannot be told apart: runs along the order whose members do not differ clearly."""

import numpy as np
from numpy.typing import ArrayLike

from stats.estimates.joint_ranks import clear_differences


def tied_runs(
    values: ArrayLike, replicates: ArrayLike, *, confidence: float = 0.95
) -> list[list[int]]:
    """Longest runs of units, best first, no two of which differ clearly.

    Parameters
    ----------
    values : array of shape (n_units,), NaN: in no run
    replicates : array of shape (n_replicates, n_units), joint ones around the values
    confidence : that no pair is called different which is not

    Returns
    -------
    Indices of the units of each run, the best unit first; runs overlap where a unit in the middle
    differs from neither end. Every unit with a value is in at least one run, maybe alone in it.

    Notes
    -----
    All pairs at once, as `joint_rank_intervals` with ``simultaneous``. The lines under the letters
    of multiple comparisons show the same.

    References
    ----------
    Piepho, H.-P. (2004). An algorithm for a letter-based representation of all-pairwise
    comparisons. Journal of Computational and Graphical Statistics 13, 456-466.
    https://doi.org/10.1198/1061860043515
    """
    score = np.asarray(values, dtype=np.float64)
    clear = clear_differences(score, replicates, confidence=confidence)
    order = np.argsort(-score, kind="stable")
    order = order[np.isfinite(score[order])]
    runs: list[list[int]] = []
    reached = 0
    for start in range(order.size):
        end = start + 1
        while end < order.size and not clear[order[start:end], order[end]].any():
            end += 1
        if end > reached:
            runs.append(order[start:end].tolist())
            reached = end
    return runs
