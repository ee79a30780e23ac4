"""Tail of a sum drawn without replacement, to good relative accuracy far out."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from stats.ballots import Floats, Ints


@dataclass(frozen=True, eq=False)
class Stratum:
    """One stratum's finite population as a histogram, and how many are drawn from it.

    Parameters
    ----------
    values : array of shape (n_values,)
    counts : int array of shape (n_values,)
    drawn : 0 … counts.sum()
    """

    values: Floats
    counts: Ints
    drawn: int


def permutation_tail(strata: list[Stratum], total: float, *, step: float = 0.0) -> float:
    """One-sided p-value of a stratified permutation sum, on the side where it lies.

    Parameters
    ----------
    strata : populations that are permuted separately
    total : observed sum over all drawn values
    step : distance between neighbouring sums where they lie on a lattice; the tail then includes
        the observed sum whole

    Returns
    -------
    P(sum at least as far from its mean as ``total``, on the same side), 0 … 1.

    Notes
    -----
    Double saddlepoint approximation (Skovgaard 1987; Robinson 1982 for permutations): each value
    is drawn independently with probability π and the draw conditioned on its size. With
    ``K(t, s) = Σ log(1 - π + π exp(t x + s))`` the tail is Lugannani–Rice in
    ``r = sign(t) sqrt(2 [K̂(0) - K̂(t)])`` and ``u = t sqrt(|K''| / |K''_ss(0)|)``.

    References
    ----------
    Robinson, J. (1982). J. R. Stat. Soc. B 44:91-101. doi:10.1111/j.2517-6161.1982.tb01190.x
    Skovgaard, I. M. (1987). J. Appl. Probab. 24:875-887. doi:10.2307/3214212
    """
    live = [s for s in strata if 0 < s.drawn < int(s.counts.sum()) and np.ptp(s.values) > 0]
    fixed = sum(_fixed_sum(s) for s in strata if not any(s is other for other in live))
    if not live:
        return 1.0
    mean = sum(s.drawn * float(np.average(s.values, weights=s.counts)) for s in live)
    spread = np.sqrt(sum(_variance(s) for s in live))
    target = total - fixed
    z = (target - mean) / spread
    if abs(z) < 0.05:
        return 0.5
    sign = 1.0 if z > 0 else -1.0
    reach = sum(_extreme(s, sign) for s in live)
    if sign * (target - reach) >= -1e-9 * max(1.0, abs(reach)):
        return _edge_probability(live, sign)
    if abs(target - mean) <= step / 2:
        return 0.5
    return _lugannani_rice(live, target - sign * step / 2, sign)


def _fixed_sum(stratum: Stratum) -> float:
    return stratum.drawn * float(np.average(stratum.values, weights=stratum.counts))


def _variance(stratum: Stratum) -> float:
    n = int(stratum.counts.sum())
    mean = np.average(stratum.values, weights=stratum.counts)
    variance = float(np.average((stratum.values - mean) ** 2, weights=stratum.counts))
    return variance * stratum.drawn * (n - stratum.drawn) / (n - 1)


def _extreme(stratum: Stratum, sign: float) -> float:
    order = np.argsort(-sign * stratum.values)
    ahead = np.cumsum(stratum.counts[order]) - stratum.counts[order]
    taken = np.clip(stratum.drawn - ahead, 0, stratum.counts[order])
    return float(np.sum(taken * stratum.values[order]))


def _edge_probability(live: list[Stratum], sign: float) -> float:
    """Chance of the most extreme sum possible: an exact product of hypergeometric terms."""
    log_p = 0.0
    for s in live:
        order = np.argsort(-sign * s.values)
        counts = s.counts[order]
        ahead = np.cumsum(counts) - counts
        last = int(np.searchsorted(np.cumsum(counts), s.drawn))
        taken = s.drawn - ahead[last]
        log_p += _log_choose(counts[last], taken) - _log_choose(int(counts.sum()), s.drawn)
    return float(np.exp(min(0.0, log_p)))


def _log_choose(n: float, k: float) -> float:
    return float(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _shift(stratum: Stratum, t: float) -> float:
    """The s that keeps the expected number drawn at its value under tilt t."""
    tilted = t * stratum.values

    def excess(s: float) -> float:
        return float(np.dot(stratum.counts, special.expit(tilted + s))) - stratum.drawn

    share = stratum.drawn / float(stratum.counts.sum())
    centre = special.logit(share)
    return float(optimize.brentq(excess, centre - tilted.max() - 1, centre - tilted.min() + 1))


def _mean_at(live: list[Stratum], t: float) -> float:
    return sum(
        float(np.dot(s.counts * s.values, special.expit(t * s.values + _shift(s, t)))) for s in live
    )


def _lugannani_rice(live: list[Stratum], target: float, sign: float) -> float:
    unit = 1.0 / max(float(np.ptp(s.values)) for s in live)
    high = unit
    while sign * (_mean_at(live, sign * high) - target) < 0 and high < 1e4 * unit:
        high *= 2
    if sign * (_mean_at(live, sign * high) - target) < 0:
        return _edge_probability(live, sign)
    t = float(optimize.brentq(lambda x: _mean_at(live, sign * x) - target, 0.0, high)) * sign
    exponent, ratio, schur = 0.0, 1.0, 0.0
    for s in live:
        shift = _shift(s, t)
        odds0 = special.logit(s.drawn / float(s.counts.sum()))
        p = special.expit(t * s.values + shift)
        p0 = special.expit(odds0)
        weight = s.counts * p * (1 - p)
        # K with the terms of π cancelled: log(1 + exp(t x + s)) - s · drawn.
        exponent += float(
            np.dot(s.counts, np.logaddexp(0, odds0) - np.logaddexp(0, t * s.values + shift))
        )
        exponent += (shift - odds0) * s.drawn
        ratio *= float(weight.sum()) / float(s.counts.sum() * p0 * (1 - p0))
        schur += float(np.dot(weight, s.values**2) - np.dot(weight, s.values) ** 2 / weight.sum())
    exponent += t * target
    r = np.sqrt(max(2 * exponent, 1e-12))
    u = abs(t) * np.sqrt(max(schur, 1e-300) * ratio)
    tail = special.ndtr(-r) + np.exp(-0.5 * r * r) / np.sqrt(2 * np.pi) * (1 / u - 1 / r)
    return float(np.clip(tail, 0.0, 0.5))
