"""What people decided about units and persons, and what still waits, as rows of the workbook."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveys.models import (
    AdjustmentClaim,
    AdjustmentKind,
    MemberScore,
    ProposalDecision,
    Ruling,
    ScoreLine,
    Target,
    Unit,
    target_name,
)
from surveys.publishing.member_sheet import member_sheet
from surveys.publishing.score_sheet import score_sheet
from surveys.scoring.adjustment_claims import claims_of
from surveys.scoring.lines import Consequence
from surveys.scoring.notes import ConsequenceCode
from surveys.scoring.person_level import level_of
from surveys.scoring.proposal_words import proposal_words
from surveys.scoring.proposals import decisions_in_period, proposal_key
from surveys.scoring.rounding import shown
from surveys.scoring.rulings import rulings_of

DECISIONS_TITLE: Final = "认定 Decisions"
DECISION_HEADINGS: Final = (
    "对象 Whom",
    "编码 Code",
    "单位 Unit",
    "事项 Matter",
    "结果 Result",
    "事由 Reason",
    "文号 Document",
    "日期 Date",
    "经办人 By",
    "第二人 Second person",
)
CONFIRMED: Final = {True: "已确认 Confirmed", False: "不采纳 Declined"}
WAITS: Final = "待决定 Waits"
SECOND_WAITS: Final = "待第二人审批 Waits for a second person"
SIGNS: Final = {AdjustmentKind.BONUS: "加分 Bonus", AdjustmentKind.DEDUCTION: "扣分 Deduction"}
# Facts that are kept as text and read as figures.
FIGURES: Final = frozenset({"share", "coefficient", "base", "amount", "reverse_points"})

Row = Sequence[Any]


def decision_rows(session: Session, *, period_id: int, zone: ZoneInfo) -> Iterator[Row]:
    """Recorded decisions, bonus and deductions, proposals: of units first, then of persons."""
    yield from (ruling_row(each, zone) for each in rulings_of(session, period_id=period_id))
    claims = reversed(claims_of(session, period_id=period_id))
    yield from (claim_row(each, zone) for each in claims)
    decided = decisions_in_period(session, period_id=period_id)
    for target, line in lines_of(session, period_id):
        for proposal in line.consequences["proposals"]:
            found = decided.get((target.id, proposal_key(proposal)))
            yield proposal_row(target, proposal, found)


def lines_of(session: Session, period_id: int) -> Iterator[tuple[Target, ScoreLine | MemberScore]]:
    """The lines of the run that counts."""
    units = score_sheet(session, period_id=period_id)
    for of_category in () if units is None else units.categories:
        yield from ((row.line.unit, row.line) for row in of_category.rows)
    persons = member_sheet(session, period_id=period_id)
    for of_persons in () if persons is None else persons.categories:
        yield from ((row.score.member, row.score) for row in of_persons.rows)


def ruling_row(ruling: Ruling, zone: ZoneInfo) -> Row:
    """Points of a component, or a grade."""
    level = level_of(ruling.target)
    if ruling.component is None:
        grades = {grade.key: grade.zh for grade in level.grades}
        matter, result = "等次 Grade", grades.get(ruling.grade or "", ruling.grade or "")
    else:
        component = level.component(ruling.component)
        matter, result = f"{component.zh} {component.en}", shown(ruling.points or Decimal(0))
    return (
        *about(ruling.target),
        matter,
        result,
        *(
            ruling.reason,
            ruling.document,
            day(ruling.decided_at.astimezone(zone)),
            ruling.decider.name,
            None,
        ),
    )


def claim_row(claim: AdjustmentClaim, zone: ZoneInfo) -> Row:
    """Bonus or deduction points, with both persons."""
    second = SECOND_WAITS if claim.approver is None else claim.approver.name
    return (
        *about(claim.target),
        SIGNS[claim.kind],
        f"{shown(claim.points)} × {claim.times}",
        *(
            claim.reason,
            claim.document,
            day(claim.proposed_at.astimezone(zone)),
            claim.proposer.name,
            second,
        ),
    )


def proposal_row(
    target: Target, proposal: Mapping[str, Any], decided: ProposalDecision | None
) -> Row:
    """A proposal, and what a named person made of it."""
    facts = {
        name: Decimal(fact) if name in FIGURES else fact for name, fact in proposal["facts"].items()
    }
    words = proposal_words(Consequence(ConsequenceCode(proposal["code"]), facts))
    if decided is None:
        return (*about(target), words, WAITS, None, None, None, None, None)
    return (
        *about(target),
        words,
        CONFIRMED[decided.confirmed],
        *(decided.reason, decided.document, day(decided.decided_on), decided.decider.name, None),
    )


def about(target: Target) -> Row:
    """Whom it is about, by name, code and unit."""
    unit = target if isinstance(target, Unit) else target.unit
    return target.name_zh, target.code, target_name(unit, "zh")


def day(moment: datetime | date) -> str:
    """The day, as workbooks show it."""
    return f"{moment:%Y-%m-%d}"
