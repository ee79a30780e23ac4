"""Family 10: pairs and rings of homes that lift one another."""

import numpy as np

from stats.ballots import Bools, Floats

CAP = 8.0
"""An edge counts at most this many nats, so that one clear favour does not make a ring."""

PAIR_EDGE, RING_EDGE, CLIQUE_EDGE, CLIQUE_PAIR = 0.7, 2.0, -1.0, 1.0
"""Least evidence of every edge of a pair, of a ring, of a clique, and of a clique's every pair."""

SHAPES = ("pair", "ring", "clique")


def sums_by_shape(evidence: Floats, tested: Bools) -> dict[str, Floats]:
    """For every two homes, how strongly they are part of a pair, a ring, a clique of three.

    Parameters
    ----------
    evidence : array (n_homes, n_units), log likelihood ratio that the home lifts the unit
    tested : same shape

    Returns
    -------
    arrays (n_units, n_units) by shape, in nats; -inf where there is none
    """
    n = evidence.shape[1]
    homes = np.flatnonzero(tested[:n].any(axis=1))
    if len(homes) == n:
        return _sums(evidence, tested)
    small = _sums(evidence[np.ix_(homes, homes)], tested[np.ix_(homes, homes)])
    result = {}
    for shape, sums in small.items():
        result[shape] = np.full((n, n), -np.inf)
        result[shape][np.ix_(homes, homes)] = sums
    return result


def _sums(evidence: Floats, tested: Bools) -> dict[str, Floats]:
    return {
        "pair": pair_sums(capped(evidence, tested, PAIR_EDGE)),
        "ring": triple_sums(capped(evidence, tested, RING_EDGE)),
        "clique": triple_sums(friends(evidence, tested)),
    }


def friends(evidence: Floats, tested: Bools) -> Floats:
    """Both ways together of every two homes that may be part of a clique."""
    both = pair_sums(capped(evidence, tested, CLIQUE_EDGE))
    return np.where(both >= CLIQUE_PAIR, both, -np.inf)


def homes_of(
    shape: str, place: tuple[int, int], evidence: Floats, tested: Bools
) -> tuple[int, ...]:
    """The homes that make the sum at ``place``, the smallest first."""
    a, b = place
    homes = [a, b]
    if shape == "ring":
        homes.append(third_home(capped(evidence, tested, RING_EDGE), a, b))
    if shape == "clique":
        homes = sorted([a, b, third_home(friends(evidence, tested), a, b)])
    start = homes.index(min(homes))
    return tuple(homes[start:] + homes[:start])


def third_adds(homes: tuple[int, ...], evidence: Floats, tested: Bools) -> float:
    """Nats of a clique beyond its clearest pair."""
    both = friends(evidence, tested)
    a, b, c = homes
    pairs = [float(both[a, b]), float(both[b, c]), float(both[c, a])]
    return sum(pairs) - max(pairs)


def steps_of(shape: str, homes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Who lifts whom."""
    if shape == "clique":
        return [(a, b) for a in homes for b in homes if a != b]
    return list(zip(homes, homes[1:] + homes[:1], strict=True))


def capped(evidence: Floats, tested: Bools, least: float) -> Floats:
    """Edges of at least ``least``; the others are -inf."""
    n = evidence.shape[1]
    clear = tested[:n] & (evidence[:n] >= least)
    edges = np.where(clear, np.minimum(evidence[:n], CAP), -np.inf)
    return np.asarray(edges, dtype=np.float64)


def pair_sums(edges: Floats) -> Floats:
    """Both edges of every pair."""
    return np.asarray(edges + edges.T, dtype=np.float64)


def triple_sums(edges: Floats) -> Floats:
    """For every edge h → v, the best ring h → v → w → h.

    Parameters
    ----------
    edges : array (n, n), -inf where there is none
    """
    n = len(edges)
    best = np.full((n, n), -np.inf)
    for w in range(n):
        # The way home from v by w: v → w and w → h.
        np.maximum(best, edges[:, w][None, :] + edges[w][:, None], out=best)
    return np.asarray(edges + best, dtype=np.float64)


def third_home(edges: Floats, h: int, v: int) -> int:
    """The w that closes the best ring h → v → w → h."""
    return int(np.argmax(edges[v] + edges[:, h]))
