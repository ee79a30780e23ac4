"""Family 4: ballots that share what is unusual in them."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stats.ballots import Bools, Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals, normal_scores
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.dyads import max_adjusted, shuffled_within

PERMUTATIONS = 99
MIN_UNITS = 10
MIN_RATERS = 20
MAX_ONE_MARK = 0.8
MIN_SIMILARITY = 0.3
MAX_RATERS = 5000
STRATA = 5
CHECK = "copied"


@dataclass(frozen=True, eq=False)
class Profiles:
    """What each informative ballot holds beyond everybody's view, cell by cell.

    ``values`` has shape (n, n_units, n_items), 0 where absent; rows have length 1 as a whole.
    """

    ballots: Ints
    values: Floats
    strata: Ints


def copies(
    view: View, residuals: Residuals, *, level: float, rng: np.random.Generator
) -> tuple[list[Finding], list[NotRun]]:
    """Groups of ballots more alike, in what is unusual, than independent ballots."""
    if view.ballots.n_units < MIN_UNITS or len(residuals.scale) < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few", {"units": MIN_UNITS, "raters": MIN_RATERS})]
    if view.ballots.n_ballots > MAX_RATERS:
        return [], [NotRun(CHECK, "too_many", {"most": MAX_RATERS})]
    profiles = _profiles(view, residuals)
    n = len(profiles.ballots)
    if n < MIN_RATERS:
        return [], [NotRun(CHECK, "too_few_informative", {"raters": n, "needed": MIN_RATERS})]
    similarity = _similarity(profiles.values)
    maxima = np.array([_similarity(_shuffled(profiles, rng)).max() for _ in range(PERMUTATIONS)])
    cutoff = max(_cutoff(maxima, level), MIN_SIMILARITY)
    linked = similarity >= cutoff
    p = max_adjusted(np.array([similarity.max()]), maxima)
    return _groups(view, profiles, (similarity, linked), (maxima, float(p[0]))), []


def _profiles(view: View, residuals: Residuals) -> Profiles:
    ballots = view.ballots
    shape = (ballots.n_ballots, ballots.n_units, ballots.n_items)
    marks = np.full(shape, np.nan)
    marks[ballots.ballot, ballots.unit] = np.where(ballots.answers > 0, ballots.answers, np.nan)
    marks[residuals.present == 0] = np.nan
    line = view.table - residuals.raw if view.table is not None else residuals.raw
    item = _item_effects(marks)
    rest = marks - line[:, :, None] - item
    informative = _informative(marks, ballots.levels)
    chosen = np.flatnonzero(informative)
    flat = rest[chosen].reshape(len(chosen), -1)
    with np.errstate(invalid="ignore"):
        scores = normal_scores(flat)
    length = np.sqrt((scores**2).sum(axis=1, keepdims=True))
    values = np.divide(scores, length, out=np.zeros_like(scores), where=length > 1e-9)
    rank = residuals.scale[chosen].argsort(kind="stable").argsort(kind="stable")
    strata = (rank * STRATA // max(len(rank), 1)).astype(np.int64)
    return Profiles(chosen.astype(np.int64), values.reshape(len(chosen), *shape[1:]), strata)


def _item_effects(marks: Floats) -> Floats:
    """How each item of a unit lies against the unit's mean."""
    there = np.isfinite(marks)
    count = there.sum(axis=0)
    mean = np.divide(
        np.where(there, marks, 0).sum(axis=0), count, out=np.zeros(count.shape), where=count > 0
    )
    return np.asarray(mean - mean.mean(axis=1, keepdims=True), dtype=np.float64)


def _informative(marks: Floats, levels: int) -> Bools:
    flat = marks.reshape(len(marks), -1)
    answered = np.isfinite(flat).sum(axis=1)
    most = np.max([(flat == m).sum(axis=1) for m in range(1, levels + 1)], axis=0)
    return (answered > 0.5 * flat.shape[1]) & (most < MAX_ONE_MARK * answered)


def _similarity(values: Floats) -> Floats:
    flat = values.reshape(len(values), -1).astype(np.float32)
    result = flat @ flat.T
    np.fill_diagonal(result, 0.0)
    return result.astype(np.float64)


def _shuffled(profiles: Profiles, rng: np.random.Generator) -> Floats:
    """Every unit's answers handed to other raters of about the same spread."""
    mixed = np.empty_like(profiles.values)
    for unit in range(mixed.shape[1]):
        mixed[:, unit] = profiles.values[shuffled_within(profiles.strata, rng), unit]
    length = np.sqrt((mixed**2).sum(axis=(1, 2), keepdims=True))
    return np.divide(mixed, length, out=np.zeros_like(mixed), where=length > 1e-9)


def _cutoff(maxima: Floats, level: float) -> float:
    grid = np.linspace(float(maxima.min()), float(maxima.max()) * 3 + 1e-9, 2000)
    return float(grid[np.searchsorted(-max_adjusted(grid, maxima), -level)])


def _groups(
    view: View,
    profiles: Profiles,
    pairs: tuple[Floats, Bools],
    null: tuple[Floats, float],
) -> list[Finding]:
    similarity, linked = pairs
    maxima, _ = null
    rows, columns = np.nonzero(np.triu(linked, 1))
    n = len(similarity)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    _, group = connected_components(graph, directed=False)
    found = []
    for g in np.unique(group[rows]):
        members = np.flatnonzero(group == g)
        best = float(similarity[np.ix_(members, members)].max())
        ballots = np.sort(profiles.ballots[members])
        p = float(max_adjusted(np.array([best]), maxima)[0])
        edges = similarity[rows[group[rows] == g], columns[group[rows] == g]]
        found.append(
            Finding(
                check=CHECK,
                level="look",
                units_lifted=(),
                units_sunk=(),
                homes=(),
                context={},
                ballots=ballots,
                statistic=best,
                pvalue=p,
                qvalue=p,
                effect=float(np.median(edges)),
                harm=harm_of(view, ballots, tuple(range(view.ballots.n_units))),
                facts={"n": len(ballots), "usual": float(np.median(maxima))},
            )
        )
    return found
