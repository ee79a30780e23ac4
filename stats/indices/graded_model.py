"""The graded response model: what each respondent would answer, given one ability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from stats.indices.answers import Floats


@dataclass(frozen=True, slots=True)
class GradedItems:
    """Item parameters; with one threshold this is the two-parameter logistic model.

    Attributes
    ----------
    slopes : array of shape (n_items,), discrimination
    thresholds : array of shape (n_items, n_steps), not decreasing along the row; -inf for a lowest
        category and inf for a highest category that nobody chose
    """

    slopes: Floats
    thresholds: Floats


def graded_items(slopes: ArrayLike, thresholds: ArrayLike) -> GradedItems:
    """Item parameters from published tables, where NaN stands for a category nobody chose.

    Parameters
    ----------
    slopes : array of shape (n_items,)
    thresholds : array of shape (n_items, n_steps)

    Notes
    -----
    Leading missing thresholds are always passed, trailing ones never; one in the middle falls
    together with the next.
    """
    slope = np.asarray(slopes, dtype=np.float64)
    given = np.asarray(thresholds, dtype=np.float64)
    if given.ndim != 2 or slope.shape != given.shape[:1]:
        raise ValueError(f"slopes {slope.shape} do not match thresholds {given.shape}")
    steps = given.copy()
    for step in range(steps.shape[1] - 1, -1, -1):
        after = steps[:, step + 1] if step + 1 < steps.shape[1] else np.inf
        steps[:, step] = np.where(np.isnan(steps[:, step]), after, steps[:, step])
    leading = np.cumprod(np.isnan(given), axis=1) == 1
    return GradedItems(slope, np.where(leading, -np.inf, steps))


def category_probabilities(items: GradedItems, ability: Floats) -> tuple[Floats, Floats]:
    """Probability of each answer, and its derivative by ability.

    Parameters
    ----------
    items : n_items items of n_steps steps
    ability : array of shape (n,)

    Returns
    -------
    two arrays of shape (n, n_items, n_steps + 1)
    """
    distance = ability[:, None, None] - items.thresholds[None]
    with np.errstate(invalid="ignore"):
        exponent = items.slopes[None, :, None] * distance
    # An infinite threshold is passed or failed by all, whatever the sign of the slope.
    passed = np.where(np.isinf(distance), (distance > 0).astype(np.float64), expit(exponent))
    slope = passed * (1 - passed) * items.slopes[None, :, None]
    ones = np.ones((*passed.shape[:2], 1))
    edges = np.concatenate([ones, passed, 0 * ones], axis=2)
    slopes = np.concatenate([0 * ones, slope, 0 * ones], axis=2)
    return -np.diff(edges, axis=2), -np.diff(slopes, axis=2)


def one_hot(scores: Floats, n_categories: int) -> Floats:
    """Answers 0..k-1 as indicators: array of shape (n, n_items, k), all 0 where missing."""
    same = scores[:, :, None] == np.arange(n_categories)
    return np.asarray(same, dtype=np.float64)
