"""Tails of permutation sums against enumeration."""

from itertools import combinations

import numpy as np
import pytest

from stats.permutation.tails import Stratum, permutation_tail

VALUES = np.array([1.0, 2.0, 2.5, 3.0, 3.7, 4.0, 4.2, 4.9, 5.0, 5.3, 6.1, 7.0])


def enumerated_tail(drawn: int, total: float) -> float:
    sums = np.array([sum(chosen) for chosen in combinations(VALUES, drawn)])
    above = total > sums.mean()
    return float(np.mean(sums >= total - 1e-9) if above else np.mean(sums <= total + 1e-9))


@pytest.mark.parametrize("total", [11.0, 12.4, 14.7, 19.0, 21.0, 22.5])
def test_the_saddlepoint_is_close_to_enumeration(total: float) -> None:
    exact = enumerated_tail(4, total)
    ones = np.ones(len(VALUES), dtype=np.int64)
    near = permutation_tail([Stratum(VALUES, ones, 4)], total)
    assert near == pytest.approx(exact, rel=0.2, abs=0.004)


def test_the_most_extreme_sum_is_exact() -> None:
    ones = np.ones(len(VALUES), dtype=np.int64)
    highest = float(np.sort(VALUES)[-4:].sum())
    assert permutation_tail([Stratum(VALUES, ones, 4)], highest) == pytest.approx(1 / 495)


def test_equal_values_give_no_evidence() -> None:
    same = Stratum(np.array([5.0]), np.array([30]), 7)
    assert permutation_tail([same], 35.0) == 1.0


def test_strata_are_permuted_separately() -> None:
    low = Stratum(np.array([1.0, 2.0]), np.array([5, 5]), 5)
    high = Stratum(np.array([4.0, 5.0]), np.array([5, 5]), 5)
    # All five twos and all five fives: (1 / C(10, 5))^2.
    assert permutation_tail([low, high], 35.0) == pytest.approx(1 / 252**2, rel=1e-6)


def test_on_a_lattice_the_observed_sum_counts_whole() -> None:
    # Four of {3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5}: 95 of 495 draws sum to 19 or 20.
    marks = Stratum(np.array([3.0, 4.0, 5.0]), np.array([2, 4, 6]), 4)
    assert permutation_tail([marks], 19.0, step=1.0) == pytest.approx(95 / 495, rel=0.1)
    assert permutation_tail([marks], 20.0, step=1.0) == pytest.approx(15 / 495)
