"""Psychometric synonyms and antonyms: does a respondent answer alike what all answer alike?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.indices.answers import Floats, as_answers
from stats.indices.correlation import pairwise_correlations, row_correlations

Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Consistency over item pairs.

    Attributes
    ----------
    correlation : array of shape (n_respondents,), -1..1; NaN where a side has no variance
    n_pairs : array of shape (n_respondents,), pairs of which both items were answered
    pairs : array of shape (n_pairs, 2), columns of the later and the earlier item
    """

    correlation: Floats
    n_pairs: NDArray[np.int64]
    pairs: Pairs


def psychometric_synonyms(answers: ArrayLike, *, critical: float = 0.60) -> Synonyms:
    """Within-person correlation over item pairs that correlate above `critical` over all.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    critical : least correlation of a pair, between 0 and 1

    Notes
    -----
    The later item of each pair stands on one side, the earlier on the other. A value near 1 is
    consistent; near 0 or below it is careless.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods 17, 437-455. https://doi.org/10.1037/a0028085
    """
    if not 0 <= critical <= 1:
        raise ValueError(f"critical must be in [0, 1]: {critical}")
    table = as_answers(answers)
    return _over_pairs(table, _pairs(pairwise_correlations(table) > critical))


def psychometric_antonyms(answers: ArrayLike, *, critical: float = -0.60) -> Synonyms:
    """Within-person correlation over item pairs that correlate below `critical` over all.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    critical : greatest correlation of a pair, between -1 and 0

    Notes
    -----
    As `psychometric_synonyms`; a value near -1 is consistent.
    """
    if not -1 <= critical <= 0:
        raise ValueError(f"critical must be in [-1, 0]: {critical}")
    table = as_answers(answers)
    return _over_pairs(table, _pairs(pairwise_correlations(table) < critical))


def item_pairs(answers: ArrayLike) -> tuple[Pairs, Floats]:
    """All item pairs, the most strongly correlated first, with their correlations.

    Returns
    -------
    array of shape (n_pairs, 2) with the later and the earlier item, and array (n_pairs,)
    """
    correlation = pairwise_correlations(as_answers(answers))
    pairs = _pairs(np.ones(correlation.shape, dtype=np.bool_))
    strength = correlation[pairs[:, 0], pairs[:, 1]]
    order = np.argsort(-np.nan_to_num(strength, nan=-np.inf), kind="stable")
    return pairs[order], strength[order]


def _pairs(chosen: NDArray[np.bool_]) -> Pairs:
    earlier, later = np.nonzero(np.tril(chosen, -1).T)
    return np.stack([later, earlier], axis=1)


def _over_pairs(table: Floats, pairs: Pairs) -> Synonyms:
    left, right = table[:, pairs[:, 0]], table[:, pairs[:, 1]]
    complete = (np.isfinite(left) & np.isfinite(right)).sum(axis=1)
    return Synonyms(row_correlations(left, right), complete, pairs)
