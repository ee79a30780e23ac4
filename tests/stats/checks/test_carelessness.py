"""How many ballots nobody read."""

from dataclasses import replace

import numpy as np
import pytest

from stats.ballots import Ballots
from stats.checks.carelessness import Carelessness, carelessness_of
from stats.checks.patterns import patterns_of
from stats.checks.view import view_of
from stats.findings import Finding
from tests.stats.checks.campaigns import campaign, examined


def care_of(ballots: Ballots) -> Carelessness:
    view = view_of(ballots)
    patterns = patterns_of(view, np.random.default_rng(1))
    assert patterns is not None
    return carelessness_of(view, patterns)


def care(*attacks: tuple[str, str]) -> Carelessness:
    return care_of(campaign("public2k", *attacks).ballots)


def told(*attacks: tuple[str, str]) -> list[Finding]:
    return [f for f in examined("public2k", *attacks).findings if f.check == "careless_share"]


def test_a_clean_campaign_has_hardly_a_careless_ballot() -> None:
    assert care().share < 0.01
    assert told() == []


@pytest.mark.parametrize("kind", ["straight", "random"])
def test_the_share_of_careless_ballots_is_about_right(kind: str) -> None:
    found = care((kind, "strong"))
    assert 0.07 < found.share < 0.13
    assert found.low < found.share < found.high


def test_the_kinds_of_carelessness_are_told_apart() -> None:
    thrown, straight = care(("random", "strong")), care(("straight", "strong"))
    assert thrown.thrown > 10 * thrown.straight
    assert straight.straight > 10 * straight.thrown


def test_the_share_is_told_once_and_raises_no_alarm() -> None:
    (finding,) = told(("straight", "strong"))
    assert finding.level == "information"
    assert finding.facts["low"] == pytest.approx(finding.effect, abs=0.03)


def test_most_careless_ballots_lie_above_nearly_all_honest_ones() -> None:
    truth = campaign("public2k", ("straight", "strong")).attack > 0
    odds = care(("straight", "strong")).log_odds
    assert np.mean(odds[truth] > np.quantile(odds[~truth], 0.99)) > 0.7


def test_without_times_the_share_is_not_told() -> None:
    ballots = campaign("public2k", ("random", "strong")).ballots

    timeless = replace(ballots, seconds=None)
    assert not care_of(timeless).timed


@pytest.mark.parametrize("kind", ["straight", "random"])
def test_careless_matrix_ballots_are_counted_too(kind: str) -> None:
    assert care_of(campaign("matrix200").ballots).low < 0.01
    found = care_of(campaign("matrix200", (kind, "strong")).ballots)
    assert 0.05 < found.share < 0.15
