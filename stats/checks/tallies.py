"""Family 13: counts typed in by hand, whose percentages and last digits are rounder than chance."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from stats.ballots import Bools, Floats, Ints
from stats.findings import Facts, Finding, NotRun
from stats.permutation.discovery import weighted_q

CHECK = "typed_tallies"
MIN_TALLIES = 200
NEAR = 0.0005
"""A percentage counts as whole within a twentieth of a point."""

MIN_COUNT = 100
"""From here on the last digit of a count is close to uniform whatever is counted."""

FRACTIONS = 20


@dataclass(frozen=True, eq=False)
class Tallies:
    """Counts by place: a polling place, a paper batch, a meeting.

    Parameters
    ----------
    issued, returned : int arrays of shape (n_places,), -1 = unknown
    marks : int array of shape (n_places, levels), votes by mark, the best last

    Raises
    ------
    ValueError
        A wrong shape, or a count below 0.
    """

    issued: Ints
    returned: Ints
    marks: Ints

    def __post_init__(self) -> None:
        if self.marks.ndim != 2 or self.marks.shape[1] < 2:
            raise ValueError("marks: expected shape (n_places, levels), two levels or more")
        n = (len(self.marks),)
        if self.issued.shape != n or self.returned.shape != n:
            raise ValueError("issued, returned: expected as many places as marks")
        if self.marks.size and int(self.marks.min()) < 0:
            raise ValueError("marks: expected counts of 0 or more")


def typed_tallies(tallies: Tallies | None, *, level: float) -> tuple[list[Finding], list[NotRun]]:
    """Whole percentages and last digits beyond what binomial counts give.

    Parameters
    ----------
    tallies : the counts; None = none were typed in
    level : the family's budget

    Notes
    -----
    With ``n`` cast and a share ``p`` a count is taken as binomial; the chance that its percentage
    lies within NEAR of a whole one is an exact sum over the binomial's support, with ``p`` the
    place's own share. The number of such places is then a sum of independent Bernoulli variables,
    its tail normal with a correction for the skewness.

    References
    ----------
    Kobak, D., Shpilkin, S. & Pshenichnikov, M. S. (2016). doi:10.1214/16-AOAS904
    Mebane, W. R. (2008). Election forensics: the second-digit Benford's law test.
    """
    if tallies is None:
        return [], [NotRun(CHECK, "no_tallies")]
    tests = [t for t in _tests(tallies) if t is not None]
    if not tests:
        return [], [NotRun(CHECK, "too_few_tallies", {"needed": MIN_TALLIES})]
    q = weighted_q(np.array([t.pvalue for t in tests]))
    return [_finding(t, float(q[k])) for k, t in enumerate(tests) if q[k] <= level], []


@dataclass(frozen=True)
class _Test:
    what: str
    seen: float
    expected: float
    z: float
    pvalue: float
    places: int
    histogram: tuple[int, ...]


def _tests(tallies: Tallies) -> list[_Test | None]:
    valid = tallies.marks.sum(axis=1)
    best = tallies.marks[:, -1]
    turned_out = (tallies.issued > 0) & (tallies.returned >= 0)
    counted = np.concatenate([tallies.marks.ravel(), tallies.returned])
    return [
        _whole_percentages("turnout", tallies.returned, tallies.issued, turned_out),
        _whole_percentages("best", best, valid, valid > 0),
        _last_digits(counted[counted >= MIN_COUNT]),
    ]


def _whole_percentages(what: str, part: Ints, whole: Ints, use: Bools) -> _Test | None:
    part, whole = part[use], whole[use]
    # A share of none or all is whole by nature, and so is every share of few.
    inner = (part > 0) & (part < whole)
    part, whole = part[inner], whole[inner]
    if len(part) < MIN_TALLIES:
        return None
    chance = np.array(
        [whole_chance(int(n), float(k / n)) for k, n in zip(part, whole, strict=True)]
    )
    seen = int(_near_whole(part / whole).sum())
    z, p = _bernoulli_tail(seen, chance)
    fraction = np.mod(100 * part / whole + 0.5 / FRACTIONS, 1.0)
    histogram = np.bincount((fraction * FRACTIONS).astype(np.int64), minlength=FRACTIONS)
    return _Test(what, seen, float(chance.sum()), z, p, len(part), _told(histogram))


def _near_whole(share: Floats) -> Bools:
    return np.asarray(np.abs(share * 100 - np.round(share * 100)) <= 100 * NEAR + 1e-9)


def whole_chance(n: int, p: float) -> float:
    """Chance that a binomial count of ``n`` makes a whole percentage.

    Examples
    --------
    >>> round(whole_chance(100, 0.3), 6)
    1.0
    >>> 0.05 < whole_chance(997, 0.3) < 0.15
    True
    """
    centre, reach = n * p, 8 * np.sqrt(n * p * (1 - p)) + 1
    k = np.arange(max(int(centre - reach), 0), min(int(centre + reach), n) + 1)
    near = k[_near_whole(k / n)]
    return float(min(stats.binom.pmf(near, n, p).sum(), 1.0))


def _bernoulli_tail(seen: int, chance: Floats) -> tuple[float, float]:
    """Upper tail of a sum of Bernoulli variables: normal, corrected for skewness."""
    variance = float((chance * (1 - chance)).sum())
    if variance < 1e-9:
        return 0.0, 1.0
    sd = np.sqrt(variance)
    z = (seen - 0.5 - float(chance.sum())) / sd
    skew = float((chance * (1 - chance) * (1 - 2 * chance)).sum()) / sd**3
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    p = float(special.ndtr(-z)) + skew / 6 * (z * z - 1) * density
    return float(z), float(np.clip(p, 1e-300, 1.0))


def _last_digits(counts: Ints) -> _Test | None:
    """Zeros and fives among the last digits, against one in five."""
    if len(counts) < MIN_TALLIES:
        return None
    histogram = np.bincount(counts % 10, minlength=10)
    seen = int(histogram[0] + histogram[5])
    p = float(stats.binom.sf(seen - 1, len(counts), 0.2))
    expected = len(counts) / 5
    z = (seen - expected) / np.sqrt(expected * 0.8)
    return _Test("digits", seen, expected, float(z), p, len(counts), _told(histogram))


def _told(histogram: Ints) -> tuple[int, ...]:
    return tuple(int(n) for n in histogram)


def _finding(test: _Test, q: float) -> Finding:
    facts: Facts = {
        "what": test.what,
        "seen": test.seen,
        "expected": test.expected,
        "n": test.places,
        "histogram": test.histogram,
    }
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(),
        units_sunk=(),
        homes=(),
        context={},
        ballots=np.zeros(0, dtype=np.int64),
        statistic=test.z,
        pvalue=test.pvalue,
        qvalue=q,
        effect=test.seen / max(test.expected, 1e-9),
        facts=facts,
    )
