"""Item steps: an answer 0..M as M yes/no steps, ordered by how many respondents pass them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.indices.answers import Floats, as_answers

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ItemSteps:
    """The steps of a questionnaire and where each respondent stands on them.

    Attributes
    ----------
    scores : array of shape (n_complete, n_items), 0..n_steps
    complete : array of shape (n_respondents,), who answered all items; only they count
    passed : array of shape (n_items, n_steps), share of respondents who pass each step
    """

    scores: Ints
    complete: NDArray[np.bool_]
    passed: Floats

    def spread(self, values: Floats, *, missing: float = float("nan")) -> Floats:
        """Put values of the complete respondents back in their rows."""
        result = np.full(self.complete.shape, missing)
        result[self.complete] = values
        return result

    def total(self) -> Ints:
        """Sum of the scores: how many steps each complete respondent passes."""
        return np.asarray(self.scores.sum(axis=1), dtype=np.int64)

    def sums(self, weights: Floats) -> Floats:
        """Sum of the weights (n_items, n_steps) of the steps each respondent passes."""
        gained = cumulated(weights)
        items = np.arange(self.scores.shape[1])
        return np.asarray(gained[items, self.scores].sum(axis=1), dtype=np.float64)


def item_steps(answers: ArrayLike, *, low: float, high: float) -> ItemSteps:
    """Scores 0..M, M = high - low, of those who answered everything.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), whole numbers low..high, NaN missing
    low, high : lowest and highest answer that could be given

    Raises
    ------
    ValueError : an answer outside low..high or not on the scale
    """
    table = as_answers(answers)
    complete = np.asarray(np.isfinite(table).all(axis=1) & (table.shape[1] > 0))
    scores = table[complete] - low
    if scores.size and (scores.min() < 0 or scores.max() > high - low):
        raise ValueError(f"answers must lie between {low:g} and {high:g}")
    whole = np.rint(scores).astype(np.int64)
    if (whole != scores).any():
        raise ValueError("answers must be whole steps apart")
    steps = np.arange(1, round(high - low) + 1)
    counts = np.stack([(whole >= step).sum(axis=0) for step in steps], axis=1)
    return ItemSteps(whole, complete, counts / max(len(whole), 1))


def step_ranks(passed: Floats) -> Floats:
    """Rank of each step, 1 the most often passed; ties in the order of the items."""
    order = np.argsort(-passed.ravel(), kind="stable")
    ranks = np.empty(order.size)
    ranks[order] = np.arange(1, order.size + 1)
    return ranks.reshape(passed.shape)


def cumulated(weights: Floats) -> Floats:
    """Weights gained by scores 0..M: array of shape (n_items, n_steps + 1)."""
    return np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)


def largest_sums(weights: Floats) -> Floats:
    """Largest sum of weights that answers with each total score can reach.

    Parameters
    ----------
    weights : array of shape (n_items, n_steps)

    Returns
    -------
    array of shape (n_items * n_steps + 1,), by total score

    Notes
    -----
    Item by item, over all scores of the item: a step cannot be passed without those before it.
    """
    steps = weights.shape[1]
    best = np.zeros(1)
    for gained in cumulated(weights):
        longer = np.full(best.size + steps, -np.inf)
        for score in range(steps + 1):
            part = longer[score : score + best.size]
            np.maximum(part, best + gained[score], out=part)
        best = longer
    return best
