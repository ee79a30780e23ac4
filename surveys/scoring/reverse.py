"""Reverse evaluation: assessed units rate the bodies that scored them; a unit has one voice.

First the ballots of one unit become its mean, then the units' means become R, so that a unit with
three ballots weighs no more than one with a single ballot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from surveys.errors import Invalid
from surveys.scoring.inputs import ReverseResult
from surveys.scoring.scheme_parts import Reverse

ZERO = Decimal(0)


@dataclass(frozen=True)
class ReverseBallot:
    """One valid ballot on a body: its points (0 to 100) and the rater's role, if recorded."""

    points: Decimal
    role: str | None = None


def unit_voice(
    ballots: Iterable[ReverseBallot], role_weights: Mapping[str, Decimal]
) -> Decimal | None:
    """Mean of one unit: plain without roles, else Σ w_r·mean_r / Σ w_r over the roles present.

    None without ballots. Errors: Invalid ``unknown_role``.
    """
    listed = tuple(ballots)
    if not listed:
        return None
    roles = [ballot.role for ballot in listed if ballot.role is not None]
    if not role_weights or len(roles) < len(listed):
        return _mean(ballot.points for ballot in listed)
    by_role: dict[str, list[Decimal]] = {}
    for role, ballot in zip(roles, listed, strict=True):
        if role not in role_weights:
            raise Invalid("unknown_role", role=role)
        by_role.setdefault(role, []).append(ballot.points)
    weight = sum((role_weights[role] for role in by_role), ZERO)
    total = sum((role_weights[role] * _mean(points) for role, points in by_role.items()), ZERO)
    # In a trial the voices that were heard may weigh nothing.
    return total / weight if weight else None


def reverse_result(
    *,
    body: str,
    ballots: Mapping[str, Iterable[ReverseBallot]],
    role_weights: Mapping[str, Decimal],
) -> ReverseResult:
    """R of one body: the mean of its units' voices, unrounded.

    Errors: Invalid ``unit_rates_itself`` where the body is among its raters, ``unknown_role``.
    """
    if body in ballots:
        raise Invalid("unit_rates_itself", unit=body)
    voices = [unit_voice(of_unit, role_weights) for of_unit in ballots.values()]
    heard = [voice for voice in voices if voice is not None]
    return ReverseResult(points=_mean(heard) if heard else None, n_units=len(heard))


def reverse_deduction(points: Decimal, rule: Reverse) -> Decimal:
    """min(cap, (threshold − R)·rate), not below 0; R rounded like a component score."""
    return max(ZERO, min(rule.cap, (rule.threshold - points) * rule.rate))


def _mean(values: Iterable[Decimal]) -> Decimal:
    listed = tuple(values)
    return sum(listed, ZERO) / len(listed)
