"""Correlations along rows and between columns where answers may be missing."""

import numpy as np

from stats.indices.answers import Flags, Floats, column_means, row_blocks


def row_correlations(left: Floats, right: Floats) -> Floats:
    """Pearson correlation of the rows of two arrays over the places that both have.

    Parameters
    ----------
    left, right : arrays of shape (n, m), NaN missing

    Returns
    -------
    array of shape (n,); NaN where a side has no variance or fewer than two places are shared
    """
    parts = [_row_correlations(left[rows], right[rows]) for rows in row_blocks(len(left))]
    return np.concatenate([np.empty(0), *parts])


def _row_correlations(left: Floats, right: Floats) -> Floats:
    both = np.isfinite(left) & np.isfinite(right)
    n = both.sum(axis=1)
    first, first_varies = _centred(left, both, n)
    second, second_varies = _centred(right, both, n)
    product = np.einsum("ij,ij->i", first, second)
    squares = np.einsum("ij,ij->i", first, first) * np.einsum("ij,ij->i", second, second)
    defined = first_varies & second_varies & (squares > 0)
    result: Floats = np.full(product.shape, np.nan)
    np.divide(product, np.sqrt(squares), out=result, where=defined)
    return np.clip(result, -1.0, 1.0)


def _centred(values: Floats, both: Flags, n: np.ndarray) -> tuple[Floats, Flags]:
    known = np.where(both, values, 0.0)
    means = np.divide(known.sum(axis=1), n, out=np.zeros(n.shape), where=n > 0)
    # Rounding leaves traces of variance in equal answers: compare the answers themselves.
    low = np.where(both, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(both, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(both, values - means[:, None], 0.0), high > low


def pairwise_covariances(table: Floats) -> Floats:
    """Covariance of each two columns over the rows that have both, ``n - 1`` in the divisor.

    Parameters
    ----------
    table : array of shape (n, m), NaN missing

    Returns
    -------
    array of shape (m, m); NaN where fewer than two rows have both
    """
    return _pairwise(table)[0]


def pairwise_correlations(table: Floats) -> Floats:
    """Pearson correlation of each two columns over the rows that have both.

    Parameters
    ----------
    table : array of shape (n, m), NaN missing

    Returns
    -------
    array of shape (m, m); NaN where a column has no variance on those rows
    """
    covariance, variance = _pairwise(table)
    spread = np.sqrt(variance * variance.T)
    result: Floats = np.full(covariance.shape, np.nan)
    return np.divide(covariance, spread, out=result, where=spread > 1e-12)


def _pairwise(table: Floats) -> tuple[Floats, Floats]:
    """Covariances, and the variance of column i on the rows that also have column j."""
    answered = np.isfinite(table)
    known = answered.astype(np.float64)
    # Centred first, so that the sums of squares below do not cancel.
    values = np.where(answered, table - column_means(table), 0.0)
    n = known.T @ known
    sums = values.T @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (values.T @ values - sums * sums.T / n) / (n - 1)
        variance = ((values**2).T @ known - sums**2 / n) / (n - 1)
    enough = n >= 2
    return np.where(enough, covariance, np.nan), np.where(enough, variance, np.nan)
