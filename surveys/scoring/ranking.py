"""Places inside one category: competition ranking 1-2-2-4 with a chain of tie-breaks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from surveys.scoring.lines import TotalLine

Standing: TypeAlias = tuple[Decimal, ...]
"""A unit's total, then its tie-breaks, all "more is better"."""


def competition_places(standings: Mapping[str, Standing]) -> dict[str, int]:
    """1 + number of units that stand higher; equal standings share a place.

    ``standings``: unit → (total, tie-breaks …), compared from left to right.
    """
    first_at: dict[Standing, int] = {}
    for index, standing in enumerate(sorted(standings.values(), reverse=True)):
        first_at.setdefault(standing, index + 1)
    return {unit: first_at[standing] for unit, standing in standings.items()}


def standing(line: TotalLine, total: Decimal, tie_break: Sequence[str]) -> Standing:
    """Total, then each name of the chain: a component's score, or fewer ``deductions``."""
    return (total, *(_tie_value(line, name) for name in tie_break))


def _tie_value(line: TotalLine, name: str) -> Decimal:
    if name == "deductions":
        return -(line.deductions + line.reverse_deduction)
    points = next((each.points for each in line.components if each.key == name), None)
    # A component that is none of this category's breaks no tie.
    return Decimal(-1) if points is None else points
