"""What happened to units and persons, from a workbook: points, vetoes, facts, decisions."""

from decimal import Decimal
from typing import Final, Literal

from surveys.scoring.inputs import (
    Adjustment,
    ComponentDecision,
    FactEvent,
    GradeDecision,
    Veto,
)
from surveys.scoring.level_sheets import Reader
from surveys.scoring.scheme_parts import VetoRule
from surveys.setup.tables import Row

KIND: Final = "类型"
POINTS: Final = "分值"
TIMES: Final = "次数"
REASON: Final = "事由"
DOCUMENT: Final = "文号"
EVIDENCE: Final = "佐证材料"
PROPOSER: Final = "提出人"
APPROVER: Final = "审批人"
ITEM: Final = "事项"
LEVEL: Final = "程度"
RESULT: Final = "认定结果"
DECIDER: Final = "认定人"
GRADE: Final = "等次"
KINDS: Final[dict[str, Literal["bonus", "deduction"]]] = {"加分": "bonus", "扣分": "deduction"}

Adjustments = dict[str, tuple[Adjustment, ...]]


def read_adjustments(reader: Reader) -> Adjustments:
    """Rows of 单位 | 类型 | 分值, with 次数, 事由, 文号, 佐证材料, 提出人, 审批人 where there are.

    Where 事由 is an item of the scheme, 类型 and 分值 may be left empty.
    """
    found: Adjustments = {}
    sheet = reader.sheets.adjustments
    if sheet not in reader.book:
        return found
    optional = (TIMES, REASON, DOCUMENT, EVIDENCE, PROPOSER, APPROVER)
    for unit, row in reader.rows(sheet, (KIND, POINTS), optional=optional):
        item = _adjustment(reader, row)
        if unit is not None:
            found[unit] = (*found.get(unit, ()), item)
    return found


def read_vetoes(reader: Reader) -> dict[str, tuple[Veto, ...]]:
    """Rows of 单位 | 事项, with 程度 (default: the first level) and 文号."""
    found: dict[str, tuple[Veto, ...]] = {}
    rule, sheet = reader.level.veto, reader.sheets.vetoes
    if sheet not in reader.book or rule is None:
        return found
    for unit, row in reader.rows(sheet, (ITEM,), optional=(LEVEL, DOCUMENT)):
        veto = _veto(row, rule)
        if unit is not None:
            found[unit] = (*found.get(unit, ()), veto)
    return found


def read_facts(reader: Reader) -> dict[str, tuple[FactEvent, ...]]:
    """Rows of 单位 | 事项 | 文号: facts of the scheme, each with its document."""
    found: dict[str, tuple[FactEvent, ...]] = {}
    if reader.sheets.facts not in reader.book:
        return found
    facts = {fact.zh: fact.key for fact in reader.level.facts}
    for unit, row in reader.rows(reader.sheets.facts, (ITEM, DOCUMENT)):
        if not facts:
            row.note(ITEM, "no_facts_in_scheme")
            continue
        event = FactEvent(row.choice(ITEM, facts), row.text(DOCUMENT))
        if unit is not None:
            found[unit] = (*found.get(unit, ()), event)
    return found


class Decisions:
    """Recorded decisions: 单位 | 事项 (等次, or a component) | 认定结果 | 事由 | 文号 | 认定人."""

    def __init__(self, reader: Reader) -> None:
        self.components: dict[str, dict[str, ComponentDecision]] = {}
        self.grades: dict[str, GradeDecision] = {}
        if reader.sheets.decisions in reader.book:
            fixed = (ITEM, RESULT, REASON, DOCUMENT, DECIDER)
            for unit, row in reader.rows(reader.sheets.decisions, fixed):
                self._read(reader, row, unit or "")

    def _read(self, reader: Reader, row: Row, unit: str) -> None:
        components = {part.zh: part.key for part in reader.level.components}
        matter = row.choice(ITEM, {GRADE: "", **components})
        reason, document = row.text(REASON), row.text(DOCUMENT)
        decided_by = row.text(DECIDER)
        given = unit in self.grades if not matter else matter in self.components.get(unit, {})
        if given:
            row.note(ITEM, "given_twice")
        if matter:
            points = row.number(RESULT, low=Decimal(0), high=Decimal(100))
            decision = ComponentDecision(points, reason, document)
            self.components.setdefault(unit, {})[matter] = decision
        else:
            grades = {grade.zh: grade.key for grade in reader.level.grades}
            grade = row.choice(RESULT, grades)
            self.grades[unit] = GradeDecision(grade, reason, document, decided_by)


def _adjustment(reader: Reader, row: Row) -> Adjustment:
    named = {item.zh: item for item in reader.level.adjustments}.get(row.said(REASON))
    kind = named.kind if named is not None and not row.said(KIND) else row.choice(KIND, KINDS)
    points = (
        named.points
        if named is not None and not row.said(POINTS)
        else row.number(POINTS, low=Decimal(0))
    )
    proposed_by, approved_by = row.optional(PROPOSER), row.optional(APPROVER)
    if approved_by and approved_by == proposed_by:
        row.note(APPROVER, "same_person")
    return Adjustment(
        kind=kind,
        points=points,
        reason=row.optional(REASON),
        document=row.optional(DOCUMENT),
        times=row.count(TIMES, default=1),
        evidence=row.optional(EVIDENCE),
        proposed_by=proposed_by,
        approved_by=approved_by,
    )


def _veto(row: Row, rule: VetoRule) -> Veto:
    levels = {level.zh: level.key for level in rule.levels}
    veto = Veto(
        item=row.text(ITEM),
        level=row.choice(LEVEL, levels, default=rule.levels[0].key),
        document=row.optional(DOCUMENT),
    )
    if veto.item and veto.item not in rule.items and not veto.document:
        row.note(DOCUMENT, "veto_without_document", expected=rule.items)
    return veto
