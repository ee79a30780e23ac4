"""The battery on simulated campaigns whose truth is known."""

import numpy as np
import pytest

from stats.examination import examine
from tests.stats.checks.campaigns import alarms, campaign, examined


@pytest.mark.parametrize("profile", ["public2k", "dept200", "matrix200"])
def test_a_clean_campaign_raises_no_alarm(profile: str) -> None:
    assert alarms(examined(profile)) == []


def test_a_stuffed_unit_is_named_with_its_ballots() -> None:
    truth = campaign("public2k", ("stuff", "strong"))
    found = examined("public2k", ("stuff", "strong"))
    units = {u for f in found.findings for u in f.units_lifted}
    assert set(truth.attacks[0].up) <= units
    assert np.mean(found.flagged[truth.attack > 0]) > 0.9
    assert np.mean(truth.attack[found.flagged] > 0) > 0.9


def test_joint_evidence_makes_one_strong_case() -> None:
    found = examined("public2k", ("stuff", "strong"))
    up = campaign("public2k", ("stuff", "strong")).attacks[0].up
    about = [f for f in found.findings if f.level != "information" and f.units_lifted == up]
    assert [f.level for f in about] == ["strong"]
    assert about[0].facts["also"]


def test_a_public_bloc_is_named_as_sinking_its_unit() -> None:
    truth = campaign("public2k", ("bloc", "strong"))
    found = examined("public2k", ("bloc", "strong"))
    assert truth.attacks[0].down in {f.units_sunk for f in found.findings}


def test_a_home_that_sinks_a_rival_is_named() -> None:
    truth = campaign("matrix200", ("bloc", "strong"))
    found = examined("matrix200", ("bloc", "strong"))
    sunk = {u for f in found.findings if f.level != "information" for u in f.units_sunk}
    assert set(truth.attacks[0].down) <= sunk


def test_copies_are_found_and_the_original_left_in() -> None:
    truth = campaign("matrix200", ("copy", "strong"), seed=13)
    found = examined("matrix200", ("copy", "strong"), seed=13)
    copied = [f for f in found.findings if f.check == "copied"]
    named = np.concatenate([f.ballots for f in copied])
    assert np.mean(truth.attack[named] > 0) > 0.9
    assert not set(named) & {f.facts["original"] for f in copied}


def test_suspicion_ranks_random_ballots_above_honest_ones() -> None:
    truth = campaign("public2k", ("random", "strong"))
    found = examined("public2k", ("random", "strong"))
    random, honest = found.suspicion[truth.attack > 0], found.suspicion[truth.attack == 0]
    cutoff = np.quantile(honest, 0.99)
    assert np.mean(random > cutoff) > 0.6


def test_suspicion_lies_between_0_and_1() -> None:
    suspicion = examined("public2k", ("stuff", "strong")).suspicion
    assert suspicion.min() >= 0
    assert suspicion.max() <= 1


def test_every_alarm_carries_effect_harm_and_adjusted_p() -> None:
    found = examined("public2k", ("stuff", "strong"))
    for finding in (f for f in found.findings if f.level != "information"):
        assert finding.harm is not None
        assert 0 <= finding.pvalue <= finding.qvalue <= 0.01
        assert np.isfinite(finding.effect)


def test_the_same_seed_gives_the_same_findings() -> None:
    ballots = campaign("matrix200", ("bloc", "strong")).ballots
    first, second = (examine(ballots, rng=np.random.default_rng(5)) for _ in range(2))
    assert [(f.check, f.qvalue) for f in first.findings] == [
        (f.check, f.qvalue) for f in second.findings
    ]
    assert np.array_equal(first.suspicion, second.suspicion)


def test_progress_is_told_and_may_stop_the_examination() -> None:
    def stop(_name: str, share: float) -> None:
        if share >= 0.4:
            raise InterruptedError

    ballots = campaign("public2k").ballots
    with pytest.raises(InterruptedError):
        examine(ballots, rng=np.random.default_rng(1), progress=stop)


def test_a_level_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^level:"):
        examine(campaign("public2k").ballots, level=0.5, rng=np.random.default_rng(1))
