"""The same promises for a score that is a weighted mean of groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from stats.estimates.histogram import Floats


@dataclass(frozen=True, slots=True)
class Design:
    """Groups of raters as planned.

    Attributes
    ----------
    ballots : array of shape (n_groups,), ballots expected about one unit, > 0
    weights : array of shape (n_groups,), summing to 1
    spread : array of shape (n_groups,), standard deviation of one ballot's score
    population : array of shape (n_groups,), how many could answer; inf: those asked stand for many
    """

    ballots: Floats
    weights: Floats
    spread: Floats
    population: Floats


def design(
    ballots: ArrayLike, weights: ArrayLike, spread: ArrayLike, population: ArrayLike
) -> Design:
    """Check a design; groups without ballots hand their weight to the others in proportion.

    Raises
    ------
    ValueError : no group has ballots and weight, or a negative number
    """
    n, w, s, size = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (ballots, weights, spread, population))
    )
    if min(n.min(initial=0), w.min(initial=0), s.min(initial=0)) < 0:
        raise ValueError("ballots, weights and spread must not be negative")
    used = (n > 0) & (w > 0)
    if not used.any():
        raise ValueError("no group has ballots and weight")
    return Design(n[used], w[used] / w[used].sum(), s[used], np.maximum(size[used], n[used]))


def weighted_half_width(plan: Design, *, confidence: float = 0.95) -> float:
    """Expected half width of the interval of a unit's score.

    Notes
    -----
    ``z sqrt(sum w_g^2 s_g^2 / n_g (1 - n_g / N_g))``: `weighted_mean_intervals` before the marks.

    Examples
    --------
    >>> plan = design([20, 50], [0.6, 0.4], 12.0, np.inf)
    >>> round(weighted_half_width(plan), 2)
    3.42
    """
    return float(ndtri(0.5 + confidence / 2) * np.sqrt(_variance(plan)))


def separable_difference(plan: Design, *, power: float = 0.9, confidence: float = 0.95) -> float:
    """True difference of two units' scores that is found with the given chance.

    Notes
    -----
    ``(z_a + z_b) sqrt(2 V)``, the units being rated by different people. Where the same people rate
    both, their severity cancels out and less is needed.
    """
    return float(_reach(power, confidence) * np.sqrt(2 * _variance(plan)))


def more_ballots_to_separate(
    plan: Design, difference: float, *, power: float = 0.9, confidence: float = 0.95
) -> float:
    """By how much every group's ballots must grow (or may shrink) to tell two units apart.

    Parameters
    ----------
    plan : the design
    difference : true difference of the two scores, > 0

    Returns
    -------
    Factor > 0. Where it takes a group beyond its population, all of it does.

    Notes
    -----
    With ``f n_g`` ballots the variance is ``A / f - B``, ``A = sum w^2 s^2 / n`` and
    ``B = sum w^2 s^2 / N``: solved for the variance that `separable_difference` needs.
    """
    if difference <= 0:
        raise ValueError(f"difference must be positive: {difference}")
    squares = (plan.weights * plan.spread) ** 2
    needed = (difference / _reach(power, confidence)) ** 2 / 2
    total = needed + float((squares / plan.population).sum())
    return float((squares / plan.ballots).sum() / total)


def _variance(plan: Design) -> float:
    unseen = 1 - plan.ballots / plan.population
    return float(((plan.weights * plan.spread) ** 2 / plan.ballots * unseen).sum())


def _reach(power: float, confidence: float) -> float:
    return float(ndtri(0.5 + confidence / 2) + ndtri(power))
