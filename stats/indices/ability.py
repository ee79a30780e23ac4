"""Where a respondent stands on the trait that all items measure."""

from functools import cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from stats.indices.answers import Floats
from stats.indices.graded_model import GradedItems, category_probabilities, one_hot

N_NODES = 21


@cache
def normal_nodes(n: int = N_NODES) -> tuple[Floats, Floats]:
    """Gauss-Hermite nodes and weights of the standard normal distribution."""
    nodes, weights = hermegauss(n)
    return nodes, weights / weights.sum()


def log_probabilities(probabilities: Floats) -> Floats:
    """Logarithms, with 0 for answers that cannot happen: they carry no information."""
    positive = probabilities > 0
    return np.asarray(np.where(positive, np.log(np.where(positive, probabilities, 1.0)), 0.0))


def node_posteriors(scores: Floats, items: GradedItems) -> tuple[Floats, Floats]:
    """Posterior weight of each quadrature node, and log likelihood, per respondent.

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, NaN missing

    Returns
    -------
    arrays of shapes (n, n_nodes) and (n,)
    """
    nodes, weights = normal_nodes()
    logs = log_probabilities(category_probabilities(items, nodes)[0]).reshape(nodes.size, -1)
    joint = one_hot(scores, items.thresholds.shape[1] + 1).reshape(len(scores), -1) @ logs.T
    joint += np.log(weights)
    top = joint.max(axis=1, keepdims=True)
    likelihood = np.exp(joint - top)
    total = likelihood.sum(axis=1, keepdims=True)
    return likelihood / total, (top + np.log(total))[:, 0]


def expected_ability(scores: Floats, items: GradedItems) -> Floats:
    """Posterior mean of the ability under a standard normal prior (EAP).

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, NaN missing

    References
    ----------
    Bock, R. D., & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer
    environment. Applied Psychological Measurement 6, 431-444.
    https://doi.org/10.1177/014662168200600405
    """
    return np.asarray(node_posteriors(scores, items)[0] @ normal_nodes()[0], dtype=np.float64)


def likeliest_ability(
    scores: Floats, items: GradedItems, *, low: float = -4.0, high: float = 4.0
) -> Floats:
    """Ability at which the answers are most likely (ML), within low..high.

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, NaN missing

    Notes
    -----
    Bisection of the derivative of the log likelihood between the neighbours of the best point of
    a grid, so that several maxima or a maximum at the border do no harm.
    """
    chosen = one_hot(scores, items.thresholds.shape[1] + 1)
    grid = np.linspace(low, high, 81)
    logs = log_probabilities(category_probabilities(items, grid)[0]).reshape(grid.size, -1)
    best = np.argmax(chosen.reshape(len(scores), -1) @ logs.T, axis=1)
    left = grid[np.maximum(best - 1, 0)]
    right = grid[np.minimum(best + 1, grid.size - 1)]
    for _ in range(50):
        middle = (left + right) / 2
        rising = _slope(chosen, items, middle) > 0
        left = np.where(rising, middle, left)
        right = np.where(rising, right, middle)
    return np.asarray((left + right) / 2, dtype=np.float64)


def _slope(chosen: Floats, items: GradedItems, ability: Floats) -> Floats:
    chance, slope = category_probabilities(items, ability)
    relative = np.divide(slope, chance, out=np.zeros(chance.shape), where=chance > 0)
    return np.asarray((chosen * relative).sum(axis=(1, 2)), dtype=np.float64)
