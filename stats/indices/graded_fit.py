"""Item parameters of the graded response model from the answers themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit

from stats.indices.ability import N_NODES, normal_nodes
from stats.indices.answers import Floats
from stats.indices.graded_model import GradedItems, one_hot

Ints = NDArray[np.int64]

# More respondents than this change item parameters by less than their own error.
FIT_ROWS = 5_000
_SMALLEST = 1e-10


@dataclass(frozen=True, slots=True)
class GradedFit:
    """Fitted items.

    Attributes
    ----------
    items : parameters; NaN for an item on which all gave the same answer
    log_likelihood : marginal, of the rows used
    n : number of rows used
    converged : whether the search ended at a maximum
    """

    items: GradedItems
    log_likelihood: float
    n: int
    converged: bool


def fit_graded(scores: ArrayLike, *, n_steps: int) -> GradedFit:
    """Marginal maximum likelihood with a standard normal ability.

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, NaN missing
    n_steps : highest score

    Notes
    -----
    Gauss-Hermite quadrature on 21 nodes, L-BFGS with the exact gradient; of more than 5,000
    respondents every k-th is used. Answers nobody gave get no threshold of their own.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores.
    Psychometrika Monograph 17. https://doi.org/10.1007/BF03372160
    Bock, R. D., & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters.
    Psychometrika 46, 443-459. https://doi.org/10.1007/BF02293801
    """
    table = np.asarray(scores, dtype=np.float64)
    table = table[np.isfinite(table).any(axis=1)]
    table = table[:: max(1, -(-len(table) // FIT_ROWS))]
    chosen = one_hot(table, n_steps + 1)
    counts = chosen.sum(axis=0)
    used = np.flatnonzero((counts > 0).sum(axis=1) >= 2)
    if not used.size:
        missing = np.full(table.shape[1], np.nan)
        items = GradedItems(missing, np.full((table.shape[1], n_steps), np.nan))
        return GradedFit(items, 0.0, len(table), converged=True)
    shape = _Shape(counts[used], [np.flatnonzero(row > 0) for row in counts[used]])
    rows = chosen[:, used, :].reshape(len(table), -1)
    patterns, times = np.unique(rows, axis=0, return_counts=True)
    found = minimize(
        _minus_log_likelihood,
        shape.start(),
        args=(shape, csr_array(patterns), times.astype(np.float64)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "maxcor": 30, "ftol": 1e-12, "gtol": 1e-6 * len(table)},
    )
    slopes = np.full(table.shape[1], np.nan)
    thresholds = np.full((table.shape[1], n_steps), np.nan)
    slopes[used], thresholds[used] = shape.parameters(found.x)
    items = GradedItems(slopes, thresholds)
    return GradedFit(items, -float(found.fun), len(table), bool(found.success))


class _Shape:
    """Which cell of the parameter vector is which slope or cut, for unequal numbers of cuts.

    A vector holds the slopes, then for each item its first intercept and the logarithms of the
    gaps to the next.
    """

    def __init__(self, counts: Floats, observed: list[Ints]) -> None:
        self.counts = counts
        self.observed = observed
        self.n_items, self.n_categories = counts.shape
        sizes = np.array([len(one) - 1 for one in observed])
        self.starts = self.n_items + np.concatenate([[0], np.cumsum(sizes)])

    def start(self) -> Floats:
        vector = np.ones(self.starts[-1])
        for item, seen in enumerate(self.observed):
            share = self.counts[item, seen] / self.counts[item].sum()
            above = 1 - np.cumsum(share)[:-1]
            cuts = logit(np.clip(above, 1e-4, 1 - 1e-4)) * 1.3
            vector[self.starts[item]] = cuts[0]
            gaps = np.maximum(-np.diff(cuts), 1e-3)
            vector[self.starts[item] + 1 : self.starts[item + 1]] = np.log(gaps)
        return vector

    def cuts(self, vector: Floats, item: int) -> tuple[Floats, Floats]:
        own = vector[self.starts[item] : self.starts[item + 1]]
        gaps = np.exp(np.clip(own[1:], -15, 8))
        return own[0] - np.concatenate([[0.0], np.cumsum(gaps)]), gaps

    def parameters(self, vector: Floats) -> tuple[Floats, Floats]:
        slopes = vector[: self.n_items]
        thresholds = np.empty((self.n_items, self.n_categories - 1))
        for item, seen in enumerate(self.observed):
            cuts = self.cuts(vector, item)[0]
            # Step h is passed by the answers h and above: its cut lies below the next answer seen.
            nearest = np.searchsorted(seen, np.arange(1, self.n_categories)) - 1
            sign = 1.0 if slopes[item] >= 0 else -1.0
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                places = -cuts / slopes[item]
            full = np.concatenate([[-np.inf * sign], places, [np.inf * sign]])
            thresholds[item] = full[nearest + 1]
        return slopes, thresholds


def _minus_log_likelihood(
    vector: Floats, shape: _Shape, patterns: csr_array, times: Floats
) -> tuple[float, Floats]:
    nodes, weights = normal_nodes(N_NODES)
    chances, passes = [], []
    for item, seen in enumerate(shape.observed):
        passed = expit(vector[item] * nodes[:, None] + shape.cuts(vector, item)[0])
        edges = np.concatenate(
            [np.ones((nodes.size, 1)), passed, np.zeros((nodes.size, 1))], axis=1
        )
        chance = np.ones((nodes.size, shape.n_categories))
        chance[:, seen] = np.maximum(-np.diff(edges, axis=1), _SMALLEST)
        chances.append(chance)
        passes.append(passed)
    chance = np.stack(chances, axis=1).reshape(nodes.size, -1)
    joint = patterns @ np.log(chance).T + np.log(weights)
    top = joint.max(axis=1, keepdims=True)
    likelihood = np.exp(joint - top)
    total = likelihood.sum(axis=1, keepdims=True)
    value = float(times @ (top + np.log(total))[:, 0])
    expected = (patterns.T @ (likelihood / total * times[:, None])).T / chance
    return -value, -_gradient(
        vector, shape, expected.reshape(nodes.size, shape.n_items, -1), passes
    )


def _gradient(vector: Floats, shape: _Shape, relative: Floats, passes: list[Floats]) -> Floats:
    nodes = normal_nodes(N_NODES)[0]
    gradient = np.zeros(vector.size)
    for item, (seen, passed) in enumerate(zip(shape.observed, passes, strict=True)):
        # Raising the chance to pass a step takes from the answer below and gives to the one above.
        moved = np.diff(relative[:, item][:, seen], axis=1) * passed * (1 - passed)
        by_cut = moved.sum(axis=0)
        gradient[item] = (moved * nodes[:, None]).sum()
        start, stop = shape.starts[item], shape.starts[item + 1]
        gaps = shape.cuts(vector, item)[1]
        gradient[start] = by_cut.sum()
        gradient[start + 1 : stop] = -np.cumsum(by_cut[::-1])[::-1][1:] * gaps
    return gradient
