"""False discovery rates with prior weights."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from stats.permutation.discovery import weighted_q


def test_equal_weights_are_benjamini_hochberg() -> None:
    p = np.random.default_rng(1).random(50) ** 2
    assert weighted_q(p) == pytest.approx(false_discovery_control(p))


def test_hopeless_tests_left_out_still_count() -> None:
    p = np.array([0.001, 0.002])
    every = np.concatenate([p, np.ones(98)])
    assert weighted_q(p, tests=100) == pytest.approx(weighted_q(every)[:2])


def test_a_weight_moves_the_budget() -> None:
    q = weighted_q(np.array([0.01, 0.01]), np.array([3.0, 1.0]))
    assert q[0] < q[1]
