"""Attacks that matter are named: slow, on seeds not used while building."""

import numpy as np
import pytest

from benchmarks.copying import copy_figure
from stats.examination import examine
from stats.simulator.campaign import simulate

FIRST_SEED = 60_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "kind", "strength", "least"),
    [
        ("public2k", "stuff", "strong", 0.9),
        ("public2k", "burst", "medium", 0.8),
        ("public2k", "bloc", "strong", 0.9),
        ("matrix200", "bloc", "strong", 0.9),
        ("matrix200", "reciprocal", "strong", 0.7),
        ("public2k", "bots", "strong", 0.9),
        ("public2k", "bots", "medium", 0.7),
    ],
)
def test_the_attacked_unit_is_named(profile: str, kind: str, strength: str, least: float) -> None:
    named = []
    for seed in range(10):
        rng = np.random.default_rng([FIRST_SEED + seed, 5])
        made = simulate(profile, [(kind, strength)], rng=rng, truth=False)
        found = examine(made.ballots, rng=np.random.default_rng(seed))
        units = {
            u
            for f in found.findings
            if f.level != "information"
            for u in f.units_lifted + f.units_sunk
        }
        named.append(bool(units & set(made.attacks[0].up + made.attacks[0].down)))
    assert np.mean(named) >= least


@pytest.mark.slow
@pytest.mark.parametrize(
    ("strength", "least"),
    [("weak", (0.85, 0.95)), ("medium", (0.97, 0.97)), ("strong", (0.92, 0.92))],
)
def test_copies_are_told_from_their_originals(strength: str, least: tuple[float, float]) -> None:
    found = copy_figure("matrix200", strength, 12, FIRST_SEED)
    assert found.recall >= least[0]
    assert found.precision >= least[1]
    assert found.member_recall >= least[0]
    assert found.member_precision >= 0.98
