"""Ballots of a matrix that came together and agree cell by cell."""

import numpy as np
import pytest

from stats.checks.assemblies import usual_agreement

SIZES = np.arange(5, 25)


def standings(shift: float, seed: int = 1) -> np.ndarray:
    """Agreement of twenty contexts whose every two ballots agree by some more than strangers."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, 20) + shift * np.sqrt(SIZES * (SIZES - 1.0))


def test_what_all_offices_share_is_taken_off() -> None:
    usual = usual_agreement(standings(0.5), SIZES)
    assert usual.shift == pytest.approx(0.5, abs=0.1)
    assert np.abs(usual.beyond(standings(0.5), SIZES)).max() < 3


def test_nothing_is_taken_off_where_offices_share_nothing() -> None:
    usual = usual_agreement(standings(0.0), SIZES)
    assert (usual.shift, usual.width) == (0.0, 1.0)


def test_one_office_that_agrees_far_more_than_the_others_still_stands_out() -> None:
    z = standings(0.5)
    z[4] += 8
    assert usual_agreement(z, SIZES).beyond(z, SIZES)[4] > 6


def test_few_contexts_are_taken_as_they_are() -> None:
    usual = usual_agreement(np.full(5, 9.0), SIZES[:5])
    assert (usual.shift, usual.width) == (0.0, 1.0)
