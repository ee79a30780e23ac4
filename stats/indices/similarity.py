"""Do two respondents agree more often than their abilities explain?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from stats.indices.answers import Floats
from stats.indices.graded_model import GradedItems, category_probabilities


@dataclass(frozen=True, slots=True)
class Similarity:
    """Agreement of each pair: arrays of shape (n_pairs,).

    Attributes
    ----------
    omega, weighted_omega : standardised number of matches; weighted by their rarity
    omega_pvalue, weighted_omega_pvalue : upper normal tails
    gbt : chance of at least as many matches (generalised binomial test)
    m4 : chance of matches in the highest and in other categories at least as extreme, nan where
        not asked for
    """

    omega: Floats
    weighted_omega: Floats
    omega_pvalue: Floats
    weighted_omega_pvalue: Floats
    gbt: Floats
    m4: Floats


def answer_similarity(
    scores: Floats,
    items: GradedItems,
    ability: Floats,
    pairs: NDArray[np.int64],
    *,
    with_m4: bool = False,
) -> Similarity:
    """Answer similarity of pairs of respondents, given item parameters and abilities.

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, complete
    items : item parameters
    ability : array of shape (n,)
    pairs : array of shape (n_pairs, 2), rows of `scores`
    with_m4 : M4 costs n_items^3 per pair

    Notes
    -----
    Items match independently with ``p_j = sum_k P_jk(a) P_jk(b)``. ``omega`` is
    ``(matches - sum p) / sqrt(sum p (1 - p))``; the weighted one weighs by ``-log p``; GBT is the
    Poisson-binomial tail; M4 the tail of the trinomial of matches right, matches wrong, none.

    References
    ----------
    Wollack, J. A. (1997). A nominal response model approach for detecting answer copying. Applied
    Psychological Measurement 21, 307-320. https://doi.org/10.1177/01466216970214002
    van der Linden, W. J., & Sotaridona, L. (2006). Detecting answer copying when the regular
    response process follows a known response model. Journal of Educational and Behavioral
    Statistics 31, 283-304. https://doi.org/10.3102/10769986031003283
    Romero, M., Riascos, A., & Jara, D. (2015). On the optimality of answer-copying indices. Journal
    of Educational and Behavioral Statistics 40, 435-453. https://doi.org/10.3102/1076998615595628
    """
    chance = category_probabilities(items, ability)[0]
    one, other = pairs[:, 0], pairs[:, 1]
    agree = np.einsum("pjk,pjk->pj", chance[one], chance[other])
    same = (scores[one] == scores[other]).astype(np.float64)
    rarity = -np.log(np.clip(agree, 1e-300, 1.0))
    omega = _standardised(same, agree, np.ones(agree.shape))
    weighted = _standardised(same, agree, rarity)
    m4 = np.full(len(pairs), np.nan)
    if with_m4:
        top = items.thresholds.shape[1]
        both_top = (scores[one] == top) & (scores[other] == top)
        right = chance[one][:, :, top] * chance[other][:, :, top]
        m4 = np.array(
            [
                _trinomial_tail(int(t.sum()), int(s.sum() - t.sum()), r, a - r)
                for t, s, r, a in zip(both_top, same, right, agree, strict=True)
            ]
        )
    return Similarity(omega, weighted, ndtr(-omega), ndtr(-weighted), matches_tail(same, agree), m4)


def copying_omega(
    scores: Floats, items: GradedItems, ability: Floats, pairs: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Wollack's omega of a copier, the answers of the source taken as given.

    Parameters
    ----------
    scores, items, ability : as in `answer_similarity`
    pairs : array of shape (n_pairs, 2), rows of the copier and of the source

    Returns
    -------
    omega and its upper normal tail, arrays of shape (n_pairs,)
    """
    copier, source = pairs[:, 0], pairs[:, 1]
    chance = category_probabilities(items, ability[copier])[0]
    given = scores[source].astype(np.int64)
    agree = np.take_along_axis(chance, given[:, :, None], axis=2)[:, :, 0]
    same = (scores[copier] == scores[source]).astype(np.float64)
    omega = _standardised(same, agree, np.ones(agree.shape))
    return omega, ndtr(-omega)


def _standardised(same: Floats, agree: Floats, weight: Floats) -> Floats:
    variance = (agree * (1 - agree) * weight**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(((same - agree) * weight).sum(axis=1) / np.sqrt(variance))


def matches_tail(same: Floats, agree: Floats) -> Floats:
    """Chance of at least as many matches as seen: Poisson-binomial, all pairs at once.

    Parameters
    ----------
    same, agree : arrays of shape (n_pairs, n_items), matches 0 or 1 and their chances
    """
    pairs, items = agree.shape
    chance = np.zeros((pairs, items + 1))
    chance[:, 0] = 1.0
    for item in range(items):
        p = agree[:, item : item + 1]
        chance[:, 1 : item + 2] = chance[:, 1 : item + 2] * (1 - p) + chance[:, : item + 1] * p
        chance[:, :1] *= 1 - p
    tails = np.cumsum(chance[:, ::-1], axis=1)[:, ::-1]
    seen = same.sum(axis=1).astype(np.int64)
    return np.asarray(tails[np.arange(pairs), seen], dtype=np.float64)


def _trinomial_tail(right: int, wrong: int, p_right: Floats, p_wrong: Floats) -> float:
    """Chance of all outcomes whose joint upper tail is no larger than that of the one seen."""
    items = p_right.size
    chance = np.zeros((items + 1, items + 1))
    chance[0, 0] = 1.0
    for p, q in zip(p_right, p_wrong, strict=True):
        grown = chance * (1 - p - q)
        grown[1:] += chance[:-1] * p
        grown[:, 1:] += chance[:, :-1] * q
        chance = grown
    tails = chance[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1]
    return float(chance[tails <= tails[right, wrong]].sum())
