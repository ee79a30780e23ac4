"""Family 10: pairs and rings of homes that lift one another."""

import numpy as np

from stats.ballots import Bools, Floats

CAP = 4.5
"""An edge counts at most this much, so that one clear favour does not make a ring."""

MIN_EDGE = 1.0
"""Every edge of a pair or ring must point the right way by this many standard errors."""

SHAPES = ("pair", "ring", "clique")


def sums_by_shape(z: Floats, tested: Bools) -> dict[str, Floats]:
    """For every two homes, how strongly they are part of a pair, a ring, a clique of three.

    Parameters
    ----------
    z : array (n_homes, n_units)
    tested : same shape

    Returns
    -------
    arrays (n_units, n_units) by shape, each of about unit variance; -inf where there is none
    """
    n = z.shape[1]
    homes = np.flatnonzero(tested[:n].any(axis=1))
    if len(homes) == n:
        return _sums(z, tested)
    small = _sums(z[np.ix_(homes, homes)], tested[np.ix_(homes, homes)])
    result = {}
    for shape, sums in small.items():
        result[shape] = np.full((n, n), -np.inf)
        result[shape][np.ix_(homes, homes)] = sums
    return result


def _sums(z: Floats, tested: Bools) -> dict[str, Floats]:
    strict, loose = capped(z, tested, MIN_EDGE), capped(z, tested, 0.0)
    return {
        "pair": pair_sums(strict),
        "ring": triple_sums(strict),
        "clique": triple_sums(pair_sums(loose)),
    }


def homes_of(shape: str, place: tuple[int, int], z: Floats, tested: Bools) -> tuple[int, ...]:
    """The homes that make the sum at ``place``, the smallest first."""
    a, b = place
    homes = [a, b]
    if shape == "ring":
        homes.append(third_home(capped(z, tested, MIN_EDGE), a, b))
    if shape == "clique":
        homes = sorted([a, b, third_home(pair_sums(capped(z, tested, 0.0)), a, b)])
    start = homes.index(min(homes))
    return tuple(homes[start:] + homes[:start])


def steps_of(shape: str, homes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Who lifts whom."""
    if shape == "clique":
        return [(a, b) for a in homes for b in homes if a != b]
    return list(zip(homes, homes[1:] + homes[:1], strict=True))


def capped(z: Floats, tested: Bools, least: float) -> Floats:
    """Edges of at least ``least``; the others are -inf."""
    n = z.shape[1]
    edges = np.where(tested[:n] & (z[:n] >= least), np.minimum(z[:n], CAP), -np.inf)
    return np.asarray(edges, dtype=np.float64)


def pair_sums(edges: Floats) -> Floats:
    """(z_hv + z_vh) / sqrt 2 of every pair."""
    return np.asarray((edges + edges.T) / np.sqrt(2), dtype=np.float64)


def triple_sums(edges: Floats) -> Floats:
    """For every edge h → v, the best ring h → v → w → h, over sqrt 3.

    Parameters
    ----------
    edges : array (n, n), -inf where there is none
    """
    n = len(edges)
    best = np.full((n, n), -np.inf)
    for w in range(n):
        # The way home from v by w: v → w and w → h.
        np.maximum(best, edges[:, w][None, :] + edges[w][:, None], out=best)
    return np.asarray((edges + best) / np.sqrt(3), dtype=np.float64)


def third_home(edges: Floats, h: int, v: int) -> int:
    """The w that closes the best ring h → v → w → h."""
    return int(np.argmax(edges[v] + edges[:, h]))
