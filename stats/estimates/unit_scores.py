"""Mean marks of units with errors that hold for few ballots, and for raters who mark many units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from stats.estimates.histogram import Floats, Moments
from stats.estimates.moderation import Prior, moderate, prior_from_sums
from stats.estimates.rows import Rows


@dataclass(frozen=True, slots=True)
class UnitMeans:
    """Means of many units.

    Attributes
    ----------
    moments : arrays of shape (n_units,), each variance moderated by those of all units
    prior : what the variances of all units say about any one of them
    correlation : array of shape (n_units, n_units), of the errors of the means; None where no rater
        marks two units
    """

    moments: Moments
    prior: Prior
    correlation: Floats | None

    @property
    def error(self) -> Floats:
        """Standard errors, array of shape (n_units,); NaN for a unit without marks."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.sqrt(self.moments.variance / self.moments.n), dtype=np.float64)


def unit_means(rows: Rows) -> UnitMeans:
    """Means of single-unit marks.

    Notes
    -----
    See `moderate`: with most marks at the top, few ballots often show less spread than there is.
    """
    n = rows.counts()
    mean = rows.means(rows.mark)
    square = (rows.mark - mean[rows.unit]) ** 2
    squares = rows.sums(square)
    prior = prior_from_sums(n, squares, rows.sums(square**2))
    df = np.maximum(n - 1, 0.0)
    variance = np.divide(squares, df, out=np.full(rows.n_units, np.nan), where=df > 0)
    own = Moments(value=mean, variance=variance, n=np.rint(n).astype(np.int64), df=df)
    return UnitMeans(moderate(own, prior), prior, None)


def matrix_means(rater: ArrayLike, rows: Rows) -> UnitMeans:
    """Means of marks by raters who mark several units: as `unit_means`, with the correlation.

    Parameters
    ----------
    rater : int array of shape (n_rows,), codes from 0
    rows : one for each rater and unit; raters who say the same may be one, with their number

    Notes
    -----
    With ``d_ru`` the deviation of a rater's mark from the mean of the unit, the errors of two
    means go together as ``sum_r d_ru d_rv``: a severe rater lowers all units alike.
    """
    found = unit_means(rows)
    who = np.asarray(rater, dtype=np.int64)
    deviation = (rows.mark - found.moments.value[rows.unit]) * np.sqrt(rows.weight)
    shape = (int(who.max(initial=-1)) + 1, rows.n_units)
    table = csr_array((deviation, (who, rows.unit)), shape=shape)
    together = (table.T @ table).toarray()
    scale = np.sqrt(np.diag(together))
    reach = np.outer(scale, scale)
    correlation = np.divide(together, reach, out=np.zeros(reach.shape), where=reach > 0)
    np.fill_diagonal(correlation, 1.0)
    return UnitMeans(found.moments, found.prior, correlation)
