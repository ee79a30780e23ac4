"""How groups of raters mark units, against chance memberships."""

import numpy as np
import pytest

from stats.permutation.dyads import Members, max_adjusted, middle_width, shared_view


def standings(rho: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums of 40 homes of 3 to 12 raters on 30 units; raters of a home share views."""
    rng = np.random.default_rng(seed)
    home = np.repeat(np.arange(40), rng.integers(3, 13, 40))
    shared = rng.normal(0, np.sqrt(rho), (40, 30))
    own = rng.normal(0, np.sqrt(1 - rho), (len(home), 30))
    members = Members(home, 40)
    there = np.ones(own.shape)
    return members.standardised(shared[home] + own, there), members.sums(there)


@pytest.mark.parametrize("rho", [0.05, 0.15, 0.4])
def test_shared_views_are_estimated(rho: float) -> None:
    found = [shared_view(z, count, count > 0) for z, count in map(standings, [rho] * 20, range(20))]
    assert np.mean(found) == pytest.approx(rho, abs=0.01)


def test_standard_errors_widen_with_shared_views() -> None:
    z, count = standings(0.15, 3)
    rho = shared_view(z, count, count > 0)
    assert middle_width(z) > 1.2
    assert middle_width(z / np.sqrt(1 + (count - 1) * rho)) == pytest.approx(1, abs=0.01)


def test_independent_raters_share_nothing() -> None:
    z, count = standings(0.0, 4)
    assert shared_view(z, count, count > 0) < 0.01


def test_few_treated_units_do_not_make_views_shared() -> None:
    z, count = standings(0.0, 4)
    z[:6, :4] = 9.0
    assert shared_view(z, count, count > 0) < 0.02


def test_too_few_sums_tell_nothing() -> None:
    z, count = standings(0.4, 3)
    assert shared_view(z[:1], count[:1], count[:1] > 0) == 0


def test_p_values_count_the_maxima_above() -> None:
    maxima = np.arange(1.0, 100.0)
    assert max_adjusted(np.array([50.0, 0.5]), maxima).tolist() == [0.51, 1.0]
