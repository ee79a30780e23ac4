"""Raters who put the same unit up and the same unit down."""

import numpy as np
import pytest

from stats.ballots import Floats
from stats.checks.blocs import blocs, habits_of, moved_apart, neighbours, together
from stats.checks.residuals import residuals_of
from stats.checks.view import view_of
from tests.stats.checks.by_hand import grid

UNITS, RATERS = 24, 120


def county(seed: int) -> Floats:
    """Marks far from either end of the scale, so that a lift shows."""
    rng = np.random.default_rng(seed)
    places = rng.normal(3, 0.4, UNITS)
    return np.clip(np.round(rng.normal(places, 0.7, (RATERS, UNITS))), 1, 5)


def test_strangers_who_lift_one_unit_and_sink_another_are_named() -> None:
    marks = county(1)
    marks[:14, 3], marks[:14, 17] = 5, 1
    view = view_of(grid(marks.astype(np.uint8)))
    found, _ = blocs(view, residuals_of(view), level=0.005, rng=np.random.default_rng(2))
    assert [(f.units_lifted, f.units_sunk) for f in found] == [((3,), (17,))]
    assert found[0].statistic == pytest.approx(8.79, abs=0.01)


def test_honest_strangers_are_not_named() -> None:
    view = view_of(grid(county(1).astype(np.uint8)))
    assert blocs(view, residuals_of(view), level=0.005, rng=np.random.default_rng(2)) == ([], [])


def test_runs_are_of_units_next_to_each_other_on_the_scale() -> None:
    consensus = np.array([4.9, 1.0, 1.2, 4.8, 3.0, 3.1, 4.7, 1.1, 3.2, 3.3, 4.6, 1.3])
    labels = neighbours(consensus)
    assert labels.tolist() == [2, 0, 0, 2, 1, 1, 2, 0, 1, 1, 2, 0]


def test_who_departs_from_good_units_only_is_expected_to_do_so_again() -> None:
    # Half of the raters depart from the units of the last run only, the others from all but those.
    rng = np.random.default_rng(3)
    near = np.repeat([0, 1, 2], 8)
    busy = (np.arange(400)[:, None] < 200) == (near == 2)
    up, down = (rng.exponential(1.0, (400, 24)) * np.where(busy, 1.0, 0.2) for _ in range(2))
    z = together(up, down, habits_of(up, down, np.ones(up.shape), near))
    z[np.eye(24, dtype=bool)] = np.nan
    assert np.nanmean(z[16:, 16:]) == pytest.approx(0, abs=0.35)
    assert np.nanmean(z[:16, 16:]) == pytest.approx(0, abs=0.35)


def test_a_bloc_is_named_by_its_marks_and_not_by_fitted_lines() -> None:
    rng = np.random.default_rng(6)
    marks = np.clip(np.round(rng.normal(4.2, 0.5, (60, 20))), 1, 5).astype(np.uint8)
    marks[:8, 4], marks[:8, 11] = 5, 1
    view = view_of(grid(marks))
    assert moved_apart(view, residuals_of(view), np.arange(8)) == (4, 11)
