"""Scalability: Loevinger's H of item pairs, items and the scale."""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats
from stats.indices.item_steps import ItemSteps, item_steps


@dataclass(frozen=True, slots=True)
class Scalability:
    """H coefficients with standard errors; NaN where an item does not vary.

    Attributes
    ----------
    pairs : array of shape (n_items, n_items), 0 on the diagonal
    items, item_errors : arrays of shape (n_items,)
    scale, scale_error : of all items
    n : respondents who answered everything
    """

    pairs: Floats
    items: Floats
    item_errors: Floats
    scale: float
    scale_error: float
    n: int


def scalability(answers: ArrayLike, *, low: float, high: float) -> Scalability:
    """Loevinger's H, one minus Guttman errors over those expected of unrelated items.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), reversed items turned, NaN missing:
        the respondent is left out
    low, high : lowest and highest answer that could be given

    Notes
    -----
    ``H = 1 - F / E`` with F the weighted Guttman errors of the item pairs and E their expectation
    from the margins. Standard errors by the delta method, the order of the steps held fixed. Rule
    of thumb: .3 weak, .4 medium, .5 strong scale.

    References
    ----------
    Mokken, R. J. (1971). A Theory and Procedure of Scale Analysis.
    https://doi.org/10.1515/9783110813203
    Kuijpers, R. E., van der Ark, L. A., & Croon, M. A. (2013). Standard errors and confidence
    intervals for scalability coefficients in Mokken scale analysis using marginal models.
    Sociological Methodology 43, 42-69. https://doi.org/10.1177/0081175013481958
    """
    steps = item_steps(answers, low=low, high=high)
    n, items = steps.scores.shape
    seen, expected = np.zeros((items, items)), np.zeros((items, items))
    by_person = np.zeros((2, n, items))
    for one in range(items):
        for other in range(one):
            errors = _pair_errors(steps, other, one)
            seen[one, other] = seen[other, one] = errors.seen.sum()
            expected[one, other] = expected[other, one] = errors.expected_total
            for item in (one, other):
                by_person[0, :, item] += errors.seen
                by_person[1, :, item] += errors.expected
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = np.where(np.eye(items) == 1, 0.0, 1 - seen / expected)
    item_h, item_se = _ratio(seen.sum(axis=0), expected.sum(axis=0), by_person)
    scale_h, scale_se = _ratio(
        np.array([seen.sum()]),
        np.array([expected.sum()]),
        by_person.sum(axis=2, keepdims=True),
    )
    return Scalability(pairs, item_h, item_se, float(scale_h[0]), float(scale_se[0]), n)


@dataclass(frozen=True, slots=True)
class _PairErrors:
    seen: Floats
    expected: Floats
    expected_total: float


def _pair_errors(steps: ItemSteps, one: int, other: int) -> _PairErrors:
    """Guttman errors of each respondent on two items, seen and by what they add to chance."""
    n = len(steps.scores)
    weights = _weights(steps.passed[[one, other]])
    size = weights.shape[0]
    first, second = steps.scores[:, one], steps.scores[:, other]
    share_first = np.bincount(first, minlength=size) / max(n, 1)
    share_second = np.bincount(second, minlength=size) / max(n, 1)
    total = float(share_first @ weights @ share_second) * n
    # One more respondent moves both margins: his own gain less the mean.
    gain = (weights @ share_second)[first] + (share_first @ weights)[second] - total / max(n, 1)
    return _PairErrors(weights[first, second].astype(np.float64), gain, total)


def _weights(passed: Floats) -> Floats:
    """Guttman errors of answers (a, b) of two items whose steps are passed so often.

    Steps passed equally often count as the mean over all their orders, as in mokken.
    """
    steps = passed.shape[1]
    before = np.array([[_before(passed, s, t) for t in range(steps)] for s in range(steps)])
    passes = np.arange(steps + 1)[:, None] > np.arange(steps)
    done, failed = passes.astype(np.float64), (~passes).astype(np.float64)
    return np.asarray(failed @ before @ done.T + done @ (1 - before) @ failed.T)


def _before(passed: Floats, s: int, t: int) -> float:
    """Chance that step s of the first item comes before step t of the second."""
    if passed[0, s] != passed[1, t]:
        return float(passed[0, s] > passed[1, t])
    first = np.flatnonzero(passed[0] == passed[0, s])
    second = np.flatnonzero(passed[1] == passed[1, t])
    m, r = first.size, second.size
    a, b = int(np.searchsorted(first, s)), int(np.searchsorted(second, t))
    orders = (comb(a + j, j) * comb(m - 1 - a + r - j, r - j) for j in range(b + 1))
    return sum(orders) / comb(m + r, m)


def _ratio(seen: Floats, expected: Floats, by_person: Floats) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 1 - seen / expected
        influence = -by_person[0] / expected + by_person[1] * seen / expected**2
    return value, np.sqrt((influence**2).sum(axis=0))
