"""Family 4: ballots that share what is unusual in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stats.ballots import Bools, Floats, Ints, Marks
from stats.checks.chances import Chances, cell_marks, chances_of, dependence, spread_over
from stats.checks.harm import harm_of
from stats.checks.originals import likely_original, loyalty, slowness
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.work import Here, Work

MIN_UNITS = 4
MIN_RATERS = 20
MIN_ANSWERED = 0.5
MIN_LIKENESS = 0.4
MAX_RATERS = 6000
CHECK = "copied"

COPIED = (0.6, 0.75, 0.9)
"""Shares of the cells that somebody may have copied."""

LEAST_CHANCE = 1e-4

ROWS = 500
"""Ballots of one task."""

SAMPLE = 300
"""Ballots whose pairs tell what likeness is usual."""


State = tuple[Marks, list[Floats], float]
"""Marks, for each of COPIED what agreement in a cell weighs, and by how much cells of a unit hang
together: what a task needs."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of ballots of which one looks copied from the other.

    Parameters
    ----------
    first, second : int arrays (n_pairs,), which of the ballots compared
    nats : array (n_pairs,), log likelihood ratio of second copied from first against no connection
    """

    first: Ints
    second: Ints
    nats: Floats

    def chosen(self, which: Bools) -> "Pairs":
        """Some of the pairs."""
        return Pairs(self.first[which], self.second[which], self.nats[which])

    def groups(self, n: int) -> list[Ints]:
        """Ballots that hang together, of n in all."""
        graph = coo_array((np.ones(len(self.first)), (self.first, self.second)), shape=(n, n))
        _, group = connected_components(graph, directed=False)
        return [np.flatnonzero(group == g).astype(np.int64) for g in np.unique(group[self.first])]


def copies(
    view: View, residuals: Residuals, *, level: float, work: Work | None = None
) -> tuple[list[Finding], list[NotRun]]:
    """Groups of ballots that agree further than independent ballots of their kind would.

    The likely original of each group is named in ``facts["original"]`` and not among its ballots.
    """
    if view.ballots.n_units < MIN_UNITS or view.ballots.n_ballots < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    if view.ballots.n_ballots > MAX_RATERS:
        return [], [NotRun(CHECK, "too_many", {"most": MAX_RATERS})]
    marks = cell_marks(view, residuals.present)
    names = np.flatnonzero((marks > 0).mean(axis=1) > MIN_ANSWERED).astype(np.int64)
    if len(names) < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    chances = chances_of(marks[names], view.ballots.levels)
    state = (chances.marks, _weights(chances), dependence(chances, view.ballots.n_items))
    pairs, most = _pairs(state, level, work or Here())
    enter(CHECK, float(_adjusted(np.array([most]), len(names))[0]))
    pairs = pairs.chosen(_alike(chances, pairs))
    if not len(pairs.first):
        return [], []
    aside = (slowness(view) + loyalty(residuals.own))[names]
    pairs = _completed(chances, (state, pairs), aside, level)
    usual = _usual(chances)
    told = []
    for group in pairs.groups(len(names)):
        original = likely_original(chances, group, aside[group])
        inside = pairs.chosen(np.isin(pairs.first, group))
        ballots = names[np.setdiff1d(group, original)]
        told.append(_finding(view, ballots, int(names[original]), (chances, inside, usual)))
    return told, []


def _adjusted(nats: Floats, n: int) -> Floats:
    """A likelihood ratio has mean 1 under the null: P(log ratio ≥ x) ≤ e^-x, n (n - 1) times."""
    return np.asarray(np.minimum(n * (n - 1) * np.exp(-nats), 1.0), dtype=np.float64)


def _weights(chances: Chances) -> list[Floats]:
    """What agreement in a cell adds to the log likelihood ratio, beside what any cell takes off."""
    # In steps so wide that single precision adds them exactly, in whatever order a machine adds:
    # no weight exceeds 16.
    step = 2.0 ** -np.floor(20 - np.log2(chances.marks.shape[1]))
    own = np.maximum(chances.own, LEAST_CHANCE)
    found = [np.log1p(share / (1 - share) / own) for share in COPIED]
    return [np.where(chances.marks > 0, np.round(w / step) * step, 0.0) for w in found]


def _pairs(state: State, level: float, work: Work) -> tuple[Pairs, float]:
    """Pairs that pass the level, and the largest log likelihood ratio of any."""
    n = len(state[0])
    (kept,) = work.keep([state])
    blocks = [range(start, min(start + ROWS, n)) for start in range(0, n, ROWS)]
    least = [float(np.log(n * (n - 1) / level))] * len(blocks)
    done = work.fetch(work.apply(likely_pairs, [kept] * len(blocks), blocks, least))
    return _together([pairs for pairs, _ in done]), max(most for _, most in done)


def _together(parts: Sequence[Pairs]) -> Pairs:
    first, second, nats = zip(*((p.first, p.second, p.nats) for p in parts), strict=True)
    return Pairs(np.concatenate(first), np.concatenate(second), np.concatenate(nats))


def _completed(chances: Chances, found: tuple[State, Pairs], aside: Floats, level: float) -> Pairs:
    """Add pairs of the original of each group with ballots of none.

    There are only n of these for a group, not n (n - 1): a gentler level will do.
    """
    state, pairs = found
    n = len(aside)
    groups = pairs.groups(n)
    free = np.ones(n, dtype=np.bool_)
    free[np.concatenate(groups)] = False
    more = []
    for group in groups:
        original = likely_original(chances, group, aside[group])
        near, _ = likely_pairs(state, range(original, original + 1), float(np.log(n / level)))
        more.append(near.chosen(free[near.second] & _alike(chances, near)))
    return _together([pairs, *more])


def likely_pairs(state: State, rows: range, least: float) -> tuple[Pairs, float]:
    """Pairs of some originals with any copy that reach a number of nats, and the most of any.

    The likelihood ratio is the mean over the shares of COPIED: its own mean is 1 under the null,
    once its logarithm is divided by how far the cells of a unit hang together.
    """
    marks, weights, dependent = state
    here = marks[rows.start : rows.stop]
    both = (here > 0).astype(np.float32) @ (marks > 0).astype(np.float32).T
    nats = np.full(both.shape, -np.inf)
    for share, weight in zip(COPIED, weights, strict=True):
        ratio = both.astype(np.float64) * float(np.log1p(-share))
        for mark in range(1, int(marks.max(initial=0)) + 1):
            copied = np.where(marks == mark, weight, 0.0).astype(np.float32)
            ratio += (here == mark).astype(np.float32) @ copied.T
        nats = np.logaddexp(nats, ratio / dependent)
    nats -= np.log(len(COPIED))
    nats[np.arange(len(here)), np.arange(rows.start, rows.stop)] = -np.inf
    first, second = np.nonzero(nats >= least)
    return Pairs(first + rows.start, second, nats[first, second]), float(nats.max())


def _alike(chances: Chances, pairs: Pairs) -> Bools:
    return _likeness(chances, pairs) >= MIN_LIKENESS


def _likeness(chances: Chances, pairs: Pairs) -> Floats:
    """Likeness of each pair."""
    some = np.union1d(pairs.first, pairs.second)
    like = likenesses(chances, some)
    return like[np.searchsorted(some, pairs.first), np.searchsorted(some, pairs.second)]


def likenesses(chances: Chances, some: Ints) -> Floats:
    """Cohen's κ of every two of some ballots: agreement beyond what their own hands let expect."""
    marks = chances.marks[some]
    there = marks > 0
    # In steps that double precision adds exactly.
    hands = np.round(chances.of(some) * 2.0**20) / 2.0**20 * there[:, :, None]
    hands = hands.reshape(len(some), marks.shape[1] * chances.levels)
    equal = (marks[:, :, None] == np.arange(1, chances.levels + 1)).reshape(hands.shape)
    expected, agree = hands @ hands.T, equal.astype(np.float64) @ equal.T
    both = there.astype(np.float64) @ there.T
    return np.asarray((agree - expected) / np.maximum(both - expected, 1e-9), dtype=np.float64)


def _usual(chances: Chances) -> float:
    """Likeness that one pair in a hundred exceeds."""
    some = spread_over(len(chances.marks), SAMPLE)
    like = likenesses(chances, some)
    return float(np.quantile(like[np.triu_indices(len(some), 1)], 0.99))


def _finding(
    view: View, ballots: Ints, original: int, seen: tuple[Chances, Pairs, float]
) -> Finding:
    chances, pairs, usual = seen
    like = _likeness(chances, pairs)
    p = float(_adjusted(pairs.nats, len(chances.marks)).min())
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(),
        units_sunk=(),
        homes=(),
        context={},
        ballots=ballots,
        statistic=float(pairs.nats.max()),
        pvalue=p,
        qvalue=p,
        effect=float(np.median(like)),
        harm=harm_of(view, ballots, tuple(range(view.ballots.n_units))),
        facts={
            "n": len(ballots),
            "likeness": float(like.max()),
            "usual": usual,
            "original": original,
        },
    )
