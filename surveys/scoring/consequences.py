"""What is proposed after a grade or a reverse evaluation: proposals, decided by named people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from surveys.scoring.inputs import UnitInputs
from surveys.scoring.lines import BoardLine, Consequence
from surveys.scoring.notes import ConsequenceCode
from surveys.scoring.rounding import money
from surveys.scoring.scheme_parts import Measure
from surveys.scoring.schemes import Level


@dataclass(frozen=True)
class Occasion:
    """What proposals can follow from: the grade, R, pay, facts, former grades, colours."""

    unit: UnitInputs
    grade: str | None
    reverse_points: Decimal | None
    boards: tuple[BoardLine, ...] = ()


def proposals(scheme: Level, occasion: Occasion) -> tuple[Consequence, ...]:
    """All proposals for one unit or person, in the order in which they are printed."""
    return (
        *_after_facts(scheme, occasion),
        *_after_look_back(scheme, occasion),
        *_after_grade(scheme, occasion),
        *_after_reverse(scheme, occasion.reverse_points),
        *_after_colours(scheme, occasion),
    )


def due_on(start: date, working_days: int, *, holidays: Collection[date] = ()) -> date:
    """Return the day that lies ``working_days`` working days after ``start`` (Monday to Friday)."""
    day, left = start, working_days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day


def _after_facts(scheme: Level, occasion: Occasion) -> list[Consequence]:
    established = [scheme.fact(event.fact) for event in occasion.unit.facts]
    return [_measure(fact.measure, fact.zh, fact.en) for fact in established if fact.measure]


def _after_look_back(scheme: Level, occasion: Occasion) -> list[Consequence]:
    """The same grade so many sealed periods on end; a period without a grade breaks the run."""
    grades = (occasion.grade, *occasion.unit.former_grades)
    found = []
    for rule in scheme.look_back:
        last = grades[: rule.periods]
        if len(last) == rule.periods and set(last) == {rule.grade}:
            grade = scheme.grades[scheme.grade_rank(rule.grade)]
            because = f"连续{rule.periods}期{grade.zh}", f"{grade.en}, {rule.periods} times on end"
            found.append(_measure(rule.measure, *because))
    return found


def _after_grade(scheme: Level, occasion: Occasion) -> list[Consequence]:
    if occasion.grade is None:
        return []
    grade = scheme.grades[scheme.grade_rank(occasion.grade)]
    rule = grade.consequences
    found = []
    if rule.report_due_working_days is not None:
        days = {"due_working_days": rule.report_due_working_days}
        found.append(Consequence(ConsequenceCode.WRITTEN_REPORT, days))
    if rule.merit_quota is not None:
        found.append(Consequence(ConsequenceCode.MERIT_QUOTA, {"share": rule.merit_quota}))
    if rule.bonus_coefficient is not None:
        coefficient = {"coefficient": rule.bonus_coefficient}
        found.append(Consequence(ConsequenceCode.BONUS_COEFFICIENT, coefficient))
    if rule.bonus_coefficient is not None and occasion.unit.pay_base is not None:
        amount = money(occasion.unit.pay_base * rule.bonus_coefficient)
        facts = {"base": occasion.unit.pay_base, **coefficient, "amount": amount}
        found.append(Consequence(ConsequenceCode.PAY, facts))
    found += [_measure(measure, grade.zh, grade.en) for measure in rule.measures]
    return found


def _after_colours(scheme: Level, occasion: Occasion) -> list[Consequence]:
    found = []
    for line in occasion.boards:
        rule = scheme.component(line.component).board
        colour = line.colours.get(rule.own) if rule else None
        measures = {str(key): each for key, each in rule.measures.items()} if rule else {}
        measure = measures.get(str(colour))
        if measure is not None:
            found.append(_measure(measure, line.indicator, line.indicator))
    return found


def _measure(measure: Measure, because_zh: str, because_en: str) -> Consequence:
    facts = {
        "zh": measure.zh,
        "en": measure.en,
        "because_zh": because_zh,
        "because_en": because_en,
        "article": measure.article,
        "due_working_days": measure.due_working_days,
    }
    return Consequence(ConsequenceCode.MEASURE, facts)


def _after_reverse(scheme: Level, reverse_points: Decimal | None) -> list[Consequence]:
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
