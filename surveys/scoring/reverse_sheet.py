"""Reverse ballots from a workbook: one row for each ballot of an assessed unit on a body."""

from typing import Final

from surveys.scoring.inputs import ReverseResult
from surveys.scoring.level_sheets import Reader
from surveys.scoring.reverse import ReverseBallot, reverse_result
from surveys.scoring.scheme_parts import Reverse
from surveys.scoring.wide_sheets import known_unit, rows_of
from surveys.setup.tables import Row

BODY: Final = "考核责任单位"
RATER: Final = "评价单位"
ANSWER: Final = "测评结果"
ROLE: Final = "角色"


def read_reverse(reader: Reader) -> dict[str, ReverseResult]:
    """Rows of 考核责任单位 | 评价单位 | 测评结果, with 角色 where it was recorded."""
    ballots: dict[str, dict[str, list[ReverseBallot]]] = {}
    rule = reader.level.reverse
    if rule is None or rule.sheet not in reader.book:
        return {}
    fixed = (BODY, RATER, ANSWER)
    for row in rows_of(reader.book, rule.sheet, fixed, reader.problems, optional=(ROLE,)):
        body = known_unit(row, BODY, reader.known)
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
