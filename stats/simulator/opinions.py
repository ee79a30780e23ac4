"""What honest raters think, and the marks they give."""

from dataclasses import dataclass, replace

import numpy as np

from stats.ballots import Floats, Ints, Marks
from stats.simulator.assumptions import Assumptions
from stats.simulator.profiles import Profile

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
    home_view : array (n_homes, n_units), what a home's raters share about each unit
    assumed : what people are like
    """

    quality: Floats
    halo: Floats
    category: Ints
    group_severity: Floats
    noise: float
    own_favour: Floats
    home_view: Floats
    assumed: Assumptions


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
    assumed, homes = profile.assumed, max(profile.homes, 1)
    quality = rng.normal(0.35, assumed.quality_spread, profile.units)
    items = rng.normal(0, assumed.item_spread, (profile.units, profile.items))
    return Public(
        quality=quality[:, None] + items,
        halo=rng.uniform(assumed.halo_least, assumed.halo_most, profile.units),
        category=np.arange(profile.units) * profile.categories // profile.units,
        group_severity=rng.normal(0, assumed.group_severity, profile.groups),
        noise=assumed.noise if profile.matrix else assumed.public_noise,
        own_favour=rng.normal(assumed.own_favour, assumed.own_favour_spread, homes),
        home_view=_home_view(assumed.home_view, (homes, profile.units), rng),
        assumed=assumed,
    )


def _home_view(spread: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Nothing is drawn where homes share no views: campaigns stay what they were."""
    return rng.normal(0, spread, shape) if spread > 0 else np.zeros(shape)


def draw_raters(profile: Profile, public: Public, rng: np.random.Generator) -> Raters:
    """Draw raters; homes differ in size by a factor of about ten."""
    n, assumed = profile.ballots, profile.assumed
    home = np.full(n, -1, dtype=np.int64)
    if profile.homes:
        share = rng.lognormal(0, 0.7, profile.homes)
        home = rng.choice(profile.homes, n, p=share / share.sum())
    group = rng.choice(profile.groups, n, p=_group_shares(profile.groups))
    return Raters(
        group=group.astype(np.int64),
        home=home.astype(np.int64),
        severity=rng.normal(0, assumed.severity, n) + public.group_severity[group],
        stretch=rng.lognormal(0, assumed.stretch, n),
        flat=np.where(rng.random(n) < assumed.flat_share, assumed.flat_factor, 1.0),
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
    home = raters.home[ballot]
    own = np.where(home == unit, public.own_favour[home], 0.0)
    halo = halo + np.where(home >= 0, public.home_view[home, unit], 0.0)
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
    marks = np.searchsorted(np.array(THRESHOLDS) - public.assumed.leniency, latent) + 1
    result: Marks = marks.astype(np.uint8)
    return result


def with_gaps(marks: Marks, profile: Profile, rng: np.random.Generator) -> Marks:
    """Leave some answers out, and in a matrix some units altogether."""
    gaps = rng.random(marks.shape) < profile.assumed.missing
    if profile.matrix:
        gaps |= (rng.random(len(marks)) < profile.assumed.unit_missing)[:, None]
    result: Marks = np.where(gaps, 0, marks).astype(np.uint8)
    return result


def expected_marks(public: Public, profile: Profile, rng: np.random.Generator) -> Floats:
    """Mean mark of each unit among endless honest raters from elsewhere, by 20,000 draws."""
    draws = 20_000
    raters = draw_raters(
        replace(profile, ballots=draws, homes=0),
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
