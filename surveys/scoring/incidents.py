"""Bonuses, deductions, vetoes and reverse ballots from a workbook."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final, Literal

from surveys.scoring.inputs import Adjustment, ReverseResult, Veto
from surveys.scoring.reverse import ReverseBallot, reverse_result
from surveys.scoring.scheme_parts import Reverse, VetoRule
from surveys.scoring.wide_sheets import UNIT, Book, known_unit, rows_of
from surveys.setup.problems import Problems
from surveys.setup.tables import Row

ADJUSTMENTS: Final = "加减分"
VETOES: Final = "一票否决"
BODY: Final = "考核责任单位"
RATER: Final = "评价单位"
ANSWER: Final = "测评结果"
ROLE: Final = "角色"
KINDS: Final[dict[str, Literal["bonus", "deduction"]]] = {"加分": "bonus", "扣分": "deduction"}


def read_adjustments(
    book: Book, units: Collection[str], problems: Problems
) -> dict[str, tuple[Adjustment, ...]]:
    """Rows of 单位 | 类型 | 分值, with 次数, 事由 and 文号 where the sheet has them."""
    found: dict[str, tuple[Adjustment, ...]] = {}
    if ADJUSTMENTS not in book:
        return found
    optional = ("次数", "事由", "文号")
    for row in rows_of(book, ADJUSTMENTS, (UNIT, "类型", "分值"), problems, optional=optional):
        unit = known_unit(row, UNIT, units)
        item = Adjustment(
            kind=row.choice("类型", KINDS),
            points=row.number("分值", low=Decimal(0)),
            reason=row.optional("事由"),
            document=row.optional("文号"),
            times=row.count("次数", default=1),
        )
        if unit is not None:
            found[unit] = (*found.get(unit, ()), item)
    return found


def read_vetoes(
    book: Book, rule: VetoRule | None, units: Collection[str], problems: Problems
) -> dict[str, tuple[Veto, ...]]:
    """Rows of 单位 | 事项, with 程度 (default: the first level) and 文号."""
    found: dict[str, tuple[Veto, ...]] = {}
    if VETOES not in book or rule is None:
        return found
    levels = {level.zh: level.key for level in rule.levels}
    for row in rows_of(book, VETOES, (UNIT, "事项"), problems, optional=("程度", "文号")):
        unit = known_unit(row, UNIT, units)
        veto = Veto(
            item=row.text("事项"),
            level=row.choice("程度", levels, default=rule.levels[0].key),
            document=row.optional("文号"),
        )
        if veto.item and veto.item not in rule.items and not veto.document:
            row.note("文号", "veto_without_document", expected=rule.items)
        if unit is not None:
            found[unit] = (*found.get(unit, ()), veto)
    return found


def read_reverse(
    book: Book, rule: Reverse | None, units: Collection[str], problems: Problems
) -> dict[str, ReverseResult]:
    """One row for each ballot: 考核责任单位 | 评价单位 | 测评结果, with 角色 where recorded."""
    ballots: dict[str, dict[str, list[ReverseBallot]]] = {}
    if rule is None or rule.sheet not in book:
        return {}
    fixed = (BODY, RATER, ANSWER)
    for row in rows_of(book, rule.sheet, fixed, problems, optional=(ROLE,)):
        body = known_unit(row, BODY, units)
        rater = row.text(RATER)
        ballot = _ballot(row, rule)
        if body is not None and body == rater:
            row.note(RATER, "unit_rates_itself")
        elif body is not None and ballot is not None:
            ballots.setdefault(body, {}).setdefault(rater, []).append(ballot)
    return {
        body: reverse_result(body=body, ballots=of_body, role_weights=rule.role_weights)
        for body, of_body in ballots.items()
    }


def _ballot(row: Row, rule: Reverse) -> ReverseBallot | None:
    answer, role = row.text(ANSWER), row.optional(ROLE)
    if role and role not in rule.role_weights:
        row.note(ROLE, "not_a_choice", expected=tuple(rule.role_weights))
        return None
    if answer and answer not in rule.points and answer not in rule.unscored:
        row.note(ANSWER, "not_a_choice", expected=(*rule.points, *rule.unscored))
    return ReverseBallot(rule.points[answer], role or None) if answer in rule.points else None
