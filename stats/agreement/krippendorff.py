"""Krippendorff's alpha: agreement of any number of raters, with missing marks."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats, as_answers

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement beyond chance.

    Attributes
    ----------
    value : <= 1; 0 is chance; NaN where all marks are equal or no unit has two
    observed, expected : disagreement seen, and that of marks put together at random
    n_units : units with at least two marks
    n_marks : their marks
    """

    value: float
    observed: float
    expected: float
    n_units: int
    n_marks: int


def krippendorff_alpha(marks: ArrayLike, *, level: Level = "ordinal") -> Alpha:
    """Krippendorff's alpha.

    Parameters
    ----------
    marks : array of shape (n_units, n_raters), NaN missing
    level : how differences count: "nominal", "ordinal", "interval" or "ratio"

    Notes
    -----
    ``1 - D_o / D_e`` from the coincidences of marks within units; a unit with one mark is left out.

    References
    ----------
    Krippendorff, K. (2018). Content Analysis, 4th ed., ch. 12. https://doi.org/10.4135/9781071878781
    Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability measure
    for coding data. Communication Methods and Measures 1, 77-89.
    https://doi.org/10.1080/19312450709336664

    Examples
    --------
    >>> krippendorff_alpha([[1, 1], [2, 2], [3, 3]]).value
    1.0
    """
    table = as_answers(marks)
    per_unit = np.isfinite(table).sum(axis=1)
    table = table[per_unit >= 2]
    values = np.unique(table[np.isfinite(table)])
    counts = (table[:, :, None] == values).sum(axis=1).astype(np.float64)
    pairable = counts.sum(axis=1)
    coincidences = (counts / (pairable - 1)[:, None]).T @ counts
    coincidences -= np.diag((counts / (pairable - 1)[:, None]).sum(axis=0))
    totals = coincidences.sum(axis=1)
    n = float(totals.sum())
    difference = _differences(values, totals, level)
    chance = np.outer(totals, totals) - np.diag(totals)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = float(np.divide((coincidences * difference).sum(), n))
        expected = float(np.divide((chance * difference).sum(), n * (n - 1)))
        value = 1 - float(np.divide(observed, expected))
    return Alpha(value, observed, expected, len(table), round(n))


def _differences(values: Floats, totals: Floats, level: Level) -> Floats:
    if level == "nominal":
        return 1.0 - np.eye(values.size)
    if level == "interval":
        return np.asarray((values[:, None] - values) ** 2)
    if level == "ratio":
        sums = values[:, None] + values
        parts = np.divide(values[:, None] - values, sums, out=np.zeros(sums.shape), where=sums != 0)
        return np.asarray(parts**2)
    # Marks between two values, and half of those at them.
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle) ** 2)
