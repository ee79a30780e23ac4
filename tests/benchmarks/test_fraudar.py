"""The plain FRAUDAR that we compare with is the published one: it finds a planted dense block."""

import numpy as np

from benchmarks.fraudar import densest_block


def test_a_planted_block_is_the_densest() -> None:
    rng = np.random.default_rng(1)
    source, target = rng.integers(0, 500, 1_500), rng.integers(0, 100, 1_500)
    planted = np.array([(s, t) for s in range(500, 520) for t in range(100, 110)])

    inside = densest_block(np.r_[source, planted[:, 0]], np.r_[target, planted[:, 1]])

    assert inside[1_500:].all()
    assert inside[:1_500].mean() < 0.05


def test_by_hand_the_triangle_of_edges_beats_the_loose_end() -> None:
    """Two sources on two targets make 4 edges on 4 nodes; the third source hangs by one edge."""
    inside = densest_block(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2]))

    assert inside.tolist() == [True, True, True, True, False]
