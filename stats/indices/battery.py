"""All indices of one table of answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.indices.ability import expected_ability
from stats.indices.answers import Floats, as_answers, row_blocks
from stats.indices.distance import Covariance, mahalanobis
from stats.indices.evenodd import even_odd
from stats.indices.graded_fit import fit_graded
from stats.indices.graded_model import GradedItems
from stats.indices.guttman import guttman
from stats.indices.person_fit import person_fit
from stats.indices.person_total import person_total
from stats.indices.runs import longstring
from stats.indices.synonyms import psychometric_antonyms, psychometric_synonyms
from stats.indices.variability import intra_individual_variability


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What the indices must know of the items.

    Attributes
    ----------
    low, high : lowest and highest answer
    factors : items per scale in order; None: no scales, and no even-odd index
    reversed_items : columns that are keyed the other way round
    """

    low: float
    high: float
    factors: Sequence[int] | None = None
    reversed_items: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Indices:
    """All indices: arrays of shape (n_respondents,), NaN where undefined."""

    longstring: Floats
    avgstring: Floats
    irv: Floats
    mahalanobis: Floats
    mahalanobis_p: Floats
    evenodd: Floats
    psychsyn: Floats
    psychant: Floats
    person_total: Floats
    person_total_loo: Floats
    guttman: Floats
    guttman_normed: Floats
    u3poly: Floats
    lzpoly: Floats


def indices(
    answers: ArrayLike,
    questionnaire: Questionnaire,
    *,
    synonym_critical: float = 0.60,
    antonym_critical: float = -0.60,
    covariance: Covariance = "classical",
) -> Indices:
    """Compute all indices.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), as given, NaN missing
    questionnaire : range, scales and keying of the items
    synonym_critical, antonym_critical : least and greatest correlation of an item pair
    covariance : how the Mahalanobis distance finds centre and covariance

    Raises
    ------
    ValueError : an answer outside the range

    Notes
    -----
    Indices of what was marked (longstring, variability, synonyms, antonyms, person-total,
    Mahalanobis) take the answers as given; indices of what was meant (even-odd, Guttman, U3, lz)
    turn reversed items first.
    """
    table = as_answers(answers)
    _check_range(table, questionnaire)
    meant = table.copy()
    turned = questionnaire.reversed_items
    meant[:, turned] = questionnaire.low + questionnaire.high - meant[:, turned]
    runs = longstring(table)
    distance = mahalanobis(table, covariance=covariance)
    nothing = np.full(len(table), np.nan)
    factors = questionnaire.factors
    errors = guttman(meant, low=questionnaire.low, high=questionnaire.high)
    return Indices(
        longstring=runs.longest,
        avgstring=runs.average,
        irv=intra_individual_variability(table),
        mahalanobis=distance.squared,
        mahalanobis_p=distance.pvalue,
        evenodd=nothing if factors is None else even_odd(meant, factors=factors),
        psychsyn=psychometric_synonyms(table, critical=synonym_critical).correlation,
        psychant=psychometric_antonyms(table, critical=antonym_critical).correlation,
        person_total=person_total(table),
        person_total_loo=person_total(table, leave_one_out=True),
        guttman=errors.errors,
        guttman_normed=errors.normed,
        u3poly=errors.u3,
        lzpoly=fitted_lz(meant - questionnaire.low, n_steps=_steps(questionnaire)),
    )


def fitted_lz(scores: Floats, *, n_steps: int) -> Floats:
    """Polytomous lz under a graded response model fitted to the same answers (lzpoly).

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, NaN missing and left out
    n_steps : highest score

    Returns
    -------
    array of shape (n,); NaN with fewer than two answers
    """
    result = np.full(len(scores), np.nan)
    fit = fit_graded(scores, n_steps=n_steps)
    used = np.isfinite(fit.items.slopes)
    if used.sum() < 2:
        return result
    items = GradedItems(fit.items.slopes[used], fit.items.thresholds[used])
    for rows in row_blocks(len(scores), size=20_000):
        part = scores[rows][:, used]
        fitted = person_fit(part, items, expected_ability(part, items)).plain
        result[rows] = np.where(np.isfinite(part).sum(axis=1) >= 2, fitted, np.nan)
    return result


def _steps(questionnaire: Questionnaire) -> int:
    return round(questionnaire.high - questionnaire.low)


def _check_range(table: Floats, questionnaire: Questionnaire) -> None:
    low, high = questionnaire.low, questionnaire.high
    if high <= low:
        raise ValueError(f"the highest answer {high:g} must exceed the lowest {low:g}")
    given = table[np.isfinite(table)]
    if given.size and (given.min() < low or given.max() > high):
        raise ValueError(f"answers must lie between {low:g} and {high:g}")
    if (given != np.rint(given - low) + low).any():
        raise ValueError("answers must be whole steps apart")
