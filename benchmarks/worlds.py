"""False alarms and power where people are not as the simulator's usual ones.

`python -m benchmarks.worlds --profile public2k:200` changes one assumption of the simulator at a
time, each far beyond what it was set to, and prints for every such world the share of clean
campaigns with any alarm above "information", by check, and how often a medium attack is named.
Seeds start at 700,000. Two worlds made the checks change (offices that share views, items that
hardly differ): their figures are of campaigns that were looked at.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.calibrate import alarms_of, campaign, examined, units_of, upper_limit
from stats.simulator.assumptions import assumed
from stats.simulator.campaign import Simulated
from stats.simulator.profiles import PROFILES

FIRST_SEED = 700_000
ATTACK = {
    "public": ("stuff", "medium"),
    "insider": ("bloc", "medium"),
    "reverse": ("bloc", "medium"),
}
WORLDS: dict[str, tuple[str, ...]] = {
    "as usual": (),
    "a third at the top": ("leniency=-1.3",),
    "four fifths at the top": ("leniency=0.9",),
    "raters twice as unlike": ("severity=1.2", "stretch=0.4"),
    "a third of raters flat": ("flat_share=0.33",),
    "units divide twice as much": ("halo_least=0.8", "halo_most=1.6"),
    "items hardly differ": ("noise=0.35", "public_noise=0.4", "item_spread=0.05"),
    "noisy items": ("noise=1.5", "public_noise=2.0"),
    "own favour twice as strong": ("own_favour=1.8", "own_favour_spread=0.8"),
    "offices share views": ("home_view=0.3",),
    "offices share strong views": ("home_view=0.6",),
    "a fifth left out": ("missing=0.2", "unit_missing=0.2"),
    "meetings everywhere": ("meeting_share=0.9", "hall_meetings=0.5", "office_share=0.9"),
    "kiosks in half of the halls": ("kiosk_units=0.5", "kiosk_share=0.6"),
    "three quarters by carrier": ("carriers=0.75",),
    "three quarters after reminders": ("push_share=0.75",),
    "a third quick": ("quick_share=0.33", "quick_factor=0.3"),
    "times twice as spread": ("time_spread=0.84",),
}


@dataclass(frozen=True)
class WorldFigure:
    """What a world does to the checks.

    ``named``: share of as many campaigns with a medium attack in which its unit was named.
    """

    world: str
    profile: str
    campaigns: int
    alarmed: int
    upper_95: float
    by_check: dict[str, int]
    attack: str
    attacked: int
    named: float


def worlds_of(profile: str) -> list[str]:
    """Those that change anything for the profile."""
    homes = PROFILES[profile].homes > 0
    return [world for world, changes in WORLDS.items() if homes or not _of_homes(changes)]


def _of_homes(changes: Sequence[str]) -> bool:
    return any(change.startswith(("own_favour", "home_view")) for change in changes)


def world_figure(world: str, profile: str, campaigns: int, attacked: int) -> WorldFigure:
    """Examine clean and attacked campaigns of a world."""
    shape = replace(PROFILES[profile], assumed=assumed(WORLDS[world]))
    checks: Counter[str] = Counter()
    alarmed = 0
    for seed in range(FIRST_SEED, FIRST_SEED + campaigns):
        told = {f.check for f in alarms_of(examined(campaign(shape, seed), seed))}
        alarmed += bool(told)
        checks.update(told)
    attack = ATTACK[shape.form]
    named = [
        _named(campaign(shape, seed, [attack]), seed)
        for seed in range(FIRST_SEED, FIRST_SEED + attacked)
    ]
    return WorldFigure(
        world,
        profile,
        campaigns,
        alarmed,
        upper_limit(alarmed, campaigns),
        by_check=dict(sorted(checks.items())),
        attack=":".join(attack),
        attacked=attacked,
        named=float(np.mean(named)) if named else float("nan"),
    )


def _named(made: Simulated, seed: int) -> bool:
    units = units_of(alarms_of(examined(made, seed)))
    return bool(units & set(made.attacks[0].up + made.attacks[0].down))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="append", metavar="PROFILE:CLEAN[:ATTACKED]")
    parser.add_argument("--world", action="append", choices=list(WORLDS))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    figures = []
    for text in chosen.profile or ("dept200:100:20", "public2k:100:20", "matrix200:60:10"):
        profile, clean, *attacked = text.split(":")
        for world in chosen.world or worlds_of(profile):
            figure = world_figure(world, profile, int(clean), int(attacked[0]) if attacked else 0)
            figures.append(asdict(figure))
            checks = ", ".join(f"{name} {n}" for name, n in figure.by_check.items()) or "none"
            sys.stdout.write(
                f"{profile:10} {world:32} alarms {figure.alarmed} of {figure.campaigns}"
                f" (at most {figure.upper_95:.3f}): {checks}; "
                f"{figure.attack} named {figure.named:.2f} of {figure.attacked}\n"
            )
            sys.stdout.flush()
            if chosen.json is not None:
                chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
