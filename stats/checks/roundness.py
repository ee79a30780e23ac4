"""Shares of marks that are rounder than chance makes them."""

import numpy as np
from scipy import special

from stats.ballots import Ints, Marks

ROUND = 0.05


def round_shares(answers: Marks, levels: int) -> float:
    """p-value of the shares of the marks lying nearer to multiples of 5 % than chance lets them.

    Parameters
    ----------
    answers : uint8 array (n, n_items), 0 = no answer
    """
    counts = [np.bincount(column, minlength=levels + 1) for column in answers.T]
    return round_counts(np.array(counts))


def round_counts(counts: Ints) -> float:
    """The same from the counts of the marks.

    Parameters
    ----------
    counts : int array (n_items, levels + 1), the first column those without an answer

    Notes
    -----
    The distance of a share from the next multiple, in steps, is uniform on 0 … 0.5 when the
    count's spread exceeds a step; cells too small for that are passed over.
    """
    distances: list[float] = []
    for answered in counts[:, 1:]:
        n = int(answered.sum())
        p = answered / max(n, 1)
        free = np.sqrt(n * p * (1 - p)) > 0.5 * ROUND * n
        step = p / ROUND
        away = np.abs(step - np.round(step))
        distances.extend(away[free][:-1])
    if len(distances) < 4:
        return 1.0
    # The sum of uniforms, close to normal from four on.
    z = (float(np.mean(distances)) - 0.25) / (0.5 / np.sqrt(12 * len(distances)))
    return float(special.ndtr(z))
