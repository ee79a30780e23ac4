"""Patterned answering: a sequence that repeats itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.indices.answers import Floats, as_answers
from stats.indices.correlation import row_correlations


@dataclass(frozen=True, slots=True)
class Repetition:
    """How strongly answers repeat: arrays of shape (n_respondents,).

    Attributes
    ----------
    strength : largest value over the lags; NaN where undefined at every lag
    lag : where it was found, 1..; 0 where undefined
    """

    strength: Floats
    lag: NDArray[np.int64]


def autocorrelation(answers: ArrayLike, *, max_lag: int = 10) -> Repetition:
    """Strongest absolute correlation of the answers with themselves some items later.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    max_lag : lags 1..max_lag are tried, as far as three pairs remain

    Notes
    -----
    1, 2, 3, 1, 2, 3 ... has 1 at lag 3. Undefined for equal answers: use the longstring.

    References
    ----------
    Gottfried, J., Jezek, S., Kralova, M., & Rihacek, T. (2022). Autocorrelation screening: a
    potentially efficient method for detecting repetitive response patterns in questionnaire data.
    Practical Assessment, Research, and Evaluation 27, 2. https://doi.org/10.7275/vyxb-gt24
    """
    table = as_answers(answers)
    lags = range(1, min(max_lag, table.shape[1] - 3) + 1)
    found = [np.abs(row_correlations(table[:, lag:], table[:, :-lag])) for lag in lags]
    return _strongest(found, len(table))


def repeated_pattern(answers: ArrayLike, *, max_period: int = 6) -> Repetition:
    """Largest share of answers equal to the answer one period earlier.

    Parameters
    ----------
    answers : array of shape (n_respondents, n_items), NaN missing
    max_period : periods 2..max_period are tried; period 1 is the longstring's

    Notes
    -----
    Runs of one answer repeat at every period: pairs inside a run do not count.
    """
    table = as_answers(answers)
    found = []
    for period in range(2, min(max_period, table.shape[1] // 2) + 1):
        later, earlier = table[:, period:], table[:, :-period]
        # An answer equal to its neighbour says nothing of a longer period.
        telling = np.isfinite(later) & np.isfinite(earlier)
        telling &= table[:, period:] != table[:, period - 1 : -1]
        n = telling.sum(axis=1)
        same = (telling & (later == earlier)).sum(axis=1)
        found.append(np.divide(same, n, out=np.full(n.shape, np.nan), where=n >= 3))
    result = _strongest(found, len(table))
    return Repetition(result.strength, np.where(result.lag > 0, result.lag + 1, 0))


def _strongest(found: list[Floats], n: int) -> Repetition:
    if not found:
        return Repetition(np.full(n, np.nan), np.zeros(n, dtype=np.int64))
    table = np.stack(found, axis=1)
    known = np.isfinite(table)
    best = np.argmax(np.where(known, table, -np.inf), axis=1)
    some = known.any(axis=1)
    return Repetition(
        np.where(some, table[np.arange(n), best], np.nan), np.where(some, best + 1, 0)
    )
