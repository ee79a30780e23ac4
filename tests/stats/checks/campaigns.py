"""Simulated campaigns for the tests of the checks, each made once."""

from functools import cache

import numpy as np

from stats.examination import Examination, examine
from stats.simulator.campaign import Simulated, simulate


@cache
def campaign(profile: str, *attacks: tuple[str, str], seed: int = 11) -> Simulated:
    """Simulate a campaign."""
    return simulate(profile, attacks, rng=np.random.default_rng([seed, 2026]), truth=False)


@cache
def examined(profile: str, *attacks: tuple[str, str], seed: int = 11) -> Examination:
    """Examine it."""
    ballots = campaign(profile, *attacks, seed=seed).ballots
    return examine(ballots, rng=np.random.default_rng(seed))


def alarms(examination: Examination) -> list[str]:
    """Checks that spoke above "information"."""
    return [f.check for f in examination.findings if f.level != "information"]
