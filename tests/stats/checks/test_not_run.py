"""Checks that cannot run say why."""

from dataclasses import fields

import numpy as np

from stats.ballots import Ballots
from stats.examination import examine
from tests.stats.checks.campaigns import campaign


def without(ballots: Ballots, *names: str) -> Ballots:
    kept = {f.name: getattr(ballots, f.name) for f in fields(ballots) if f.init}
    return Ballots(**{**kept, **dict.fromkeys(names)})


def reasons(ballots: Ballots) -> dict[str, str]:
    found = examine(ballots, rng=np.random.default_rng(1))
    return {n.check: n.reason for n in found.not_run}


def test_without_contexts_stuffing_and_shifts_are_not_run() -> None:
    bare = without(campaign("public2k").ballots, "batch", "bucket", "network", "device", "issued")
    told = reasons(bare)
    assert told["stuffing"] == told["context_shift"] == "no_column"


def test_a_batch_alone_is_context_enough() -> None:
    only = without(campaign("public2k").ballots, "bucket", "network", "device")
    assert "stuffing" not in reasons(only)


def test_without_homes_reciprocity_is_not_run() -> None:
    told = reasons(without(campaign("matrix200").ballots, "home"))
    assert told["reciprocity"] == told["home_shift"] == "no_column"


def test_an_empty_campaign_is_examined() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    empty = Ballots(nothing, nothing, nothing, np.zeros((0, 3), dtype=np.uint8), 5, 4)
    assert examine(empty, rng=np.random.default_rng(1)).findings == ()


def test_a_handful_of_ballots_is_examined() -> None:
    few = np.arange(5)
    marks = np.full((5, 3), 4, dtype=np.uint8)
    ballots = Ballots(few, few % 2, few * 0, marks, 5, 2, network=few * 0)
    assert examine(ballots, rng=np.random.default_rng(1)).findings == ()
