"""A one-factor model of single-unit ballots: how likely are these answers of a reader?"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Floats, Ints, Marks

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
LOADINGS = np.arange(0.30, 0.96, 0.05)
TRIMMED = 0.1
SAMPLE = 4000
SLIP = 0.06
READER_SLIP = 0.02
"""One answer in fifty may be a slip whatever one thinks."""


@dataclass(frozen=True, eq=False)
class AnswerModel:
    """Thresholds of every item on a normal factor, all items with the same loading.

    Parameters
    ----------
    log_p : array (n_nodes, n_items, levels + 1): log P(answer | factor); answer 0 costs nothing
    loading : correlation of every item with the factor
    shares : array (n_items, levels), shares of the marks
    """

    log_p: Floats
    loading: float
    shares: Floats

    def log_likelihood(self, answers: Marks) -> Floats:
        """Log probability of whole ballots, the factor integrated out.

        Parameters
        ----------
        answers : array (n, n_items)
        """
        weights = WEIGHTS / WEIGHTS.sum()
        result: Floats = special.logsumexp(self.by_node(answers), b=weights, axis=1)
        return result

    def by_node(self, answers: Marks) -> Floats:
        """Log probability of whole ballots at every node of the factor, (n, n_nodes)."""
        total = np.zeros((len(answers), len(NODES)))
        for item in range(answers.shape[1]):
            total += self.log_p[:, item, :].T[answers[:, item]]
        return total

    def thrown(self, part: float) -> "AnswerModel":
        """The same readers, a ``part`` of whose answers are thrown."""
        return answer_model(self.shares, self.loading, slip=part)

    def draw(self, n: int, n_items: int, rng: np.random.Generator) -> Marks:
        """Simulated ballots of people who read, none missing."""
        weights = WEIGHTS / WEIGHTS.sum()
        node = rng.choice(len(NODES), n, p=weights)
        result = np.empty((n, n_items), dtype=np.uint8)
        for item in range(n_items):
            edges = np.cumsum(np.exp(self.log_p[:, item, 1:]), axis=1)
            result[:, item] = 1 + (rng.random(n)[:, None] > edges[node][:, :-1]).sum(axis=1)
        return result


def fit_answers(answers: Marks, counts: Ints, levels: int) -> AnswerModel:
    """Fit thresholds to the shares of the marks, and the loading by trimmed likelihood.

    Parameters
    ----------
    answers : array (n_patterns, n_items), distinct patterns
    counts : int array (n_patterns,), ballots of each pattern
    levels : marks on the scale

    Notes
    -----
    The least likely tenth of the ballots has no say in the loading: they may be the careless ones.
    """
    shares = _shares(answers, counts, levels)
    step = max(1, len(answers) // SAMPLE)
    some, weight = answers[::step], counts[::step]
    best: tuple[float, AnswerModel] | None = None
    for loading in LOADINGS:
        model = answer_model(shares, float(loading))
        value = _trimmed_sum(model.log_likelihood(some), weight)
        if best is None or value > best[0]:
            best = value, model
    return best[1] if best is not None else answer_model(shares, 0.7)


def _shares(answers: Marks, counts: Ints, levels: int) -> Floats:
    shares = np.empty((answers.shape[1], levels))
    for item in range(answers.shape[1]):
        seen = np.bincount(answers[:, item], weights=counts, minlength=levels + 1)[1:] + 0.5
        shares[item] = seen / seen.sum()
    return shares


def answer_model(shares: Floats, loading: float, *, slip: float = READER_SLIP) -> AnswerModel:
    """The model that gives each item its shares of the marks.

    Parameters
    ----------
    shares : array (n_items, levels), positive
    loading : correlation of every item with the factor, 0 … 1
    slip : share of the answers that are thrown
    """
    n_items, levels = shares.shape
    cuts = special.ndtri(np.cumsum(shares, axis=1)[:, :-1])
    rest = np.sqrt(1 - loading**2)
    below = special.ndtr((cuts[None] - loading * NODES[:, None, None]) / rest)
    edges = np.concatenate(
        [np.zeros((len(NODES), n_items, 1)), below, np.ones((len(NODES), n_items, 1))], axis=2
    )
    p = (1 - slip) * np.diff(edges, axis=2) + slip / levels
    log_p = np.concatenate([np.zeros((len(NODES), n_items, 1)), np.log(p)], axis=2)
    return AnswerModel(log_p, loading, shares)


def _trimmed_sum(log_likelihood: Floats, counts: Ints) -> float:
    order = np.argsort(log_likelihood)
    share = np.cumsum(counts[order]) / counts.sum()
    kept = order[share > TRIMMED]
    return float(np.dot(log_likelihood[kept], counts[kept]))


def log_dice(answers: Marks, levels: int) -> Floats:
    """Log probability of ballots whose answers are thrown."""
    return np.asarray(-np.log(levels) * (answers > 0).sum(axis=1), dtype=np.float64)


def log_straight(answers: Marks, levels: int, *, slip: float = SLIP) -> Floats:
    """Log probability of ballots that repeat one mark, any mark, but for slips."""
    answered = (answers > 0).sum(axis=1)
    terms = np.stack(
        [
            (answers == mark).sum(axis=1) * np.log(1 - slip)
            + (answered - (answers == mark).sum(axis=1)) * np.log(slip / (levels - 1))
            for mark in range(1, levels + 1)
        ]
    )
    result: Floats = special.logsumexp(terms, axis=0) - np.log(levels)
    return result
