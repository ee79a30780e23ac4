"""How groups of raters mark units, against chance memberships."""

from dataclasses import dataclass, field

import numpy as np

from stats.ballots import Bools, Floats, Ints

MIN_CELLS = 40
HALVINGS = 20


@dataclass(frozen=True, eq=False)
class Members:
    """Raters sorted by label, for sums by label in one pass.

    Parameters
    ----------
    labels : int array of shape (n_raters,), -1 = in no label
    n_labels : number of labels
    """

    labels: Ints
    n_labels: int
    order: Ints = field(init=False)

    def __post_init__(self) -> None:
        order = np.argsort(self.labels, kind="stable")
        object.__setattr__(self, "order", order[self.labels[order] >= 0].astype(np.int64))

    def standardised(self, scores: Floats, present: Floats) -> Floats:
        """Sum of scores by label and unit over the root of the number present.

        Parameters
        ----------
        scores : array of shape (n_raters, n_units), 0 where absent, about unit variance
        present : array of shape (n_raters, n_units), 1 or 0

        Returns
        -------
        array of shape (n_labels, n_units), 0 where nobody is present
        """
        sums, counts = self.sums(scores), self.sums(present)
        return np.divide(sums, np.sqrt(counts), out=np.zeros_like(sums), where=counts > 0)

    def sums(self, values: Floats) -> Floats:
        """Sums by label, shape (n_labels, n_units)."""
        result = np.zeros((self.n_labels, values.shape[1]))
        owners = self.labels[self.order]
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        if len(owners):
            result[owners[starts]] = np.add.reduceat(values[self.order], starts, axis=0)
        return result

    def treatment(self, scores: Floats, favour: Floats, present: Floats) -> Floats:
        """Signed size of how labels treat units, in standard errors.

        The sum of ``scores``, or, where it says more for a lift, the signed root ``√(2 Λ)`` of the
        sum Λ of log likelihood ratios ``favour``.
        """
        z = self.standardised(scores, present)
        lift = np.sqrt(2 * np.maximum(self.sums(favour), 0.0))
        return np.where(lift > np.abs(z), lift, z)


def shared_view(z: Floats, count: Floats, tested: Bools) -> float:
    """How far the raters of one label share views of units: their correlation ρ, 0 … 1.

    Parameters
    ----------
    z : array (n_labels, n_units), sums in standard errors of independent raters
    count : same shape, raters in each sum
    tested : same shape, which of them are looked at

    Notes
    -----
    Raters with correlation ρ make a sum of n vary ``1 + (n - 1) ρ`` times as much. Where the middle
    two thirds of all z are wider than chance makes them by a standard error, ρ is that at which
    they are not: few treated units cannot move the middle.

    References
    ----------
    Efron, B. (2004). Large-scale simultaneous hypothesis testing: the choice of a null hypothesis.
    JASA 99:96-104. doi:10.1198/016214504000000089
    """
    seen, extra = z[tested], np.maximum(count[tested] - 1, 0.0)
    if len(seen) < MIN_CELLS or middle_width(seen) <= 1 + 1 / np.sqrt(len(seen)):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        rho = (low + high) / 2
        wide = middle_width(seen / np.sqrt(1 + extra * rho)) > 1
        low, high = (rho, high) if wide else (low, rho)
    return high


def middle_width(z: Floats) -> float:
    """Half the width of the middle 68 %, 1 for a standard normal."""
    low, high = np.quantile(z, (0.1587, 0.8413))
    return float(high - low) / 2


def shuffled_within(strata: Ints, rng: np.random.Generator) -> Ints:
    """A permutation of raters that keeps everybody in their stratum.

    Parameters
    ----------
    strata : int array of shape (n_raters,)
    rng : source of randomness

    Returns
    -------
    int array: whose row each rater gets.
    """
    order = np.argsort(strata, kind="stable")
    mixed = np.lexsort((rng.random(len(strata)), strata))
    result = np.empty(len(strata), dtype=np.int64)
    result[order] = mixed
    return result


def max_adjusted(observed: Floats, maxima: Floats) -> Floats:
    """p-values adjusted by the distribution of the maximum (Westfall–Young, single step).

    Parameters
    ----------
    observed : array of any shape
    maxima : array of shape (n_permutations,)

    Notes
    -----
    Beyond the largest permuted maximum the tail of a Gumbel distribution fitted to the maxima by
    moments stands in, never below a tenth of 1 / (n_permutations + 1).
    """
    n = len(maxima)
    above = n - np.searchsorted(np.sort(maxima), observed, side="left")
    counted = (above + 1) / (n + 1)
    scale = max(float(maxima.std()) * np.sqrt(6) / np.pi, 1e-12)
    place = float(maxima.mean()) - np.euler_gamma * scale
    tail = -np.expm1(-np.exp(-(observed - place) / scale))
    smooth = np.maximum(tail, 0.1 / (n + 1))
    return np.where(above > 0, counted, np.minimum(counted, smooth))
