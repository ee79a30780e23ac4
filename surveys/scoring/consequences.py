"""What is proposed after a grade or a reverse evaluation: proposals, decided by named people."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from surveys.scoring.lines import Consequence
from surveys.scoring.notes import ConsequenceCode
from surveys.scoring.schemes import Scheme


def proposals(
    scheme: Scheme, *, grade: str | None, reverse_points: Decimal | None
) -> tuple[Consequence, ...]:
    """All proposals for one unit, in the order in which they are printed."""
    return (*_after_grade(scheme, grade), *_after_reverse(scheme, reverse_points))


def due_on(start: date, working_days: int, *, holidays: Collection[date] = ()) -> date:
    """Return the day that lies ``working_days`` working days after ``start`` (Monday to Friday)."""
    day, left = start, working_days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day


def _after_grade(scheme: Scheme, grade: str | None) -> list[Consequence]:
    if grade is None:
        return []
    rule = scheme.grades[scheme.grade_rank(grade)].consequences
    found = []
    if rule.report_due_working_days is not None:
        days = {"due_working_days": rule.report_due_working_days}
        found.append(Consequence(ConsequenceCode.WRITTEN_REPORT, days))
    if rule.merit_quota is not None:
        found.append(Consequence(ConsequenceCode.MERIT_QUOTA, {"share": rule.merit_quota}))
    if rule.bonus_coefficient is not None:
        coefficient = {"coefficient": rule.bonus_coefficient}
        found.append(Consequence(ConsequenceCode.BONUS_COEFFICIENT, coefficient))
    return found


def _after_reverse(scheme: Scheme, reverse_points: Decimal | None) -> list[Consequence]:
    rule = scheme.reverse
    if rule is None or reverse_points is None:
        return []
    facts = {"reverse_points": reverse_points}
    found = []
    if reverse_points < rule.explain_below:
        found.append(Consequence(ConsequenceCode.WRITTEN_EXPLANATION, facts))
    if reverse_points < rule.reverify_below:
        found.append(Consequence(ConsequenceCode.REVERIFY_SCORES, facts))
    return found
