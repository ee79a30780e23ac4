"""How many ballots nobody read, and which: a mixture of readers, dice and straight answers."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.factor import (
    NODES,
    WEIGHTS,
    fit_answers,
    log_dice,
    log_straight,
)
from stats.checks.patterns import Patterns
from stats.checks.view import View

THROWN_PARTS = (0.6, 0.8)
STRAIGHT_SLIPS = (0.02, 0.15)
SINGLE = ("read", "thrown", "thrown", "thrown", "straight", "straight")
MATRIX = ("read", "read", "thrown", "straight")
"""Classes of a ballot; the second of a matrix are honest raters who hardly differentiate."""

FLATTER, STRAIGHT = 0.25, 0.03
"""p-values of flatness are taken for Beta(FLATTER, 1) among honest flat ballots, for
Beta(STRAIGHT, 1) among those of one mark throughout."""

SWEEPS = 60
SAMPLE = 40_000
CHUNK = 100_000
HURRY = 0.9
"""Log of how much faster careless answers are taken to be before looking."""

LEAST_HURRY = 0.3
PRIOR_BALLOTS = 20.0
QUICK = (0.01, 0.3)
"""Share of readers who are quick without being careless lies within."""

START = 0.04
DROP = 1.92
"""Half the 95 % point of chi-square with one degree: a profile interval's reach."""


@dataclass(frozen=True)
class Times:
    """Log seconds of readers (a share of them quick) and of the careless, all normal."""

    quick: float
    usual: float
    quicker: float
    spread: float
    careless: float
    careless_spread: float

    def readers(self, y: Floats) -> Floats:
        """Log density of readers' times."""
        usual = np.log(1 - self.quick) + _log_normal(y, self.usual, self.spread)
        quick = np.log(self.quick) + _log_normal(y, self.quicker, self.spread)
        return np.asarray(np.logaddexp(usual, quick), dtype=np.float64)

    def hurried(self, y: Floats) -> Floats:
        """Log density of the careless ballots' times."""
        return _log_normal(y, self.careless, self.careless_spread)


@dataclass(frozen=True, eq=False)
class Carelessness:
    """What a campaign's ballots say about care.

    Parameters
    ----------
    log_odds : array (n_ballots,), log posterior odds that nobody read the form
    share, low, high : share of such ballots and its 95 % profile interval, 0 … 1
    thrown, straight : shares of the two kinds
    pace : time of the careless over that of readers
    evidence : log likelihood ratio of the mixture against readers only, nats
    timed : whether times were recorded
    """

    log_odds: Floats
    share: float
    low: float
    high: float
    thrown: float
    straight: float
    pace: float
    evidence: float
    timed: bool


