"""From component scores to a unit's total: weighted sum, bonus, deductions, rounding."""

from collections.abc import Iterable
from decimal import Decimal

from surveys.scoring.inputs import Adjustment, UnitInputs
from surveys.scoring.lines import ComponentLine, TotalLine
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.reverse import reverse_deduction
from surveys.scoring.rounding import component_points, total_points
from surveys.scoring.schemes import Level

ZERO = Decimal(0)


def total_line(scheme: Level, unit: UnitInputs, components: tuple[ComponentLine, ...]) -> TotalLine:
    """Σ weighted + bonus − deductions − reverse deduction, rounded to 4 places.

    A veto voids the bonus where the scheme says so and touches nothing else. While a component is
    insufficient there is no total.
    """
    claimed = _sum(unit.adjustments, "bonus")
    bonus, bonus_notes = _granted(scheme, unit, claimed)
    deductions = _sum(unit.adjustments, "deduction")
    reverse_points, reverse_taken, reverse_notes = _reverse(scheme, unit)
    total, total_notes = _total(scheme, components, bonus - deductions - reverse_taken)
    return TotalLine(
        unit=unit.key,
        components=components,
        bonus_claimed=claimed,
        bonus=bonus,
        deductions=deductions,
        reverse_points=reverse_points,
        reverse_deduction=reverse_taken,
        total=total,
        notes=(*_unapproved(unit), *bonus_notes, *reverse_notes, *total_notes),
    )


def _sum(adjustments: Iterable[Adjustment], kind: str) -> Decimal:
    counted = (item for item in adjustments if item.kind == kind and item.counts)
    return sum((item.points * item.times for item in counted), ZERO)


def _unapproved(unit: UnitInputs) -> tuple[Note, ...]:
    return tuple(
        note(
            NoteCode.ADJUSTMENT_UNAPPROVED,
            kind=item.kind,
            points=item.points * item.times,
            reason=item.reason,
        )
        for item in unit.adjustments
        if not item.counts
    )


def _granted(scheme: Level, unit: UnitInputs, claimed: Decimal) -> tuple[Decimal, tuple[Note, ...]]:
    if claimed and unit.vetoes and scheme.veto is not None and scheme.veto.voids_bonus:
        void = note(NoteCode.BONUS_VOID_BY_VETO, claimed=claimed, item=unit.vetoes[0].item)
        return ZERO, (void,)
    cap = scheme.bonus.cap
    if cap is not None and claimed > cap:
        return cap, (note(NoteCode.BONUS_CAPPED, claimed=claimed, cap=cap),)
    return claimed, ()


def _reverse(scheme: Level, unit: UnitInputs) -> tuple[Decimal | None, Decimal, tuple[Note, ...]]:
    rule, result = scheme.reverse, unit.reverse
    if rule is None or result is None:
        return None, ZERO, ()
    if result.points is None or result.n_units < rule.min_units:
        # R may not be shown below the minimum, and a deduction would give it away.
        few = note(NoteCode.REVERSE_BELOW_MINIMUM, n_units=result.n_units, min_units=rule.min_units)
        return None, ZERO, (few,)
    points = component_points(result.points)
    return points, reverse_deduction(points, rule), ()


def _total(
    scheme: Level, components: tuple[ComponentLine, ...], added: Decimal
) -> tuple[Decimal | None, tuple[Note, ...]]:
    weighted = [line.weighted for line in components]
    known = [part for part in weighted if part is not None]
    if len(known) < len(weighted):
        open_keys = tuple(line.key for line in components if line.points is None)
        return None, (note(NoteCode.TOTAL_OPEN, components=open_keys),)
    total = total_points(sum(known, ZERO) + added)
    floor = scheme.total_floor
    if floor is not None and total < floor:
        raised = note(NoteCode.TOTAL_RAISED_TO_FLOOR, reckoned=total, floor=floor)
        return total_points(floor), (raised,)
    return total, ()
