"""Molenaar-Sijtsma reliability: what repeating each item would give, read off its neighbours."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.indices.answers import Floats
from stats.indices.item_steps import item_steps

Flags = NDArray[np.bool_]


def molenaar_sijtsma(answers: ArrayLike, *, low: float, high: float) -> float:
    """Reliability of a scale whose items are ordered alike for all (double monotonicity).

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), reversed items turned, NaN missing:
        the respondent is left out
    low, high : lowest and highest answer that could be given

    Returns
    -------
    reliability, <= 1; NaN below two items or respondents, or without variance

    Notes
    -----
    ``sum (p_ij - p_i p_j) / Var(total)`` over all pairs of item steps. The chance to pass two steps
    of one item at two independent occasions is not observed: it is the mean of up to eight
    extrapolations from the nearest steps of other items, kept between ``p_i p_j`` and
    ``min(p_i, p_j)``.

    References
    ----------
    Sijtsma, K., & Molenaar, I. W. (1987). Reliability of test scores in nonparametric item response
    theory. Psychometrika 52, 79-97. https://doi.org/10.1007/BF02293957
    van der Ark, L. A. (2010). Computation of the Molenaar Sijtsma statistic. In Advances in Data
    Analysis, Data Handling and Business Intelligence. https://doi.org/10.1007/978-3-642-01044-6_71
    """
    steps = item_steps(answers, low=low, high=high)
    n, items = steps.scores.shape
    total = steps.total().astype(np.float64)
    if n < 2 or items < 2 or total.var() == 0:
        return float("nan")
    n_steps = steps.passed.shape[1]
    done = (steps.scores[:, :, None] > np.arange(n_steps)).reshape(n, -1).astype(np.float64)
    share = steps.passed.ravel()
    order = np.argsort(share, kind="stable")
    order = order[(share[order] > 0) & (share[order] < 1)]
    p = share[order]
    joint = (done.T @ done / n)[np.ix_(order, order)]
    item = order // n_steps
    hidden = item[:, None] == item
    joint[hidden] = np.nan
    filled = _filled(joint, p)
    least, most = np.outer(p, p), np.minimum.outer(p, p)
    filled = np.where(hidden, np.clip(filled, least, most), filled)
    return float((filled - least).sum() / total.var())


def _filled(joint: Floats, p: Floats) -> Floats:
    """Fill the hidden cells from the observed ones."""
    table = joint.copy()
    same = p[:, None] == p
    tied = same.sum(axis=1) > 1
    for i, j in np.argwhere(np.isnan(joint)):
        if tied[i] and tied[j]:
            table[i, j] = _mean(joint[np.ix_(same[i], same[j])])
        else:
            by_row = _extrapolated(joint, p, same, int(i), int(j))
            by_column = _extrapolated(joint.T, p, same, int(j), int(i))
            table[i, j] = _mean(np.array(by_row + by_column))
    return np.nan_to_num(table, nan=0.0)


def _extrapolated(joint: Floats, p: Floats, same: Flags, own: int, other: int) -> list[float]:
    """Chance of the cell from the nearest observed cells in its column."""
    if same[own].sum() > 1:
        # Another step is passed exactly as often: it is its own neighbour on both sides.
        places = [own, own]
    else:
        known = np.flatnonzero(~np.isnan(joint[:, other]))
        places = [*known[known > own][:1].tolist(), *known[known < own][-1:].tolist()]
    found = []
    for place in places:
        chance = _mean(joint[np.ix_(same[place], same[other])])
        found.append(chance * p[own] / p[place])
        shift = p[other] * (p[place] - p[own])
        found.append((chance * (1 - p[own]) - shift) / (1 - p[place]))
    return found


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
