"""What a campaign says about its units: mean, robust score, interval and rank of each."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.estimates.interval import Intervals, moment_intervals
from stats.estimates.joint_ranks import simultaneous_rank_intervals
from stats.estimates.robust_scores import robust_matrix_means, robust_unit_means
from stats.estimates.rows import Rows, rows_of
from stats.estimates.unit_scores import UnitMeans, matrix_means, unit_means

_REPLICATES = 2000


@dataclass(frozen=True, eq=False)
class CampaignScores:
    """Scores of all units, arrays of shape (n_units,); NaN and rank 0 for a unit without ballots.

    Attributes
    ----------
    n : ballots with a valid mark
    mean : of their marks
    outside : mean without the marks that raters gave their own unit
    robust : `robust_matrix_means` or `robust_unit_means` of the same marks
    interval : around ``outside``
    rank, rank_low, rank_high : by ``mean`` within the category, and the ranks not ruled out
    """

    n: Ints
    mean: Floats
    outside: UnitMeans
    robust: Floats
    interval: Intervals
    rank: Ints
    rank_low: Ints
    rank_high: Ints


def campaign_scores(
    ballots: Ballots,
    chosen: Bools | None = None,
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> CampaignScores:
    """Score the units of a campaign, or of some of its rows.

    Parameters
    ----------
    ballots : the campaign
    chosen : bool array of shape (n_rows,), rows to use; None: all
    rng : randomness of the ranks' critical value
    confidence : of each interval, and of all ranks of the campaign together

    Notes
    -----
    The interval is for the mark that ever more raters from elsewhere would give. Marks for one's
    own unit are left out of it where homes are known: they lift every unit, by as much as it has
    raters of its own. Variances are moderated over the units (`unit_means`). Ranks hold the true
    ones of all units at once (`simultaneous_rank_intervals`), each of k categories at
    ``1 - (1 - confidence) / k``.
    """
    used = _marked(ballots) if chosen is None else _marked(ballots) & chosen
    everybody = unit_rows(ballots, used)
    from_elsewhere = used & ~own_unit(ballots)
    outside = _means(ballots, from_elsewhere)
    mean = everybody.means(everybody.mark)
    low, high = _rank_limits(ballots, outside, confidence, rng)
    rank = _ranks(ballots, mean)
    return CampaignScores(
        n=np.rint(everybody.counts()).astype(np.int64),
        mean=mean,
        outside=outside,
        robust=robust_scores(ballots, used),
        interval=moment_intervals(outside.moments, confidence=confidence),
        rank=rank,
        # A unit's own raters may have lifted it beyond what others allow.
        rank_low=np.where(rank > 0, np.minimum(np.where(low > 0, low, rank), rank), 0),
        rank_high=np.maximum(high, rank),
    )


def _marked(ballots: Ballots) -> Bools:
    return np.asarray((ballots.answers > 0).any(axis=1), dtype=np.bool_)


def row_marks(ballots: Ballots, used: Bools) -> Floats:
    """Mean valid mark of each row used."""
    answers = ballots.answers[used]
    marks: Floats = answers.sum(axis=1, dtype=np.int64) / (answers > 0).sum(axis=1)
    return marks


def own_unit(ballots: Ballots) -> Bools:
    """Rows in which raters mark their own unit."""
    if ballots.home is None:
        return np.zeros(ballots.n_rows, dtype=np.bool_)
    return np.asarray(ballots.home[ballots.ballot] == ballots.unit, dtype=np.bool_)


def _several(ballots: Ballots) -> bool:
    return ballots.n_rows > ballots.n_ballots


def unit_rows(ballots: Ballots, used: Bools) -> Rows:
    """Equal marks on a unit counted together: there are few of them however many the ballots.

    Parameters
    ----------
    ballots : the campaign
    used : bool array of shape (n_rows,); rows without a valid answer are left out
    """
    answers = ballots.answers[used]
    total, valid = answers.sum(axis=1, dtype=np.int64), (answers > 0).sum(axis=1)
    width = ballots.levels * ballots.n_items + 1
    height = (ballots.n_items + 1) * width
    cells = np.bincount(
        ballots.unit[used] * height + valid * width + total, minlength=ballots.n_units * height
    )
    filled = np.flatnonzero(cells)
    filled = filled[filled % height >= width]
    marks = filled % width / (filled % height // width)
    return rows_of(filled // height, marks, ballots.n_units, weight=cells[filled])


def _means(ballots: Ballots, used: Bools) -> UnitMeans:
    if not _several(ballots):
        return unit_means(unit_rows(ballots, used))
    rows = rows_of(ballots.unit[used], row_marks(ballots, used), ballots.n_units)
    return matrix_means(ballots.ballot[used], rows)


def robust_scores(ballots: Ballots, chosen: Bools) -> Floats:
    """Robust score of every unit from some rows, marks for one's own unit left out.

    Returns
    -------
    Array of shape (n_units,): `robust_matrix_means` where raters mark several units, else
    `robust_unit_means`; NaN for a unit without marks
    """
    used = chosen & _marked(ballots) & ~own_unit(ballots)
    if not _several(ballots):
        return robust_unit_means(unit_rows(ballots, used))
    return robust_matrix_means(
        ballots.ballot[used], ballots.unit[used], row_marks(ballots, used), ballots.n_units
    )


def _categories(ballots: Ballots) -> list[Ints]:
    if ballots.category is None:
        return [np.arange(ballots.n_units)]
    return [np.flatnonzero(ballots.category == c) for c in np.unique(ballots.category)]


def _ranks(ballots: Ballots, mean: Floats) -> Ints:
    rank = np.zeros(ballots.n_units, dtype=np.int64)
    for here in _categories(ballots):
        known = here[np.isfinite(mean[here])]
        rank[known] = 1 + (mean[known] > mean[known][:, None] + 1e-12).sum(axis=1)
    return rank


def _rank_limits(
    ballots: Ballots, means: UnitMeans, confidence: float, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    low, high = (np.zeros(ballots.n_units, dtype=np.int64) for _ in range(2))
    categories = _categories(ballots)
    level = 1 - (1 - confidence) / len(categories)
    # The largest of many normal differences; few degrees of freedom stretch each.
    stretch = stdtrit(np.maximum(means.moments.df, 1.0), 0.975) / ndtri(0.975)
    error = means.error * stretch
    for here in categories:
        together = None if means.correlation is None else means.correlation[np.ix_(here, here)]
        found = simultaneous_rank_intervals(
            means.moments.value[here],
            error[here],
            rng=rng,
            correlation=together,
            confidence=level,
            replicates=_REPLICATES,
        )
        low[here], high[here] = found.low, found.high
    return low, high
