"""The p-values of clean campaigns are kept whole and compared with those of chance."""

import numpy as np
import pytest

from benchmarks.calibrate import clean_figure
from benchmarks.uniformity import BINS, Uniformities, binned, uniformity
from stats.ledger import Ledger, enter, ledger


def test_the_distance_is_how_far_small_p_values_are_too_many() -> None:
    found = uniformity("check", "tests", binned(np.array([0.001, 0.05, 0.2, 0.9])))
    assert (found.n, found.at_1, found.at_5) == (4, 0.25, 0.5)
    # Three quarters of them lie at .2 or below.
    assert found.distance == pytest.approx(0.75 - 0.2)


def test_p_values_on_the_grid_count_as_reached() -> None:
    counts = binned(np.array([0.0, 50 / 1000, 1 - 950 / 1000, 1.0]))
    assert counts[0] == 1
    assert counts[49] == 2
    assert counts[BINS - 1] == 1


def test_large_p_values_make_no_distance() -> None:
    assert uniformity("check", "tests", binned(np.full(50, 0.7))).distance == pytest.approx(0.3)
    assert uniformity("check", "tests", binned(np.ones(50))).distance == 0


def test_campaigns_add_up_to_one_figure_of_each_kind() -> None:
    summed = Uniformities()
    for least in (0.02, 0.6):
        summed.add(Ledger({"check": np.array([least, 0.9])}, {"check": least}))
    campaigns, tests = summed.figures()
    assert (campaigns.what, campaigns.n, campaigns.at_5) == ("campaigns", 2, 0.5)
    assert (tests.what, tests.n, tests.at_5) == ("tests", 4, 0.25)


def test_nothing_is_kept_where_no_ledger_is_open() -> None:
    with ledger() as kept:
        enter("check", np.array([0.4, np.nan, 0.3]), np.array([0.1, np.nan, 0.2]))
    enter("check", 0.01)
    assert kept.least == {"check": 0.3}
    assert kept.tests["check"].tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    ("profile", "campaigns", "families"),
    [
        ("public2k", 6, {"context_shift", "crowd", "stuffing", "machine", "low_effort"}),
        ("dept200", 2, {"home_shift", "reciprocity, pair", "copied", "crowd", "context_shift"}),
    ],
)
def test_no_family_has_too_many_small_p_values(
    profile: str, campaigns: int, families: set[str]
) -> None:
    found = clean_figure(profile, campaigns, 89_000)
    alarming = [f for f in found.pvalues if f.family in families]
    assert {f.family for f in alarming} == families
    # Ballots, and cells of one unit, hang together: twice what independent ones exceed.
    assert all(f.distance <= 0.02 + 2 * f.bound for f in alarming)
