"""A plain FRAUDAR: greedy peeling of a bipartite graph to its densest block.

Hooi, B., Song, H. A., Beutel, A., Shah, N., Shin, K. & Faloutsos, C. (2016). FRAUDAR: bounding
graph fraud in the face of camouflage. KDD'16. doi:10.1145/2939672.2939747
"""

from heapq import heapify, heappop, heappush

import numpy as np

from stats.ballots import Bools, Floats, Ints

CAMOUFLAGE = 5.0


def densest_block(source: Ints, target: Ints) -> Bools:
    """Edges inside the block of greatest mean suspicion found by peeling.

    Parameters
    ----------
    source, target : int arrays of shape (n_edges,); an edge may occur several times

    Returns
    -------
    bool array of shape (n_edges,)

    Notes
    -----
    An edge to a target of degree d weighs ``1 / log(d + 5)``. The node of smallest weighted degree
    goes first; of all the sets on the way the one with the greatest weight per node is kept.
    """
    sources, s = np.unique(source, return_inverse=True)
    targets, t = np.unique(target, return_inverse=True)
    n_sources, n = len(sources), len(sources) + len(targets)
    pair, edge, times = np.unique(s * len(targets) + t, return_inverse=True, return_counts=True)
    a, b = pair // len(targets), pair % len(targets)
    weight = times / np.log(np.bincount(t)[b] + CAMOUFLAGE)
    removed_at = _peel(a.astype(np.int64), b.astype(np.int64) + n_sources, weight, n)
    inside = removed_at >= _best_step(a, b + n_sources, weight, removed_at)
    return np.asarray((inside[a] & inside[b + n_sources])[edge])


def _peel(a: Ints, b: Ints, weight: Floats, n: int) -> Ints:
    """Step at which each node goes."""
    ends, others = np.concatenate([a, b]), np.concatenate([b, a])
    order = np.argsort(ends, kind="stable")
    neighbour, load = others[order].tolist(), np.tile(weight, 2)[order].tolist()
    start = np.searchsorted(ends[order], np.arange(n + 1)).tolist()
    degree = np.bincount(ends, weights=np.tile(weight, 2), minlength=n).tolist()
    heap = [(d, node) for node, d in enumerate(degree)]
    heapify(heap)
    gone = [-1] * n
    step = 0
    while heap:
        d, node = heappop(heap)
        if gone[node] >= 0 or d > degree[node] + 1e-12:
            continue
        gone[node] = step
        step += 1
        for k in range(start[node], start[node + 1]):
            other = neighbour[k]
            if gone[other] < 0:
                degree[other] -= load[k]
                heappush(heap, (degree[other], other))
    return np.array(gone, dtype=np.int64)


def _best_step(a: Ints, b: Ints, weight: Floats, removed_at: Ints) -> int:
    """The step before which the rest had the greatest weight per node."""
    n = len(removed_at)
    lost = np.bincount(np.minimum(removed_at[a], removed_at[b]), weights=weight, minlength=n)
    left = weight.sum() - np.r_[0.0, np.cumsum(lost)[:-1]]
    return int(np.argmax(left / np.arange(n, 0, -1)))
