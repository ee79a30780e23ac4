"""A total as a waterfall: each component begins where the one before it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from webapp.office.score_lines import ComponentSheet, Sum

FULL_MARKS: Final = 100.0
THINNEST: Final = 0.3


@dataclass(frozen=True)
class Step:
    """A bar of the waterfall: what it stands for, where it begins, how wide it is, which way.

    ``kind``: plus, minus or total.
    """

    key: str
    value: Decimal
    at: str
    width: str
    kind: str


def waterfall(components: Iterable[ComponentSheet], last: Sum) -> dict[str, Step]:
    """The steps by component, then bonus, deductions, reverse deduction and total."""
    parts = [(each.key, each.weighted or Decimal(0)) for each in components]
    parts += [
        ("bonus", last.bonus),
        ("deductions", -last.deductions),
        ("reverse", -last.reverse_deduction),
    ]
    highest = sum((value for _key, value in parts if value > 0), Decimal(0))
    whole = max(FULL_MARKS, float(highest))
    steps: dict[str, Step] = {}
    reached = 0.0
    for key, value in parts:
        begin, end = sorted((reached, reached + float(value)))
        steps[key] = _step(key, value, begin, end, whole)
        reached += float(value)
    total = Decimal(0) if last.total is None else last.total
    steps["total"] = _step("total", total, 0.0, float(total), whole)
    return steps


def _step(key: str, value: Decimal, begin: float, end: float, whole: float) -> Step:
    kind = "total" if key == "total" else "minus" if value < 0 else "plus"
    width = 100 * (max(end, 0.0) - max(begin, 0.0)) / whole
    thin = 0.0 if not value else max(width, THINNEST)
    return Step(key, value, f"{100 * max(begin, 0.0) / whole:.3f}%", f"{thin:.3f}%", kind)
