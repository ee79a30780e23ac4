"""When, where and how fast honest raters answer: meetings, carriers, kiosks, reminders."""

from dataclasses import dataclass, replace

import numpy as np

from stats.ballots import Floats, Ints
from stats.simulator.opinions import Raters
from stats.simulator.profiles import Profile

BUCKETS_PER_DAY = 144
CARRIERS = (0.15, 0.08, 0.05, 0.03)
"""How the ballots through carriers are shared out, in proportion."""

OPEN_BATCHES = 8


@dataclass(frozen=True, eq=False)
class Circumstances:
    """Arrays of shape (n_ballots,); codes issued per batch."""

    batch: Ints
    bucket: Ints
    network: Ints
    device: Ints
    seconds: Floats
    issued: Ints


def honest_circumstances(
    profile: Profile, raters: Raters, unit: Ints | None, rng: np.random.Generator
) -> Circumstances:
    """How honest ballots come in; ``unit`` is the unit rated where a ballot rates one."""
    base = _base(profile, rng)
    if unit is None:
        return _office(profile, raters, base, rng)
    return _public(profile, unit, base, rng)


def _base(profile: Profile, rng: np.random.Generator) -> Circumstances:
    n = profile.ballots
    bucket = _arrivals(profile, rng)
    network = 1_000_000 + np.floor(n / 3 * rng.random(n) ** 1.5).astype(np.int64)
    carrier = rng.random(n)
    edges = np.cumsum(CARRIERS) * (profile.assumed.carriers / sum(CARRIERS))
    network = np.where(carrier < edges[-1], 1 + np.searchsorted(edges, carrier), network)
    return Circumstances(
        batch=np.full(n, -1, dtype=np.int64),
        bucket=bucket,
        network=network.astype(np.int64),
        device=10_000_000 + np.arange(n),
        seconds=_seconds(profile, n, rng),
        issued=np.zeros(0, dtype=np.int64),
    )


def _arrivals(profile: Profile, rng: np.random.Generator) -> Ints:
    """Waking hours of every day, and crowds in the hours after each reminder."""
    n = profile.ballots
    day = rng.integers(0, profile.days, n)
    hour = np.clip(rng.normal(14, 3.5, n), 6, 23.9)
    bucket = day * BUCKETS_PER_DAY + (hour * 6).astype(np.int64)
    pushes = rng.integers(9, 20, 3) * 6 + rng.integers(0, profile.days, 3) * BUCKETS_PER_DAY
    pushed = rng.random(n) < profile.assumed.push_share
    late = rng.exponential(5, n).astype(np.int64)
    bucket = np.where(pushed, rng.choice(pushes, n) + late, bucket)
    return np.minimum(bucket, profile.days * BUCKETS_PER_DAY - 1).astype(np.int64)


def _seconds(profile: Profile, n: int, rng: np.random.Generator) -> Floats:
    cells = profile.items * (profile.units if profile.matrix else 1)
    typical = 8 + 2.2 * cells**0.92
    assumed = profile.assumed
    quick = np.where(rng.random(n) < assumed.quick_share, assumed.quick_factor, 1.0)
    drawn = typical * quick * rng.lognormal(0, assumed.time_spread, n)
    seconds: Floats = np.maximum(3.0, np.round(drawn))
    return seconds


def _office(
    profile: Profile, raters: Raters, base: Circumstances, rng: np.random.Generator
) -> Circumstances:
    """Batches by home; office networks; some homes vote together after a meeting."""
    n, assumed = profile.ballots, profile.assumed
    at_office = rng.random(n) < assumed.office_share
    meets = rng.random(profile.homes) < assumed.meeting_share
    when = rng.integers(0, profile.days, profile.homes) * BUCKETS_PER_DAY
    when += rng.integers(9 * 6, 17 * 6, profile.homes)
    at_meeting = meets[raters.home] & (rng.random(n) < 0.8)
    bucket = np.where(at_meeting, when[raters.home] + rng.integers(0, 3, n), base.bucket)
    network = np.where(at_office | at_meeting, 100_000 + raters.home, base.network)
    held = np.bincount(raters.home, minlength=profile.homes)
    return replace(
        base,
        batch=raters.home.copy(),
        bucket=bucket.astype(np.int64),
        network=network.astype(np.int64),
        issued=(held + rng.binomial(held + 2, 0.15)).astype(np.int64),
    )


def _public(
    profile: Profile, unit: Ints, base: Circumstances, rng: np.random.Generator
) -> Circumstances:
    """Posters by unit and open ones; service-hall kiosks; units that ask after a meeting."""
    n, units, assumed = profile.ballots, profile.units, profile.assumed
    away = rng.random(n) < assumed.open_share
    batch = np.where(away, units + rng.integers(0, OPEN_BATCHES, n), unit)
    kiosk = (rng.random(units) < assumed.kiosk_units)[unit]
    kiosk &= rng.random(n) < assumed.kiosk_share
    hall = np.where(kiosk, 200_000 + unit, base.network)
    device = np.where(kiosk, 300_000 + unit, base.device)
    meets = (rng.random(units) < assumed.hall_meetings)[unit] & (rng.random(n) < 0.3)
    meets &= ~kiosk
    when = rng.integers(0, profile.days, units) * BUCKETS_PER_DAY + rng.integers(54, 102, units)
    bucket = np.where(meets, when[unit] + rng.integers(0, 2, n), base.bucket)
    network = np.where(meets, 400_000 + unit, hall)
    batch = np.where(meets | kiosk, unit, batch)
    held = np.bincount(batch, minlength=units + OPEN_BATCHES)
    return replace(
        base,
        batch=batch.astype(np.int64),
        bucket=bucket.astype(np.int64),
        network=network.astype(np.int64),
        device=device.astype(np.int64),
        issued=(held + rng.binomial(held + 5, 0.3)).astype(np.int64),
    )
