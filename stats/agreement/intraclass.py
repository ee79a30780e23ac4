"""Intraclass correlations of raters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from stats.indices.answers import as_answers


@dataclass(frozen=True, slots=True)
class Correlation:
    """One intraclass correlation with its limits.

    Attributes
    ----------
    value, low, high : <= 1
    statistic, df1, df2, pvalue : F test of no differences between units
    """

    value: float
    low: float
    high: float
    statistic: float
    df1: float
    df2: float
    pvalue: float


@dataclass(frozen=True, slots=True)
class Intraclass:
    """The six forms: one rater or the mean of all (``_k``); NaN below two units or raters.

    Attributes
    ----------
    icc1, icc1_k : raters differ from unit to unit
    icc2, icc2_k : the same raters, a sample; absolute agreement
    icc3, icc3_k : the same raters, all there are; agreement up to a constant per rater
    n_units, n_raters : complete rows and columns used
    """

    icc1: Correlation
    icc2: Correlation
    icc3: Correlation
    icc1_k: Correlation
    icc2_k: Correlation
    icc3_k: Correlation
    n_units: int
    n_raters: int


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Two-way analysis of variance without replication."""

    between_units: float
    between_raters: float
    within_units: float
    residual: float
    n_units: int
    n_raters: int


def mean_squares(marks: ArrayLike) -> MeanSquares:
    """Mean squares of the units rated by all raters.

    Parameters
    ----------
    marks : array of shape (n_units, n_raters), NaN missing: the unit is left out
    """
    table = as_answers(marks)
    table = table[np.isfinite(table).all(axis=1)]
    n, k = table.shape
    if n < 2 or k < 2:
        nan = float("nan")
        return MeanSquares(nan, nan, nan, nan, n, k)
    mean = table.mean()
    units, raters = table.mean(axis=1), table.mean(axis=0)
    residual = table - units[:, None] - raters + mean
    return MeanSquares(
        between_units=float(k * ((units - mean) ** 2).sum() / (n - 1)),
        between_raters=float(n * ((raters - mean) ** 2).sum() / (k - 1)),
        within_units=float(((table - units[:, None]) ** 2).sum() / (n * (k - 1))),
        residual=float((residual**2).sum() / ((n - 1) * (k - 1))),
        n_units=n,
        n_raters=k,
    )


def intraclass(marks: ArrayLike, *, confidence: float = 0.95) -> Intraclass:
    """Intraclass correlations of Shrout and Fleiss with confidence limits.

    Parameters
    ----------
    marks : array of shape (n_units, n_raters), NaN missing: the unit is left out
    confidence : of the two-sided limits

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
    reliability. Psychological Bulletin 86, 420-428. https://doi.org/10.1037/0033-2909.86.2.420
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation
    coefficients. Psychological Methods 1, 30-46. https://doi.org/10.1037/1082-989X.1.1.30
    """
    ms = mean_squares(marks)
    one = _from_ratio(
        ms.between_units, ms.within_units, ms.n_units * (ms.n_raters - 1), ms, confidence
    )
    three = _from_ratio(
        ms.between_units, ms.residual, (ms.n_units - 1) * (ms.n_raters - 1), ms, confidence
    )
    two = _two_way_random(ms, confidence)
    return Intraclass(one[0], two[0], three[0], one[1], two[1], three[1], ms.n_units, ms.n_raters)


def _from_ratio(
    between: float, error: float, df2: float, ms: MeanSquares, confidence: float
) -> tuple[Correlation, Correlation]:
    k, df1 = ms.n_raters, ms.n_units - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.divide(between, error)
    upper_tail = 1 - (1 - confidence) / 2
    low = ratio / fdtri(df1, df2, upper_tail) if df1 > 0 and df2 > 0 else np.nan
    high = ratio * fdtri(df2, df1, upper_tail) if df1 > 0 and df2 > 0 else np.nan
    pvalue = fdtrc(df1, df2, ratio) if df1 > 0 and df2 > 0 else np.nan
    test = (float(ratio), float(df1), float(df2), float(pvalue))
    single = Correlation(_one_rater(ratio, k), _one_rater(low, k), _one_rater(high, k), *test)
    return single, Correlation(_mean_rater(ratio), _mean_rater(low), _mean_rater(high), *test)


def _one_rater(ratio: float, k: int) -> float:
    return float(1.0 if np.isposinf(ratio) else (ratio - 1) / (ratio + k - 1))


def _mean_rater(ratio: float) -> float:
    return float(1 - np.divide(1.0, ratio)) if ratio != 0 else float("-inf")


def _two_way_random(ms: MeanSquares, confidence: float) -> tuple[Correlation, Correlation]:
    n, k = ms.n_units, ms.n_raters
    units, raters, error = ms.between_units, ms.between_raters, ms.residual
    df1, df2 = n - 1, (n - 1) * (k - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.divide(units - error, units + (k - 1) * error + k * (raters - error) / n)
        mean = np.divide(units - error, units + (raters - error) / n)
        ratio = np.divide(units, error)
        between_raters = np.divide(raters, error)
        spread = k * value * between_raters + n * (1 + (k - 1) * value) - k * value
        freedom = (
            df2
            * spread**2
            / (
                df1 * k**2 * value**2 * between_raters**2
                + (n * (1 + (k - 1) * value) - k * value) ** 2
            )
        )
        tail = 1 - (1 - confidence) / 2
        first, last = fdtri(df1, freedom, tail), fdtri(freedom, df1, tail)
        noise = k * raters + (k * n - k - n) * error
        low = n * (units - first * error) / (first * noise + n * units)
        high = n * (last * units - error) / (noise + n * last * units)
    test = (float(ratio), float(df1), float(df2), float(fdtrc(max(df1, 1), max(df2, 1), ratio)))
    single = Correlation(float(value), float(low), float(high), *test)
    low_k, high_k = (float(k * limit / (1 + limit * (k - 1))) for limit in (low, high))
    return single, Correlation(float(mean), low_k, high_k, *test)
