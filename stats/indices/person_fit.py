"""Does a respondent answer as the model expects of someone of that ability?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincc, log_ndtr, ndtr, ndtri, ndtri_exp

from stats.indices.ability import log_probabilities
from stats.indices.answers import Floats
from stats.indices.graded_model import GradedItems, category_probabilities, one_hot

Statistic = Literal["likelihood", "eci2", "eci4"]


@dataclass(frozen=True, slots=True)
class PersonFit:
    """Standardised person fit with its corrections: arrays of shape (n,).

    For the likelihood low values are misfit, for the caution indices high ones.

    Attributes
    ----------
    plain : centred and scaled, as if the ability were known (lz, lzpoly)
    cornish_fisher, chi_squared, edgeworth : the same, corrected for skewness
    """

    plain: Floats
    cornish_fisher: Floats
    chi_squared: Floats
    edgeworth: Floats


def person_fit(
    scores: Floats,
    items: GradedItems,
    ability: Floats,
    *,
    statistic: Statistic = "likelihood",
    estimated: bool = False,
) -> PersonFit:
    """Standardised log likelihood (lz, lzpoly, lz*) or extended caution index.

    Parameters
    ----------
    scores : array of shape (n, n_items), 0..n_steps, NaN missing and left out
    items : item parameters
    ability : array of shape (n,)
    statistic : "likelihood", or the second or fourth standardised extended caution index
    estimated : correct centre and spread for an ability that was estimated by maximum likelihood
        from the same answers (lz*)

    Notes
    -----
    ``W = sum_j sum_k (I_jk - P_jk) w_jk`` with ``w = log P`` for the likelihood, ``mean over
    persons`` for ECI2 and ``mean over items of P, minus P`` for ECI4; mean 0, variance and third
    moment by item. For the moments, ``estimated`` replaces w by
    ``w - c P'/P`` with ``c = sum P' w / sum P'^2/P``.

    References
    ----------
    Drasgow, F., Levine, M. V., & Williams, E. A. (1985). Appropriateness measurement with
    polychotomous item response models and standardized indices. British Journal of Mathematical
    and Statistical Psychology 38, 67-86. https://doi.org/10.1111/j.2044-8317.1985.tb00817.x
    Snijders, T. A. B. (2001). Asymptotic null distribution of person fit statistics with estimated
    person parameter. Psychometrika 66, 331-342. https://doi.org/10.1007/BF02294437
    Sinharay, S. (2016). Asymptotically correct standardization of person-fit statistics beyond
    dichotomous items. Psychometrika 81, 992-1013. https://doi.org/10.1007/s11336-015-9465-x
    Gorney, K., Sinharay, S., & Eckerly, C. (2024). Efficient corrections for standardized
    person-fit statistics. Psychometrika 89, 569-591. https://doi.org/10.1007/s11336-024-09960-x
    """
    chance, slope = category_probabilities(items, ability)
    chosen = one_hot(scores, chance.shape[2])
    answered = np.isfinite(scores)[:, :, None]
    weights = _weights(statistic, chance)
    distance = np.where(answered, (chosen - chance) * weights, 0.0).sum(axis=(1, 2))
    if estimated:
        relative = np.divide(slope, chance, out=np.zeros(chance.shape), where=chance > 0)
        information = np.where(answered, slope * relative, 0.0).sum(axis=(1, 2))
        shared = np.where(answered, slope * weights, 0.0).sum(axis=(1, 2))
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = weights - (shared / information)[:, None, None] * relative
    mean = (chance * weights).sum(axis=2, keepdims=True)
    centred = np.where(answered, weights - mean, 0.0)
    variance = (chance * centred**2).sum(axis=(1, 2))
    third = (chance * centred**3).sum(axis=(1, 2))
    return _corrected(distance, variance, third, upper=statistic != "likelihood")


def _weights(statistic: Statistic, chance: Floats) -> Floats:
    if statistic == "likelihood":
        return log_probabilities(chance)
    if statistic == "eci2":
        by_item = chance.mean(axis=0)
        return np.broadcast_to(by_item.mean(axis=0) - by_item, chance.shape)
    return np.asarray(chance.mean(axis=1, keepdims=True) - chance, dtype=np.float64)


def _corrected(distance: Floats, variance: Floats, third: Floats, *, upper: bool) -> PersonFit:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        spread = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
        plain = distance / spread
        skewness = third / spread**3
        return PersonFit(
            plain=plain,
            cornish_fisher=plain - skewness * (plain**2 - 1) / 12,
            chi_squared=_chi_squared(distance, spread, skewness, upper=upper),
            edgeworth=_edgeworth(plain, skewness, upper=upper),
        )


def _chi_squared(distance: Floats, spread: Floats, skewness: Floats, *, upper: bool) -> Floats:
    freedom = 8 / skewness**2
    scale = np.sqrt(spread**2 / (2 * freedom))
    shift = scale * freedom * (-1 if upper else 1)
    tail = gammaincc(freedom / 2, np.abs(distance - shift) / scale / 2)
    return np.asarray(ndtri(tail) * (-1 if upper else 1), dtype=np.float64)


def _edgeworth(plain: Floats, skewness: Floats, *, upper: bool) -> Floats:
    density = np.exp(-(plain**2) / 2) / np.sqrt(2 * np.pi)
    lower_tail = ndtr(plain) - density * skewness * (plain**2 - 1) / 6
    tail = 1 - lower_tail if upper else lower_tail
    side = -1 if upper else 1
    # Outside 0..1 the expansion has broken down: the normal tail stands in.
    log_tail = np.where(
        (tail > 0) & (tail < 1), np.log(np.clip(tail, 1e-300, 1.0)), log_ndtr(side * plain)
    )
    return np.asarray(side * ndtri_exp(log_tail), dtype=np.float64)
