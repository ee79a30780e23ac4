"""How many ballots give an interval of a width, or tell two units apart."""

import math

from scipy.special import ndtri


def half_width(
    n: int, *, spread: float, population: float | None = None, confidence: float = 0.95
) -> float:
    """Expected half width of the interval of a mean.

    Parameters
    ----------
    n : ballots; fewer than two say nothing: infinity
    spread : standard deviation of one score
    population : how many could answer; None: unlimited
    confidence : of the two-sided interval

    Examples
    --------
    >>> round(half_width(100, spread=0.8), 3)
    0.157
    """
    if n < 2:
        return math.inf if population is None or n < population else 0.0
    unseen = 1.0 if population is None else max(1 - n / population, 0.0)
    return _normal(confidence) * spread * math.sqrt(unseen / n)


def ballots_for_half_width(
    width: float, *, spread: float, population: float | None = None, confidence: float = 0.95
) -> int:
    """Fewest ballots whose interval is at most so wide on each side.

    Parameters
    ----------
    width : half width wanted, > 0
    spread, population, confidence : as in `half_width`

    Notes
    -----
    ``n0 = (z s / width)^2``, with a finite population ``n0 / (1 + n0 / N)``.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., eq. 4.2. Wiley.

    Examples
    --------
    >>> ballots_for_half_width(0.1, spread=0.8)
    246
    >>> ballots_for_half_width(0.1, spread=0.8, population=300)
    136
    """
    if width <= 0:
        raise ValueError(f"width must be positive: {width}")
    unlimited = (_normal(confidence) * spread / width) ** 2
    n = unlimited if population is None else unlimited / (1 + unlimited / population)
    # A hair off, so that an exact whole number is not rounded up.
    return max(math.ceil(n - 1e-9), 2)


def ballots_to_separate(
    difference: float, *, spread: float, power: float = 0.9, confidence: float = 0.95
) -> int:
    """Ballots per unit that tell two units apart which differ by so much.

    Parameters
    ----------
    difference : true difference of the two means, > 0
    spread : standard deviation of one score
    power : chance to find the difference
    confidence : of the two-sided comparison

    Notes
    -----
    ``n = 2 ((z_a + z_b) s / d)^2``: two independent units of equal size.

    References
    ----------
    Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed.
    https://doi.org/10.4324/9780203771587

    Examples
    --------
    >>> ballots_to_separate(0.1, spread=0.8)
    1345
    """
    if difference <= 0:
        raise ValueError(f"difference must be positive: {difference}")
    reach = _normal(confidence) + float(ndtri(power))
    return max(math.ceil(2 * (reach * spread / difference) ** 2 - 1e-9), 2)


def _normal(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1): {confidence}")
    return float(ndtri(0.5 + confidence / 2))
