"""What the simulator takes people to be like: every number a claim that a reader may dispute."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Assumptions:
    """Honest voters and their circumstances; attitudes on the latent scale.

    Those that matter were set so that marks look like published 民主测评: 50–65 % top marks,
    item-to-item spread of about .5.

    Parameters
    ----------
    quality_spread : of the units
    item_spread : of the items' places within a unit
    group_severity, severity : spread of rater groups and of raters
    halo_least, halo_most : how far raters differ about a unit as a whole; units lie between
    noise, public_noise : spread of the items of one ballot, of several units and of one
    stretch : of raters' use of the scale, spread of its logarithm
    own_favour, own_favour_spread : how much homes lift their own unit
    home_view : spread of what the raters of one home share about each other unit
    flat_share, flat_factor : raters who hardly differentiate, and what is left of their differences
    missing, unit_missing : shares of answers, and of a matrix's units, left out
    leniency : how far the thresholds lie below where 55–65 % of marks are the best
    office_share : raters at their office's network
    meeting_share : homes that vote together after a meeting
    carriers : share of ballots through the four carriers
    open_share : public ballots through batches that are no unit's own
    kiosk_units, kiosk_share : units with a kiosk in their hall, ballots for them through it
    hall_meetings : units that ask after a meeting
    push_share : ballots in the hours after a reminder
    quick_share, quick_factor : people who are quick without being careless, and their time
    time_spread : of the logarithm of times
    """

    quality_spread: float = 0.45
    item_spread: float = 0.2
    group_severity: float = 0.2
    severity: float = 0.6
    halo_least: float = 0.4
    halo_most: float = 0.8
    noise: float = 0.75
    public_noise: float = 1.0
    stretch: float = 0.2
    own_favour: float = 0.9
    own_favour_spread: float = 0.4
    home_view: float = 0.0
    flat_share: float = 0.1
    flat_factor: float = 0.25
    missing: float = 0.02
    unit_missing: float = 0.03
    leniency: float = 0.0
    office_share: float = 0.6
    meeting_share: float = 0.4
    carriers: float = 0.31
    open_share: float = 0.5
    kiosk_units: float = 0.1
    kiosk_share: float = 0.35
    hall_meetings: float = 0.1
    push_share: float = 0.3
    quick_share: float = 0.1
    quick_factor: float = 0.45
    time_spread: float = 0.42


USUAL = Assumptions()
NAMES = tuple(f.name for f in fields(Assumptions))
FREE = ("leniency", "own_favour")
POSITIVE = ("quick_factor",)


def assumed(texts: Sequence[str]) -> Assumptions:
    """The usual assumptions but for those written as ``NAME=VALUE``.

    Raises
    ------
    ValueError
        An unknown name or a value out of its range; the message says what was expected.
    """
    changes: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in NAMES:
            raise ValueError(f"assumption {name!r}: expected one of {', '.join(NAMES)}")
        changes[name] = _number(name, value)
    return replace(USUAL, **changes)


def changed(assumptions: Assumptions) -> dict[str, float]:
    """Those that differ from the usual."""
    found = {name: float(getattr(assumptions, name)) for name in NAMES}
    return {name: value for name, value in found.items() if value != getattr(USUAL, name)}


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"assumption {name}: expected a number, found {text!r}") from None
    most = 1.0 if is_share(name) else 10.0
    least = -most if name in FREE else 0.0
    if not least <= value <= most or (name in POSITIVE and value == 0):
        raise ValueError(f"assumption {name}: expected {least:g} to {most:g}, found {text}")
    return value


def is_share(name: str) -> bool:
    """Whether an assumption is a share of people, answers or units."""
    shares = ("missing", "carriers", "kiosk_units", "hall_meetings", "flat_factor", "quick_factor")
    return name.endswith(("_share", "_missing")) or name in shares