def carelessness_of(view: View, patterns: Patterns) -> Carelessness:
    """Fit the mixture by expectation-maximisation and weigh every ballot.

    Notes
    -----
    Classes: readers (a normal one-factor model whose factor is centred, unit by unit, where the
    unit's ballots lie), readers who throw 60 or 80 % of their answers, dice, and one mark
    throughout with 2 or 15 % slips. Within a class answers and time are independent; readers' log
    times are a mixture of usual and quick ones, careless ones have a normal of their own. An honest
    straight line, or an honest hurry, is a reader's; the two together are what counts.

    Matrices: readers, readers who hardly differentiate, dice, and one mark throughout; answers
    enter by the patterns' likelihood ratio of dice and by the p-value of their flatness.

    References
    ----------
    Dempster, A. P., Laird, N. M. & Rubin, D. B. (1977). J. R. Stat. Soc. B 39:1-38.
    Meade, A. W. & Craig, S. B. (2012). doi:10.1037/a0028085
    """
    likelihood = _flat_or_thrown(patterns) if view.matrix else _likelihoods(view)
    kinds = np.array(MATRIX if view.matrix else SINGLE)
    honest: Bools = np.asarray(kinds == "read", dtype=np.bool_)
    seconds = view.ballots.seconds
    y = np.zeros(view.ballots.n_ballots)
    timed = seconds is not None and bool(np.isfinite(seconds).any())
    if seconds is not None and timed:
        y = np.log(np.maximum(seconds, 1.0))
        y = np.where(np.isfinite(y), y, np.nanmedian(y))
    step = max(1, len(y) // SAMPLE)
    shares, times = _fit(likelihood[:, ::step], y[::step], honest, timed=timed)
    read, rest = _apart(likelihood, y, (shares, times, honest, timed))
    share = float(1 - shares[honest].sum())
    low, high, evidence = _profile((rest - read)[::step] - _logit(share), share, step)
    return Carelessness(
        log_odds=rest - read,
        share=share,
        low=low,
        high=high,
        thrown=float(shares[kinds == "thrown"].sum()),
        straight=float(shares[kinds == "straight"].sum()),
        pace=float(np.exp(times.careless - times.usual)) if timed else float("nan"),
        evidence=evidence,
        timed=timed,
    )


def _flat_or_thrown(patterns: Patterns) -> Floats:
    """Log likelihood ratios of a matrix's ballots by class, (len(MATRIX), n_ballots)."""
    log_p = np.log(patterns.flat)
    flat, straight = (np.log(part) + (part - 1) * log_p for part in (FLATTER, STRAIGHT))
    return np.stack([np.zeros_like(flat), flat, patterns.dice, straight])


def _likelihoods(view: View) -> Floats:
    """Log probability of every ballot's answers by class, (len(SINGLE), n_ballots)."""
    ballots = view.ballots
    _, first, inverse, counts = np.unique(
        view.code, return_index=True, return_inverse=True, return_counts=True
    )
    answers = ballots.answers[first]
    model = fit_answers(answers, counts.astype(np.int64), ballots.levels)
    models = [model, *(model.thrown(part) for part in THROWN_PARTS)]
    weights = _unit_weights(model.by_node(answers), inverse, ballots.unit, ballots.n_units)
    plain = [
        log_dice(answers, ballots.levels),
        *(log_straight(answers, ballots.levels, slip=slip) for slip in STRAIGHT_SLIPS),
    ]
    result = np.zeros((len(SINGLE), ballots.n_ballots))
    for k, reading in enumerate(models):
        nodes = reading.by_node(answers)
        result[k, ballots.ballot] = _integrated(nodes, weights, (inverse, ballots.unit))
    for k, log_p in enumerate(plain, len(models)):
        result[k, ballots.ballot] = log_p[inverse]
    return result


def _integrated(by_node: Floats, log_weights: Floats, places: tuple[Ints, Ints]) -> Floats:
    """Log probability of every row's pattern, the factor integrated out over its unit's weights.

    ``by_node`` is (n_patterns, n_nodes), ``log_weights`` (n_units, n_nodes), ``places`` the pattern
    and the unit of each row.
    """
    most = by_node.max(axis=1)
    likelihood, weights = np.exp(by_node - most[:, None]), np.exp(log_weights)
    result = np.empty(len(places[0]))
    for start in range(0, len(result), CHUNK):
        pattern, unit = (labels[start : start + CHUNK] for labels in places)
        total = np.einsum("ij,ij->i", likelihood[pattern], weights[unit])
        result[start : start + CHUNK] = np.log(np.maximum(total, 1e-300)) + most[pattern]
    return result


def _unit_weights(by_node: Floats, inverse: Ints, unit: Ints, n_units: int) -> Floats:
    """Log weights of the nodes for the readers of each unit, (n_units, n_nodes)."""
    prior = np.log(WEIGHTS / WEIGHTS.sum())
    posterior = np.exp(by_node + prior - special.logsumexp(by_node + prior, axis=1)[:, None])
    factor = (posterior @ NODES)[inverse]
    count = np.maximum(np.bincount(unit, minlength=n_units), 1)
    mean = np.bincount(unit, weights=factor, minlength=n_units) / count
    reliable = max(float(factor.var()), 1e-6)
    between = float(np.average((mean - np.average(mean, weights=count)) ** 2, weights=count))
    between = max(between - reliable * n_units / count.sum(), 0.0)
    centre = mean / reliable * between / (between + reliable / count)
    variance = max(1 - between / reliable**2, 0.5)
    log_weights = prior + 0.5 * NODES**2 - 0.5 * (NODES - centre[:, None]) ** 2 / variance
    return np.asarray(log_weights - special.logsumexp(log_weights, axis=1)[:, None])


def _fit(likelihood: Floats, y: Floats, honest: Bools, *, timed: bool) -> tuple[Floats, Times]:
    shares = np.where(honest, (1 - START) / honest.sum(), START / (~honest).sum())
    middle = float(np.median(y))
    spread = max(float(np.quantile(y, 0.84)) - middle, 0.1)
    times = Times(0.1, middle, middle - 0.7, spread, middle - HURRY, spread)
    for _ in range(SWEEPS):
        log_p = _joint(likelihood, y, (shares, times, honest, timed))
        member = np.exp(log_p - special.logsumexp(log_p, axis=0))
        shares = np.maximum(member.mean(axis=1), 1e-6)
        shares /= shares.sum()
        if timed:
            times = _times(times, y, member[honest].sum(axis=0))
    return shares, times


def _times(times: Times, y: Floats, read: Floats) -> Times:
    """The times' parameters given how likely each ballot was read."""
    log_quick = np.log(times.quick) + _log_normal(y, times.quicker, times.spread)
    quick = read * np.exp(log_quick - times.readers(y))
    usual, rest = read - quick, 1 - read
    middle = _mean(y, usual)
    quicker = min(_mean(y, quick), middle - LEAST_HURRY)
    squares = usual @ (y - middle) ** 2 + quick @ (y - quicker) ** 2
    spread = max(float(np.sqrt(squares / max(read.sum(), 1e-9))), 0.05)
    heavy = rest.sum() + PRIOR_BALLOTS
    careless = (float(rest @ y) + PRIOR_BALLOTS * (middle - HURRY)) / heavy
    careless = min(careless, middle - LEAST_HURRY)
    wide = (float(rest @ (y - careless) ** 2) + PRIOR_BALLOTS * spread**2) / heavy
    share = float(np.clip(quick.sum() / max(read.sum(), 1e-9), *QUICK))
    return Times(share, middle, quicker, spread, careless, float(np.sqrt(wide)))


Fitted = tuple[Floats, Times, Bools, bool]


def _joint(likelihood: Floats, y: Floats, fitted: Fitted) -> Floats:
    shares, times, honest, timed = fitted
    log_p = np.log(shares)[:, None] + likelihood
    if timed:
        log_p[honest] += times.readers(y)
        log_p[~honest] += times.hurried(y)
    return np.asarray(log_p, dtype=np.float64)


def _apart(likelihood: Floats, y: Floats, fitted: Fitted) -> tuple[Floats, Floats]:
    """Log weights of having been read, and of not."""
    read, rest, honest = np.empty(len(y)), np.empty(len(y)), fitted[2]
    for start in range(0, len(y), CHUNK):
        part = slice(start, start + CHUNK)
        log_p = _joint(likelihood[:, part], y[part], fitted)
        read[part] = special.logsumexp(log_p[honest], axis=0)
        rest[part] = special.logsumexp(log_p[~honest], axis=0)
    return read, rest


def _profile(ratio: Floats, share: float, step: int) -> tuple[float, float, float]:
    """Where the log likelihood of the share drops by DROP, and its gain over a share of 0.

    ``ratio`` is the log likelihood ratio of each (sampled) ballot, careless against read.
    """
    odd = np.exp(np.minimum(ratio, 50.0)) - 1

    def gain(p: float) -> float:
        return step * float(np.log1p(p * odd).sum())

    best = gain(share)

    def edge(inside: float, outside: float) -> float:
        if best - gain(outside) <= DROP:
            return outside
        for _ in range(40):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if best - gain(middle) <= DROP else (inside, middle)
        return inside

    return edge(share, 0.0), edge(share, 0.95), best


def _logit(p: float) -> float:
    return float(np.log(p) - np.log1p(-p))


def _mean(y: Floats, weight: Floats) -> float:
    return float(weight @ y / max(float(weight.sum()), 1e-9))


def _log_normal(y: Floats, mean: float, spread: float) -> Floats:
    return np.asarray(-0.5 * ((y - mean) / spread) ** 2 - np.log(spread), dtype=np.float64)
