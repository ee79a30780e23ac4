"""What honest raters think, and the marks they give."""

from dataclasses import dataclass

import numpy as np

from stats.ballots import Floats, Ints, Marks
from stats.simulator.profiles import Profile

# Every number here is a claim about voters that a reader may dispute; those that matter were set
# so that marks look like published 民主测评: 50–65 % top marks, item-to-item spread of about .5.
QUALITY_SPREAD = 0.45
ITEM_SPREAD = 0.2
GROUP_SEVERITY = 0.2
SEVERITY = 0.6
HALO = (0.4, 0.8)
NOISE = {"insider": 0.75, "reverse": 0.75, "public": 1.0}
STRETCH = 0.2
OWN_FAVOUR = (0.9, 0.4)
FLAT_SHARE = 0.1
FLAT_FACTOR = 0.25
MISSING = 0.02
UNIT_MISSING = 0.03
THRESHOLDS = (-3.0, -2.3, -1.5, -0.3)


@dataclass(frozen=True, eq=False)
class Public:
    """What is true of the units.

    Parameters
    ----------
    quality : array (n_units, n_items), latent
    halo : array (n_units,), how far raters differ about the unit as a whole
    category : int array (n_units,)
    group_severity : array (n_groups,)
    noise : spread of the items of one ballot about its view of the unit
    own_favour : array (n_homes,), how much a home lifts its own unit
    """

    quality: Floats
    halo: Floats
    category: Ints
    group_severity: Floats
    noise: float
    own_favour: Floats


@dataclass(frozen=True, eq=False)
class Raters:
    """What is true of the raters, arrays of shape (n_ballots,)."""

    group: Ints
    home: Ints
    severity: Floats
    stretch: Floats
    flat: Floats


def draw_public(profile: Profile, rng: np.random.Generator) -> Public:
    """Draw units."""
    quality = rng.normal(0.35, QUALITY_SPREAD, profile.units)
    return Public(
        quality=quality[:, None] + rng.normal(0, ITEM_SPREAD, (profile.units, profile.items)),
        halo=rng.uniform(*HALO, profile.units),
        category=np.arange(profile.units) * profile.categories // profile.units,
        group_severity=rng.normal(0, GROUP_SEVERITY, profile.groups),
        noise=NOISE[profile.form],
        own_favour=rng.normal(*OWN_FAVOUR, max(profile.homes, 1)),
    )


def draw_raters(profile: Profile, public: Public, rng: np.random.Generator) -> Raters:
    """Draw raters; homes differ in size by a factor of about ten."""
    n = profile.ballots
    home = np.full(n, -1, dtype=np.int64)
    if profile.homes:
        share = rng.lognormal(0, 0.7, profile.homes)
        home = rng.choice(profile.homes, n, p=share / share.sum())
    group = rng.choice(profile.groups, n, p=_group_shares(profile.groups))
    return Raters(
        group=group.astype(np.int64),
        home=home.astype(np.int64),
        severity=rng.normal(0, SEVERITY, n) + public.group_severity[group],
        stretch=rng.lognormal(0, STRETCH, n),
        flat=np.where(rng.random(n) < FLAT_SHARE, FLAT_FACTOR, 1.0),
    )


def _group_shares(groups: int) -> Floats:
    share = np.arange(1, groups + 1, dtype=np.float64)
    shares: Floats = share / share.sum()
    return shares


def attitudes(
    public: Public, raters: Raters, rows: tuple[Ints, Ints], rng: np.random.Generator
) -> Floats:
    """Latent attitude of each row's rater to its unit, shape (n_rows,), before the items.

    ``rows`` holds ballot and unit of each row.
    """
    ballot, unit = rows
    middle = public.quality.mean()
    level = public.quality.mean(axis=1)[unit] - middle
    halo = rng.normal(0, 1, len(unit)) * public.halo[unit]
    own = np.where(raters.home[ballot] == unit, public.own_favour[raters.home[ballot]], 0.0)
    apart = raters.stretch[ballot] * raters.flat[ballot]
    result: Floats = middle + raters.severity[ballot] + apart * (level + halo) + own
    return result


def marks_of(
    public: Public, unit: Ints, attitude: tuple[Floats, Floats], rng: np.random.Generator
) -> Marks:
    """Marks per item, 1 … 5, none missing.

    ``attitude`` holds each row's attitude and how far its items differ (1 = as usual).
    """
    level, apart = attitude
    items = public.quality[unit] - public.quality.mean(axis=1)[unit][:, None]
    noise = rng.normal(0, public.noise, items.shape)
    latent = level[:, None] + apart[:, None] * (items + noise)
    marks = np.searchsorted(np.array(THRESHOLDS), latent) + 1
    result: Marks = marks.astype(np.uint8)
    return result


def with_gaps(marks: Marks, matrix: bool, rng: np.random.Generator) -> Marks:
    """Leave some answers out, and in a matrix some units altogether."""
    gaps = rng.random(marks.shape) < MISSING
    if matrix:
        gaps |= (rng.random(len(marks)) < UNIT_MISSING)[:, None]
    result: Marks = np.where(gaps, 0, marks).astype(np.uint8)
    return result


def expected_marks(public: Public, profile: Profile, rng: np.random.Generator) -> Floats:
    """Mean mark of each unit among endless honest raters from elsewhere, by 20,000 draws."""
    draws = 20_000
    raters = draw_raters(
        Profile(profile.form, draws, profile.units, profile.items, groups=profile.groups),
        public,
        rng,
    )
    result = np.empty(profile.units)
    ballot = np.arange(draws)
    for u in range(profile.units):
        unit = np.full(draws, u)
        level = attitudes(public, raters, (ballot, unit), rng)
        result[u] = marks_of(public, unit, (level, np.sqrt(raters.flat)), rng).mean()
    return result
