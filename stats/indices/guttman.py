"""Guttman errors: passing a hard step while failing an easy one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats
from stats.indices.item_steps import ItemSteps, item_steps, largest_sums, step_ranks


@dataclass(frozen=True, slots=True)
class Guttman:
    """Guttman errors of each respondent: arrays of shape (n_respondents,).

    NaN for a respondent who left an item out; 0 where no error is possible (all lowest, all
    highest).

    Attributes
    ----------
    errors : number of pairs of steps in the wrong order, >= 0 (G, Gpoly)
    normed : errors divided by the most that this total score allows, 0..1 (Gnormed, Gnormed.poly)
    u3 : weighted by how far apart the steps are, 0..1 (U3, U3poly)
    """

    errors: Floats
    normed: Floats
    u3: Floats


def guttman(answers: ArrayLike, *, low: float, high: float) -> Guttman:
    """Guttman errors, normed errors and U3 of polytomous (or right-wrong) items.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    low, high : lowest and highest answer that could be given

    Notes
    -----
    Steps ``X_j >= h`` are ranked by the share of respondents who pass them, ties in the order of
    the items. With ranks ``r`` of the ``t`` steps passed, ``G = sum r - t (t + 1) / 2``; its
    maximum given ``t`` is found exactly by dynamic programming. U3 is
    ``(max W - W) / (max W - min W)`` with ``W`` the sum of logits of the steps passed; steps that
    all or none pass weigh 0.

    References
    ----------
    Emons, W. H. M. (2008). Nonparametric person-fit analysis of polytomous item scores. Applied
    Psychological Measurement 32, 224-247. https://doi.org/10.1177/0146621607302479

    Examples
    --------
    >>> guttman([[1, 1, 0], [0, 1, 1], [1, 0, 0], [1, 1, 1]], low=0, high=1).errors.tolist()
    [0.0, 2.0, 0.0, 0.0]
    """
    steps = item_steps(answers, low=low, high=high)
    total = steps.total()
    ranks = step_ranks(steps.passed)
    forced = np.arange(ranks.size + 1) * (np.arange(ranks.size + 1) + 1) / 2
    errors = steps.sums(ranks) - forced[total]
    most = (largest_sums(ranks) - forced)[total]
    normed = np.divide(errors, most, out=np.zeros(errors.shape), where=most > 0)
    return Guttman(
        errors=steps.spread(errors), normed=steps.spread(normed), u3=steps.spread(_u3(steps))
    )


def _u3(steps: ItemSteps) -> Floats:
    logits = step_logits(steps.passed)
    largest = np.concatenate([[0.0], np.cumsum(np.sort(logits.ravel())[::-1])])
    span = largest + largest_sums(-logits)
    total = steps.total()
    distance = largest[total] - steps.sums(logits)
    # All lowest and all highest leave nothing to order; 1e-9: their span is rounding.
    return np.asarray(
        np.divide(distance, span[total], out=np.zeros(distance.shape), where=span[total] > 1e-9),
        dtype=np.float64,
    )


def step_logits(passed: Floats) -> Floats:
    """Logit of the share that passes each step; 0 where all or none do."""
    some = (passed > 0) & (passed < 1)
    known = np.where(some, passed, 0.5)
    return np.asarray(np.log(known / (1 - known)), dtype=np.float64)
