"""Person fit of right-wrong items: how unlike the order of difficulty a respondent answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.indices.answers import Floats
from stats.indices.correlation import row_correlations
from stats.indices.guttman import guttman, step_logits
from stats.indices.item_steps import item_steps


@dataclass(frozen=True, slots=True)
class RightWrongFit:
    """Nonparametric person fit: arrays of shape (n_respondents,).

    All but `errors`, `normed` and `nci` are NaN for all-wrong and all-right answers, as in PerFit;
    all are NaN where an answer is missing.

    Attributes
    ----------
    errors, normed, u3 : as in `guttman`
    zu3 : U3 standardised by its mean and variance given the total score
    nci : norm conformity, ``1 - 2 normed``, -1..1
    ht : covariance with all others, divided by the largest that the total scores allow, <= 1
    c_sato : caution index, 0 for the Guttman order
    c_star : modified caution index, 0..1
    r_pbis : correlation with the share of right answers per item
    a_kb, d_kb, e_kb : agreement, disagreement and dependability
    """

    errors: Floats
    normed: Floats
    u3: Floats
    zu3: Floats
    nci: Floats
    ht: Floats
    c_sato: Floats
    c_star: Floats
    r_pbis: Floats
    a_kb: Floats
    d_kb: Floats
    e_kb: Floats


def right_wrong_fit(answers: ArrayLike) -> RightWrongFit:
    """Person-fit statistics for answers 0 and 1.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), 0 or 1, NaN missing

    Notes
    -----
    Shares of right answers are over all complete respondents; for `a_kb`, `d_kb` and `e_kb` over
    those neither all wrong nor all right, as in PerFit.

    References
    ----------
    Karabatsos, G. (2003). Comparing the aberrant response detection performance of thirty-six
    person-fit statistics. Applied Measurement in Education 16, 277-298.
    https://doi.org/10.1207/S15324818AME1604_2
    """
    errors = guttman(answers, low=0, high=1)
    steps = item_steps(answers, low=0, high=1)
    scores = steps.scores.astype(np.float64)
    total = steps.total()
    items = scores.shape[1]
    mixed = (total > 0) & (total < items)
    part, right = scores[mixed], total[mixed]

    def spread(values: Floats) -> Floats:
        kept = np.full(total.shape, np.nan)
        kept[mixed] = values
        return steps.spread(kept)

    share = steps.passed[:, 0]
    own = part.mean(axis=0) if len(part) else share
    agreement = part @ own
    best_own = _firsts(own, right)
    top, bottom, sums = _firsts(share, right), -_firsts(-share, right), part @ share
    with np.errstate(invalid="ignore", divide="ignore"):
        return RightWrongFit(
            errors=errors.errors,
            normed=errors.normed,
            u3=spread(errors.u3[steps.complete][mixed]),
            zu3=spread(_standardised_u3(part, right, share)),
            nci=1 - 2 * errors.normed,
            ht=spread(_ht(part, scores.sum(axis=0))),
            c_sato=spread((top - sums) / (top - right * share.mean())),
            c_star=spread((top - sums) / (top - bottom)),
            r_pbis=spread(row_correlations(part, np.broadcast_to(share, part.shape))),
            a_kb=spread(agreement),
            d_kb=spread(best_own - agreement),
            e_kb=spread(agreement / best_own),
        )


def _firsts(values: Floats, n: np.ndarray) -> Floats:
    """Sum of the n largest values."""
    sums = np.concatenate([[0.0], np.cumsum(np.sort(values)[::-1])])
    return np.asarray(sums[n], dtype=np.float64)


def _standardised_u3(part: Floats, right: np.ndarray, share: Floats) -> Floats:
    logits = step_logits(share)
    variance = share * (1 - share)
    crossed = (variance * logits).sum()
    expected = (share * logits).sum() + crossed * (right - share.sum()) / variance.sum()
    spread = (variance * logits**2).sum() - crossed**2 / variance.sum()
    return np.asarray((expected - part @ logits) / np.sqrt(spread), dtype=np.float64)


def _ht(part: Floats, right_per_item: Floats) -> Floats:
    """Sijtsma's H of persons: the others' total is taken over all, the bound over mixed ones."""
    n, items = part.shape
    means = part.mean(axis=1)
    others = right_per_item[None, :] - part
    centred = others - others.mean(axis=1, keepdims=True)
    covariance = (part * centred).sum(axis=1) / items
    order = np.sort(means)
    below = np.searchsorted(order, means - 1e-12, side="left")
    above = np.searchsorted(order, means + 1e-12, side="left")
    easier = np.concatenate([[0.0], np.cumsum(order)])
    harder = np.concatenate([[0.0], np.cumsum(1 - order)])
    # Others with the same mean count p (1 - p) each; oneself does not count.
    equals = np.maximum(above - below - 1, 0)
    bound = (easier[below] + equals * means) * (1 - means) + (harder[n] - harder[above]) * means
    return np.asarray(covariance / bound, dtype=np.float64)
