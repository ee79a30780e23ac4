"""Answer times cut at a shortest and a longest second, as a form-filling program draws them."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Floats, Ints

SWEEPS, FEWER = 40, 20
SIMULATED = 999
LONGEST = 1200
NEAR, WIDE = 0.06, 0.10
"""Everybody's times are smoothed over this share of themselves, ours for the null over more."""

PRIOR_BALLOTS = 5000.0
"""Weight of the smooth curve against the seconds as counted: real cuts in everybody's show."""


@dataclass(frozen=True)
class Ends:
    """Part of some ballots whose times are normal and cut at both ends.

    Parameters
    ----------
    pvalue : of ends as sharp where the same times run out smoothly
    gain : log likelihood that the cuts add, nats
    share : part of the ballots that the normal times make up, 0 … 1
    mean, spread : seconds of these
    first, last : seconds at which they are cut
    """

    pvalue: float
    gain: float
    share: float
    mean: float
    spread: float
    first: int
    last: int


def cut_ends(ours: Ints, theirs: Ints, rng: np.random.Generator) -> Ends:
    """Whether some ballots' times pile up at a shortest and a longest second.

    Parameters
    ----------
    ours : int array (n_seconds,), ballots by whole second
    theirs : same shape, everybody else's
    rng : source of randomness

    Notes
    -----
    Ours are fitted as ``(1 - w) f + w N(μ, σ)``, ``f`` everybody else's times, by
    expectation-maximisation. The statistic is how much the log likelihood gains when the normal's
    mass below some second is moved onto it, and likewise above, each at its best second. The null
    draws as many times from our own histogram, smoothed, and fits again, SIMULATED times: people
    who are merely slower than others, and not normal, gain as much there.

    References
    ----------
    McLachlan, G. J. (1987). On bootstrapping the likelihood ratio test statistic for the number of
    components in a normal mixture. J. R. Stat. Soc. C 36:318-324. doi:10.2307/2347790
    """
    size = _size(ours + theirs)
    ours, theirs = ours[:size], theirs[:size]
    everybody = _smooth(theirs)
    fit = _fit(ours[None], everybody, SWEEPS)
    low, high = _gains(ours[None], everybody, fit)
    share, mean, spread = (float(part[0]) for part in fit)
    drawn = rng.multinomial(int(ours.sum()), _smooth(ours, WIDE, weight=np.inf), SIMULATED)
    null_low, null_high = _gains(drawn, everybody, _fit(drawn, everybody, FEWER))
    null = null_low.max(axis=1) + null_high.max(axis=1)
    gain = float(low.max() + high.max())
    return Ends(
        pvalue=float((1 + np.sum(null >= gain)) / (SIMULATED + 1)),
        gain=gain,
        share=share,
        mean=mean,
        spread=spread,
        first=int(low[0].argmax()),
        last=int(high[0].argmax()),
    )


def likely_seconds(ends: Ends, theirs: Ints) -> Floats:
    """How likely a ballot of each second is one of the cut ones, array of shape (n_seconds,)."""
    result = np.zeros(len(theirs))
    size = _size(theirs)
    everybody = _smooth(theirs[:size])
    normal, below = (part[0] for part in _normal(_one(ends), size))
    inside = slice(ends.first, ends.last + 1)
    cut = np.zeros(size)
    cut[inside] = normal[inside]
    cut[ends.first] = below[ends.first]
    cut[ends.last] += 1 - below[ends.last]
    ours = ends.share * cut
    result[:size] = ours / np.maximum(ours + (1 - ends.share) * everybody, 1e-300)
    return result


Fit = tuple[Floats, Floats, Floats]


def _one(ends: Ends) -> Fit:
    return np.array([ends.share]), np.array([ends.mean]), np.array([ends.spread])


def _size(times: Ints) -> int:
    """Seconds that all but one ballot in a thousand stay below."""
    reach = int(np.searchsorted(np.cumsum(times), 0.999 * times.sum())) + 20
    return min(reach, LONGEST, len(times))


def _smooth(times: Ints, near: float = NEAR, *, weight: float = PRIOR_BALLOTS) -> Floats:
    """Shares by second, smoothed over neighbours; ``weight`` of that against the counts."""
    second = np.arange(len(times))
    width = np.maximum(near * second, 1.0)[:, None]
    kernel = np.exp(-0.5 * ((second - second[:, None]) / width) ** 2)
    kernel /= kernel.sum(axis=1, keepdims=True)
    total = max(float(times.sum()), 1.0)
    smooth = kernel @ (times / total) + 1e-4 / len(times)
    if np.isinf(weight):
        return np.asarray(smooth / smooth.sum(), dtype=np.float64)
    shares = times + weight * smooth
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _normal(fit: Fit, size: int) -> tuple[Floats, Floats]:
    """Mass of the normal at every whole second, and below its end, (n, n_seconds)."""
    _, mean, spread = fit
    edge = np.arange(size + 1) - 0.5
    below = special.ndtr((edge - mean[:, None]) / spread[:, None])
    return np.diff(below, axis=1), below[:, 1:]


def _fit(times: Ints, everybody: Floats, sweeps: int) -> Fit:
    second = np.arange(times.shape[1])
    n = np.maximum(times.sum(axis=1), 1)
    share = np.full(len(times), 0.4)
    rest = float(everybody @ second)
    mean = np.maximum((times @ second / n - 0.6 * rest) / 0.4, 5.0)
    spread = np.maximum(0.3 * mean, 2.0)
    for _ in range(sweeps):
        mass = share[:, None] * _normal((share, mean, spread), len(second))[0]
        other = (1 - share[:, None]) * everybody
        member = times * mass / np.maximum(mass + other, 1e-300)
        held = np.maximum(member.sum(axis=1), 1e-6)
        share = np.clip(held / n, 0.02, 0.98)
        mean = member @ second / held
        squares = (member * (second - mean[:, None]) ** 2).sum(axis=1)
        spread = np.sqrt(np.maximum(squares / held, 1.0))
    return share, mean, spread


def _gains(times: Ints, everybody: Floats, fit: Fit) -> tuple[Floats, Floats]:
    """Gain of log likelihood by cutting at every second, from below and from above."""
    share, mean, _ = fit
    size = times.shape[1]
    mass, below = _normal(fit, size)
    other = (1 - share[:, None]) * everybody
    whole = np.maximum(other + share[:, None] * mass, 1e-300)
    lost = times * np.log(np.maximum(other, 1e-300) / whole)
    under = below - mass
    up_to = np.cumsum(lost, axis=1)
    second = np.arange(size)
    low = up_to - lost + times * np.log((whole + share[:, None] * under) / whole)
    above = up_to[:, -1:] - up_to
    high = above + times * np.log((whole + share[:, None] * (1 - below)) / whole)
    return (
        np.where(second <= mean[:, None], np.maximum(low, 0.0), 0.0),
        np.where(second > mean[:, None], np.maximum(high, 0.0), 0.0),
    )
