"""Holding the false discovery rate over many tests, some of them likelier than others."""

import numpy as np

from stats.ballots import Floats


def weighted_q(
    pvalues: Floats, weights: Floats | None = None, *, tests: int | None = None
) -> Floats:
    """Benjamini–Hochberg q-values with prior weights.

    Parameters
    ----------
    pvalues : array of shape (n,), 0 … 1
    weights : positive array of shape (n,), fixed before the marks were looked at; None = equal
    tests : number of tests when ``pvalues`` leaves out hopeless ones; then ``weights`` must
        already average 1 over all of them

    Returns
    -------
    array of shape (n,): smallest level at which each test is rejected, 0 … 1.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). J. R. Stat. Soc. B 57:289-300.
    Genovese, C. R., Roeder, K. & Wasserman, L. (2006). Biometrika 93:509-524.
    doi:10.1093/biomet/93.3.509
    """
    n = len(pvalues)
    if n == 0:
        return np.zeros(0)
    m = n if tests is None else max(tests, n)
    if weights is None:
        weights = np.ones(n)
    elif tests is None:
        weights = weights / weights.mean()
    scaled = pvalues / weights
    order = np.argsort(scaled, kind="stable")
    q = scaled[order] * m / np.arange(1, n + 1)
    q = np.minimum.accumulate(q[::-1])[::-1]
    result = np.empty(n)
    result[order] = np.minimum(q, 1.0)
    return result
