"""Mahalanobis distance: how far a respondent's answers lie from everybody's."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from stats.indices.answers import Flags, Floats, as_answers, column_means
from stats.indices.correlation import pairwise_covariances
from stats.indices.mcd import deterministic_mcd, squared_distances

Covariance = Literal["classical", "mcd"]

# Of more respondents every k-th is enough to find the centre.
MCD_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Mahalanobis:
    """Squared distances: arrays of shape (n_respondents,).

    NaN for a respondent who answered nothing, and for all where the covariance has no inverse.

    Attributes
    ----------
    squared : D squared, >= 0
    pvalue : upper chi-square tail on n_items degrees of freedom
    """

    squared: Floats
    pvalue: Floats

    def flags(self, *, confidence: float) -> Flags:
        """Whether the distance lies beyond this quantile of the chi-square distribution."""
        return np.asarray(self.pvalue < 1 - confidence)


def mahalanobis(answers: ArrayLike, *, covariance: Covariance = "classical") -> Mahalanobis:
    """Squared Mahalanobis distance of each respondent from the centre.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    covariance : "classical": mean and covariance of all; "mcd": of the half that lies closest
        together (`deterministic_mcd`, on at most 10,000 respondents who answered everything)

    Notes
    -----
    ``D^2 = (x - m)' S^-1 (x - m)``. A missing answer counts as the mean; S takes each two items
    over those who answered both. Marks pile up at the top of the scale: they are not normal, and
    the chi-square tail is no error rate.

    References
    ----------
    Mahalanobis, P. C. (1936). On the generalised distance in statistics. Proceedings of the
    National Institute of Sciences of India 2, 49-55. https://doi.org/10.1007/s13171-019-00164-5
    """
    table = as_answers(answers)
    if covariance == "mcd":
        complete = table[np.isfinite(table).all(axis=1)]
        fit = deterministic_mcd(complete[:: max(1, -(-len(complete) // MCD_ROWS))])
        center, scatter = fit.center, fit.covariance
    else:
        center, scatter = column_means(table), pairwise_covariances(table)
    known = np.where(np.isfinite(table), table, center)
    squared = squared_distances(known, center, scatter) if table.size else np.full(len(table), 0.0)
    squared = np.where(np.isfinite(table).any(axis=1), squared, np.nan)
    return Mahalanobis(squared, np.asarray(chdtrc(table.shape[1], np.maximum(squared, 0.0))))
