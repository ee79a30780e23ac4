"""Units that cannot be told apart."""

import numpy as np

from stats.estimates.joint_ranks import clear_differences
from stats.estimates.tied_runs import tied_runs


def drawn(values: list[float], error: float) -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.array(values) + error * rng.standard_normal((500, len(values)))


def test_far_units_stand_alone() -> None:
    values = [80.0, 90.0, 70.0]
    assert tied_runs(values, drawn(values, 0.5)) == [[1], [0], [2]]


def test_near_units_stand_together() -> None:
    values = [80.0, 80.2, 70.0]
    assert tied_runs(values, drawn(values, 0.5)) == [[1, 0], [2]]


def test_runs_overlap_where_the_middle_differs_from_neither_end() -> None:
    values = [82.0, 80.5, 79.0]
    assert tied_runs(values, drawn(values, 0.7)) == [[0, 1], [1, 2]]


def test_a_unit_without_a_value_is_in_no_run() -> None:
    values = [80.0, float("nan"), 70.0]
    assert tied_runs(values, drawn(values, 0.5)) == [[0], [2]]


def test_without_chance_equal_totals_are_tied_and_others_are_not() -> None:
    values = [80.0, 80.0, 79.9]
    assert tied_runs(values, np.tile(values, (100, 1))) == [[0, 1], [2]]


def test_no_units_make_no_runs() -> None:
    assert tied_runs([], np.zeros((10, 0))) == []


def test_a_clear_difference_has_one_direction() -> None:
    clear = clear_differences([80.0, 70.0], drawn([80.0, 70.0], 0.5))
    assert clear.tolist() == [[False, True], [False, False]]


def test_equal_units_are_seldom_called_different() -> None:
    rng = np.random.default_rng(4)
    wrong = 0
    for _ in range(100):
        seen = rng.standard_normal(8)
        wrong += bool(clear_differences(seen, seen + rng.standard_normal((300, 8))).any())
    assert wrong <= 11
