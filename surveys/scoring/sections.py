"""Components that the regulation prints together under one name, such as 九原's N变量."""

from dataclasses import dataclass
from decimal import Decimal

from surveys.scoring.lines import ComponentLine, UnitLine
from surveys.scoring.rounding import EXACT
from surveys.scoring.scheme_parts import Named
from surveys.scoring.schemes import Level

ZERO = Decimal(0)


@dataclass(frozen=True)
class SectionLine:
    """A section: Σ w·p / Σ w over its components (unrounded), and its weight in the total."""

    section: Named
    points: Decimal | None
    weight: Decimal


def section_lines(level: Level, line: UnitLine) -> tuple[SectionLine, ...]:
    """The sections of a unit's total in the scheme's order; for reading, never to reckon with."""
    return tuple(
        _section(section, [c for c in line.components if _in(level, c, section)])
        for section in level.sections
    )


def _in(level: Level, line: ComponentLine, section: Named) -> bool:
    return level.component(line.key).section == section.key


def _section(section: Named, lines: list[ComponentLine]) -> SectionLine:
    weight = sum((line.weight for line in lines), ZERO)
    weighted = [line.weighted for line in lines]
    known = [each for each in weighted if each is not None]
    if not weight or len(known) < len(weighted):
        return SectionLine(section, None, weight)
    return SectionLine(section, EXACT.divide(sum(known, ZERO), weight), weight)
