"""Family 5 for matrices: ballots that came together and agree cell by cell."""

from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from stats.ballots import Floats, Ints
from stats.checks.contexts import Context, contexts
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, Harm, NotRun
from stats.ledger import enter
from stats.permutation.discovery import weighted_q
from stats.permutation.dyads import middle_width, shuffled_within
from stats.work import Here, Work, permuted

CHECK = "crowd"
DOORS = ("network", "device", "network_window")
MIN_TOGETHER = 5
MAX_RATERS = 6000
PERMUTATIONS = 399
MIN_RATIO = 1.5
ROUNDING = 1e-12
AGAIN = 0.01
FARTHEST = 3.0
MIN_CONTEXTS = 6


def assemblies(
    view: View,
    residuals: Residuals,
    *,
    level: float,
    rng: np.random.Generator,
    work: Work | None = None,
) -> tuple[list[Finding], list[NotRun]]:
    """Contexts whose ballots agree more, mark by mark, than ballots of the same rater groups.

    Two ballots agree by ``Σ [x = y] (-log p(x))`` over the cells that neither holds about the own
    unit, less what each agrees with everybody. The null hands the places in the contexts to other
    raters of the same group; each context's tail is a Pearson III distribution.
    """
    n = view.ballots.n_ballots
    doors = [d for d in contexts(view.ballots) if d.name in DOORS]
    if not doors or n > MAX_RATERS:
        return [], []
    likeness, usual = _likeness(view, residuals)
    centred = _centred(_per_cell(likeness, usual))
    how = rng, work or Here()
    tests = [t for door in doors for t in _tests(door, centred, view.stratum, how)]
    if not tests:
        return [], []
    pvalues = np.array([p for *_, p in tests])
    q = weighted_q(pvalues)
    enter(CHECK, q, pvalues)
    return _findings(view, likeness, (tests, q, level)), []


def _likeness(view: View, residuals: Residuals) -> tuple[Floats, Floats]:
    """Agreement of every pair of ballots, and what strangers' would be over the same cells.

    Raters of one home leave out the same unit: they have one more cell in common than others.
    """
    ballots = view.ballots
    shape = (ballots.n_ballots, ballots.n_units, ballots.n_items)
    marks = np.zeros(shape, dtype=np.uint8)
    marks[ballots.ballot, ballots.unit] = ballots.answers
    marks[residuals.present == 0] = 0
    flat = marks.reshape(len(marks), -1)
    total = np.zeros((len(marks), len(marks)), dtype=np.float32)
    by_chance = np.zeros(flat.shape[1])
    for mark in range(1, ballots.levels + 1):
        held = flat == mark
        share = held.sum(axis=0) / np.maximum((flat > 0).sum(axis=0), 1)
        rarity = -np.log(np.maximum(share, 1 / len(marks)))
        by_chance += share**2 * rarity
        weighed = held * np.sqrt(rarity).astype(np.float32)
        total += weighed @ weighed.T
    answered = (flat > 0) * np.sqrt(by_chance).astype(np.float32)
    usual = answered @ answered.T
    np.fill_diagonal(total, 0.0)
    np.fill_diagonal(usual, 0.0)
    return total.astype(np.float64), usual.astype(np.float64)


def _per_cell(likeness: Floats, usual: Floats) -> Floats:
    """Agreement in units of what strangers have over the same cells."""
    return np.divide(likeness, usual, out=np.zeros_like(likeness), where=usual > 1e-9)


def _centred(likeness: Floats) -> Floats:
    """Less what each ballot agrees with everybody, in spreads; 0 on the diagonal.

    Scaled by both raters' own spreads and cut at FARTHEST: two flat ballots are alike by nature,
    and one such pair must not speak for a whole office.
    """
    n = max(len(likeness) - 1, 1)
    row = likeness.sum(axis=1) / n
    result = likeness - row[:, None] - row[None, :] + float(row.mean())
    np.fill_diagonal(result, 0.0)
    spread = np.maximum(np.sqrt((result**2).sum(axis=1) / n), 1e-9)
    return np.asarray(
        np.clip(result / np.sqrt(np.outer(spread, spread)), -FARTHEST, FARTHEST), dtype=np.float64
    )


Test = tuple[Context, int, Ints, float, float]
How = tuple[np.random.Generator, Work]


def _tests(door: Context, centred: Floats, strata: Ints, how: How) -> list[Test]:
    sizes = np.bincount(door.labels[door.labels >= 0], minlength=len(door.parts))
    large = np.flatnonzero(sizes >= MIN_TOGETHER)
    members = [np.flatnonzero(door.labels == label).astype(np.int64) for label in large]
    z, skew = _standings(centred, members, strata, (PERMUTATIONS, *how))
    usual = usual_agreement(z, sizes[large])
    p = _tail(usual.beyond(z, sizes[large]), skew)
    clear = np.flatnonzero(p < AGAIN)
    if len(clear):
        again = [members[k] for k in clear]
        z[clear], skew[clear] = _standings(centred, again, strata, (10 * PERMUTATIONS, *how))
        p[clear] = _tail(usual.beyond(z[clear], sizes[large[clear]]), skew[clear])
    return [
        (door, int(label), m, float(zs), float(ps))
        for label, m, zs, ps in zip(large, members, z, p, strict=True)
    ]


