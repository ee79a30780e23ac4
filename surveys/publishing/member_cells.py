"""Persons as rows of the result workbook: every component to four places, then total and grade."""

from collections.abc import Sequence
from typing import Any, Final

from surveys.models import MemberRole
from surveys.publishing.member_sheet import MemberRow, MemberSheet

MEMBERS_TITLE: Final = "班子成员 Members"
ROLES: Final = {MemberRole.HEAD: "主要负责人 Head", MemberRole.OTHER: "其他成员 Member"}


def member_headings(sheet: MemberSheet) -> list[str]:
    """Column titles in both languages."""
    return [
        "单位 Unit",
        "编码 Code",
        "姓名 Name",
        "职务 Post",
        "班子职位 Role",
        *(f"{each.zh} {each.en}\n{each.weight.normalize():f}" for each in sheet.level.components),
        "加分 Bonus",
        "扣分 Deduction",
        "总分 Total",
        "全部票总分 Total, all ballots",
        "名次 Place",
        "等次 Grade",
    ]


def member_cells(row: MemberRow, sheet: MemberSheet) -> Sequence[Any]:
    """The values of one person's row."""
    score, member = row.score, row.score.member
    points = {each["key"]: each["points"] for each in score.components["lines"]}
    grades = {grade.key: f"{grade.zh} {grade.en}" for grade in sheet.level.grades}
    return [
        member.unit.name_zh,
        member.code,
        member.name_zh,
        member.post_zh,
        ROLES[member.role],
        *(_number(points.get(component.key)) for component in sheet.level.components),
        _number(score.bonus),
        _number(score.deduction),
        _number(score.total),
        None if row.with_all is None else _number(row.with_all.total),
        score.place,
        grades.get(score.grade or ""),
    ]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
