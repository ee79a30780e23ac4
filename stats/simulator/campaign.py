"""A whole campaign with its labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Floats, Ints, Marks
from stats.simulator.assumptions import Assumptions
from stats.simulator.attacks import KINDS, Attack, Scene
from stats.simulator.circumstances import honest_circumstances
from stats.simulator.opinions import (
    attitudes,
    draw_public,
    draw_raters,
    expected_marks,
    marks_of,
    with_gaps,
)
from stats.simulator.profiles import PROFILES, Profile


@dataclass(frozen=True, eq=False)
class Simulated:
    """Ballots with what is true of them.

    Parameters
    ----------
    ballots : as `examine` takes them
    attack : int array (n_ballots,), 0 = honest, else 1 + index into ``attacks``
    up, down : int arrays (n_ballots,), unit the ballot lifts or sinks, -1 = none
    source : int array (n_ballots,), ballot it was copied from, -1 = none
    quality, expected : arrays (n_units,), latent quality; honest mean mark without own favour
    attacks : what was planted, in order
    assumed : what its people are like
    """

    ballots: Ballots
    attack: Ints
    up: Ints
    down: Ints
    source: Ints
    quality: Floats
    expected: Floats
    attacks: tuple[Attack, ...]
    assumed: Assumptions


def simulate(
    profile: str | Profile,
    attacks: Sequence[tuple[str, str]] = (),
    *,
    rng: np.random.Generator,
    truth: bool = True,
) -> Simulated:
    """Simulate a campaign.

    Parameters
    ----------
    profile : a name from PROFILES or a shape of one's own
    attacks : pairs of kind and strength: ``("stuff", "medium")``
    rng : source of randomness
    truth : reckon ``expected`` (slow for many units); else it is nan

    Raises
    ------
    ValueError
        An unknown profile, kind or strength, or a kind that does not fit the form.
    """
    shape = _shape(profile)
    public = draw_public(shape, rng)
    raters = draw_raters(shape, public, rng)
    ballot, unit = _rows(shape, rng)
    level = attitudes(public, raters, (ballot, unit), rng)
    apart = np.sqrt(raters.flat)[ballot]
    marks = marks_of(public, unit, (level, apart), rng)
    where = honest_circumstances(shape, raters, None if shape.matrix else unit, rng)
    scene = Scene(shape, public, raters, unit, level, marks, where, rng)
    planted = tuple(_plant(scene, k + 1, *attack) for k, attack in enumerate(attacks))
    answers = with_gaps(scene.marks, shape, rng)
    return Simulated(
        ballots=_ballots(scene, ballot, answers),
        attack=scene.attack,
        up=scene.up,
        down=scene.down,
        source=scene.source,
        quality=public.quality.mean(axis=1),
        expected=expected_marks(public, shape, rng) if truth else np.full(shape.units, np.nan),
        attacks=planted,
        assumed=shape.assumed,
    )


def _shape(profile: str | Profile) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"profile: expected one of {', '.join(PROFILES)}")
    return PROFILES[profile]


def _rows(shape: Profile, rng: np.random.Generator) -> tuple[Ints, Ints]:
    if shape.matrix:
        ballot = np.repeat(np.arange(shape.ballots), shape.units)
        return ballot, np.tile(np.arange(shape.units), shape.ballots)
    share = rng.lognormal(0, 0.5, shape.units)
    unit = rng.choice(shape.units, shape.ballots, p=share / share.sum())
    return np.arange(shape.ballots), unit.astype(np.int64)


def _plant(scene: Scene, number: int, kind: str, strength: str) -> Attack:
    if kind not in KINDS:
        raise ValueError(f"attack: expected one of {', '.join(KINDS)}")
    return KINDS[kind](scene, number, strength)


def _ballots(scene: Scene, ballot: Ints, answers: Marks) -> Ballots:
    where = scene.where
    homes = scene.profile.homes > 0
    return Ballots(
        ballot=ballot,
        unit=scene.unit,
        group=scene.raters.group[ballot],
        answers=answers,
        levels=scene.profile.levels,
        n_units=scene.profile.units,
        home=scene.raters.home if homes else None,
        batch=where.batch,
        bucket=where.bucket,
        seconds=where.seconds,
        network=where.network,
        device=where.device,
        # Every ballot needs a code, an attacker's too.
        issued=np.maximum(where.issued, np.bincount(where.batch, minlength=len(where.issued))),
        category=scene.public.category,
    )
