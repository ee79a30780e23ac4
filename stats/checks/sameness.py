"""Items that a unit's ballots mark too much alike, as a program does that knows no items."""

import numpy as np
from scipy import special
from scipy import stats as distributions

from stats.ballots import Floats, Ints

MIN_BALLOTS = 40
MIN_OTHERS = 10
SHARES = (0.02, 0.98)
UNKNOWN = 1.0


def item_sameness(counts: Ints, which: int) -> float:
    """p-value of the items of one group of ballots differing as little as they do.

    Parameters
    ----------
    counts : int array (n_groups, n_items, levels + 1), ballots by group, item and mark; the first
        column counts those without an answer
    which : the group in question

    Returns
    -------
    0 … 1; 1 where fewer than MIN_OTHERS other groups tell how much items differ

    Notes
    -----
    On the probit scale of the top mark's share, items of one group vary by ``σ² + s²``: how people
    see the items, and chance, ``s² = p (1 - p) / (n φ²)``. ``σ²`` is the median of the other
    groups' variance less their chance. Then ``(J - 1) V / (σ² + s²)`` has a chi-square distribution
    with J - 1 degrees of freedom, of which the lower tail is taken. Answers of one ballot hang
    together, so chance is less than ``s²``, more so where ballots are few: this errs to the safe
    side for a group larger than others.
    """
    variance, chance, held = _spread(counts)
    others = (held >= MIN_BALLOTS) & (np.arange(len(counts)) != which)
    freedom = counts.shape[1] - 1
    if others.sum() < MIN_OTHERS or freedom < 3:
        return UNKNOWN
    usual = freedom / float(distributions.chi2.median(freedom))
    people = max(float(np.median((usual * variance - chance)[others])), 0.0)
    expected = people + float(chance[which])
    return float(special.chdtr(freedom, freedom * float(variance[which]) / max(expected, 1e-12)))


def _spread(counts: Ints) -> tuple[Floats, Floats, Floats]:
    """Variance over items, the part of chance in it, and ballots, by group."""
    held = counts[:, :, 1:].sum(axis=2)
    top = np.clip((counts[:, :, -1] + 0.5) / (held + 1), *SHARES)
    probit = special.ndtri(top)
    density = np.exp(-(probit**2)) / (2 * np.pi)
    chance = (top * (1 - top) / (np.maximum(held, 1) * density)).mean(axis=1)
    return probit.var(axis=1, ddof=1), chance, held.mean(axis=1)