@dataclass(frozen=True)
class Usual:
    """How far ballots of one context agree as a rule, where people of one office share views.

    Parameters
    ----------
    shift : of a context's z for each root of its pairs
    width : of the middle of what is left, at least 1
    """

    shift: float
    width: float

    def beyond(self, z: Floats, size: Ints) -> Floats:
        """What is left of z, in spreads."""
        return np.asarray((z - self.shift * _root_pairs(size)) / self.width, dtype=np.float64)


def usual_agreement(z: Floats, size: Ints) -> Usual:
    """The middle of the contexts' agreement and its width, where these exceed chance.

    Parameters
    ----------
    z : array (n_contexts,), agreement within each in standard errors of permuted raters
    size : int array (n_contexts,), ballots in each

    Notes
    -----
    If every two ballots of a context agree by δ more than others do, its z grows as the root of its
    number of pairs. δ is the median over contexts, where it lies above 0 by a standard error.
    """
    if len(z) < MIN_CONTEXTS:
        return Usual(0.0, 1.0)
    error = 1 / np.sqrt(len(z))
    per_pair = z / _root_pairs(size)
    middle = float(np.median(per_pair))
    typical = 1.4826 * float(np.median(np.abs(per_pair - middle)))
    shift = middle if middle > np.sqrt(np.pi / 2) * error * typical else 0.0
    width = middle_width(z - shift * _root_pairs(size))
    return Usual(shift, width if width > 1 + error else 1.0)


def _root_pairs(size: Ints) -> Floats:
    return np.sqrt(size * (size - 1.0))


def _standings(
    centred: Floats,
    members: list[Ints],
    strata: Ints,
    how: tuple[int, np.random.Generator, Work],
) -> tuple[Floats, Floats]:
    """How far each group's agreement lies above that of permuted raters: z, and their skewness."""
    times, rng, work = how
    observed = np.array([_sum(centred, m) for m in members])
    null = np.array(permuted(work, permuted_sums, (centred, members, strata), times, rng))
    mean, spread = null.mean(axis=0), null.std(axis=0)
    z = (observed - mean) / np.maximum(spread, 1e-9)
    # A group that is its whole stratum draws itself each time: what varies there is rounding.
    varies = spread > ROUNDING * np.abs(mean)
    skew = [float(distributions.skew(null[:, k])) if varies[k] else 0.0 for k in range(len(z))]
    return z, np.array(skew)


def _tail(z: Floats, skew: Floats) -> Floats:
    p = distributions.pearson3.sf(z, np.clip(skew, 0.05, 3.0))
    return np.maximum(np.asarray(p, dtype=np.float64), 1e-12)


def permuted_sums(
    centred: Floats, members: list[Ints], strata: Ints, rng: np.random.Generator
) -> list[float]:
    """Agreement of each group when its places are handed to other raters of the same stratum."""
    mix = shuffled_within(strata, rng)
    return [_sum(centred, mix[m]) for m in members]


def _sum(centred: Floats, members: Ints) -> float:
    return float(centred[np.ix_(members, members)].sum())


def _findings(
    view: View, likeness: Floats, tested: tuple[list[Test], Floats, float]
) -> list[Finding]:
    tests, q, level = tested
    found: list[Finding] = []
    taken = np.zeros(view.ballots.n_ballots, dtype=bool)
    for k in np.argsort(q, kind="stable"):
        door, label, together, z, p = tests[int(k)]
        if q[k] > level or taken[together].mean() > 0.5:
            continue
        members, ratio = _alike(likeness, together)
        if ratio < MIN_RATIO:
            continue
        taken[together] = True
        harm = harm_of(view, members, tuple(range(view.ballots.n_units)))
        lifted, sunk = _moved(harm)
        found.append(
            Finding(
                check=CHECK,
                level="look",
                units_lifted=lifted,
                units_sunk=sunk,
                homes=(),
                context=door.describe(label),
                ballots=members,
                statistic=z,
                pvalue=p,
                qvalue=float(q[k]),
                effect=ratio,
                harm=harm,
                facts={
                    "n": len(members),
                    "together": len(together),
                    "n_others": view.ballots.n_ballots - len(together),
                },
            )
        )
    return found


def _moved(harm: Harm | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The unit that these ballots move most, as lifted or as sunk."""
    if harm is None:
        return (), ()
    lifts = harm.score_with > harm.score_without
    return ((harm.unit,), ()) if lifts else ((), (harm.unit,))


def _alike(likeness: Floats, together: Ints) -> tuple[Ints, float]:
    """Members of a context that agree with the others more than ballots at large do."""
    inside = likeness[np.ix_(together, together)].sum(axis=1) / max(len(together) - 1, 1)
    at_large = likeness[together].sum(axis=1) / max(len(likeness) - 1, 1)
    ratio = inside / np.maximum(at_large, 1e-9)
    chosen = ratio >= MIN_RATIO if (ratio >= MIN_RATIO).sum() >= 2 else ratio >= ratio.min()
    return together[chosen], float(ratio[chosen].mean())
