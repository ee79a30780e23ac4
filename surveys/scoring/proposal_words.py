"""The Chinese words of proposals and remarks in workbooks, which are written in Chinese only."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from surveys.scoring.lines import Consequence
from surveys.scoring.notes import ConsequenceCode, Note, NoteCode
from surveys.scoring.schemes import Level

PROPOSALS: Final[Mapping[ConsequenceCode, str]] = {
    ConsequenceCode.WRITTEN_REPORT: "提交书面报告，{due_working_days} 个工作日内",
    ConsequenceCode.MERIT_QUOTA: "评优比例 {share}",
    ConsequenceCode.BONUS_COEFFICIENT: "绩效系数 {coefficient}",
    ConsequenceCode.WRITTEN_EXPLANATION: "反向测评 {reverse_points}，提交书面说明",
    ConsequenceCode.REVERIFY_SCORES: "反向测评 {reverse_points}，所评分数由考核办复核",
    ConsequenceCode.PAY: "绩效工资 {base} × {coefficient} = {amount} 元",
    ConsequenceCode.MEASURE: "{zh}（{because_zh}）",
}
NOTES: Final[Mapping[NoteCode, str]] = {
    NoteCode.GROUP_BELOW_MINIMUM: "{group}：有效票 {n_valid} 张，不足 {min_valid} 张，不计",
    NoteCode.GROUP_TRIMMED: "{group}：去掉最高、最低各 {n_dropped_each_end} 张",
    NoteCode.INDICATOR_UNDEFINED: "{indicator}：无法折算，不计",
    NoteCode.PREVIOUS_RESTATED: "{indicator}：上期公布值 {published}，同口径值 {restated}",
    NoteCode.BOARD_COLOUR: "{indicator}：完成值 {value}，{n} 个地区中第 {place}，{colour}",
    NoteCode.WEIGHTS_REDISTRIBUTED: "{component}：有效主体权重合计 {usable_weight}，已按比例分摊",
    NoteCode.VALUES_MISSING: "{component}：应有 {n_expected} 项，实有 {n_present} 项，按实有平均",
    NoteCode.COMPONENT_INSUFFICIENT: "{component}：数据不足，须集体认定",
    NoteCode.FIGURES_MISSING: "{component}：应有 {n_expected} 项，均未录入，须集体认定",
    NoteCode.COMPONENT_EMPTY: "{component}：没有设置指标或项目，须集体认定",
    NoteCode.COMPONENT_DECIDED: "{component}：得分由集体认定，{reason}（{document}）",
    NoteCode.ADJUSTMENT_UNAPPROVED: "{reason}（{points} 分）未经另一人审批，不计",
    NoteCode.BONUS_CAPPED: "申报加分 {claimed}，按上限计 {cap}",
    NoteCode.BONUS_VOID_BY_VETO: "申报加分 {claimed}，因{item}一票否决作废",
    NoteCode.REVERSE_BELOW_MINIMUM: "反向测评：{n_units} 个单位评价，不足 {min_units} 个，不扣分",
    NoteCode.TOTAL_RAISED_TO_FLOOR: "计得 {reckoned}，低于下限，按 {floor} 计",
    NoteCode.TOTAL_OPEN: "总分待定：{components}",
    NoteCode.VETOED: "一票否决：{item} {document}",
    NoteCode.OUTSIDE_QUOTA_BASE: "不计入名额基数，不列名次，不定等次",
    NoteCode.GRADE_CAPPED: "等次不高于{cap}：{reason}（{document}）",
    NoteCode.FACT_ESTABLISHED: "{zh}（{document}）",
    NoteCode.GRADE_DECIDED: (
        "集体认定：由{reckoned}定为{decided}，{reason}（{document}，{decided_by}）"
    ),
    NoteCode.SHARED_PLACE: "{n_units} 个并列第 {place}",
    NoteCode.TIE_STRADDLES_QUOTA: "{n_tied} 个同分跨越{grade}的最后 {n_seats_left} 个名额",
    NoteCode.NO_SEAT_FITS_BAND: "{n} 个单位没有合适的{grade}名额",
    NoteCode.TOTALS_MISSING: "{n_units} 个单位总分待定",
    NoteCode.COLOURS_NEED_MORE_UNITS: "{n} 个单位，不足 {min_units} 个，不排色",
}
COLOURS: Final = {"green": "绿", "yellow": "黄", "red": "红", "grey": "灰（缺数）"}
GRADES: Final = frozenset({"cap", "reckoned", "decided", "asked", "grade"})


def proposal_words(proposal: Consequence) -> str:
    """A proposal in Chinese, with its due days and article."""
    facts = {name: _written(name, value) for name, value in proposal.facts.items()}
    words = PROPOSALS[proposal.code].format_map(facts)
    if proposal.code is ConsequenceCode.MEASURE:
        due = proposal.facts.get("due_working_days")
        words += f"，{due} 个工作日内" if due else ""
        words += f" {facts['article']}" if facts["article"] else ""
    return words


def note_words(level: Level, note: Note, *, component: str = "") -> str:
    """A remark in Chinese, with the scheme's names."""
    named = _names(level, component)
    facts = {name: _fact(level, name, value, named) for name, value in note.facts.items()}
    facts.setdefault("component", named.get(component, component))
    return NOTES[note.code].format_map(facts).strip()


def _names(level: Level, component: str) -> dict[str, str]:
    names = {each.key: each.zh for each in level.components}
    for each in level.components:
        if each.key == component and each.survey is not None:
            names |= {group.key: group.zh for group in each.survey.groups}
    return names


def _fact(level: Level, name: str, value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, tuple):
        return "、".join(names.get(str(each), str(each)) for each in value)
    if name == "colour":
        return COLOURS[str(value)]
    if name in GRADES and isinstance(value, str):
        return next((grade.zh for grade in level.grades if grade.key == value), value)
    return names.get(str(value), _plain(value)) if isinstance(value, str) else _plain(value)


def _written(name: str, value: object) -> str:
    if isinstance(value, Decimal) and name in {"base", "amount"}:
        return f"{value:.2f}"
    if isinstance(value, Decimal) and name == "share":
        return f"{_plain(value * 100)}%"
    return f"{value:f}" if isinstance(value, Decimal) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return "—" if value is None else str(value)
