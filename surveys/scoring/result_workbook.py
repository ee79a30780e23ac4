"""The result as a workbook: totals, grades, proposals, how each came about, the figures, the rules.

Every total also stands as a formula over the printed components, so that a reader can re-add it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from surveys.scoring.book_tables import CREATED, BookTable, Cell
from surveys.scoring.inputs import PeriodInputs
from surveys.scoring.lines import PartLine, Scores, UnitLine
from surveys.scoring.method_rows import method_rows
from surveys.scoring.notes import ConsequenceCode
from surveys.scoring.proposal_words import note_words, proposal_words
from surveys.scoring.raw_rows import RAW_HEADERS, raw_rows
from surveys.scoring.scheme_parts import Component
from surveys.scoring.schemes import Level, Scheme
from surveys.scoring.sections import section_lines

COLOURS: Final = {"green": "绿", "yellow": "黄", "red": "红", "grey": "灰"}
FILLS: Final = {"green": "#c6e7c8", "yellow": "#fff2b3", "red": "#f4c7c3", "grey": "#e0e0e0"}
VETOED: Final = "一票否决"
OPEN: Final = "待定"
REASONS: Final = {
    "tie_straddles_quota": "同分跨越名额线",
    "no_seat_fits_band": "比例区间内没有整数名额",
    "totals_missing": "有分项待认定，名次和名额为暂定",
}


def result_workbook(scheme: Scheme, inputs: PeriodInputs, scores: Scores) -> bytes:
    """Return an .xlsx file: totals, components, proposals, open questions, figures, method."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"{scheme.zh}：计分结果", "created": CREATED})
        _write_level(book, scheme, scores, "单位")
        if scheme.persons is not None and scores.persons is not None:
            _write_level(book, scheme.persons, scores.persons, "人员")
        _write_boards(book, scores)
        _write_projects(book, scheme, scores)
        raw = BookTable(book, "原始数据", RAW_HEADERS)
        for row in raw_rows(scheme, inputs):
            raw.add(row)
        raw.finish()
        method = BookTable(book, "计算方法", ("事项", "内容", "条款"))
        for words in method_rows(scheme, inputs):
            method.add(words)
        method.finish()
    return buffer.getvalue()


def _write_level(book: Any, level: Level, scores: Scores, subject: str) -> None:
    prefix = "" if subject == "单位" else subject
    totals = BookTable(book, f"{prefix}总分", _total_headers(level, subject), fixed_columns=2)
    for line in scores.lines:
        fill = FILLS[line.colour] if level.colours.kind != "none" else None
        totals.add(_total_row(level, line), fill=fill)
        _write_check(totals, level, line)
    totals.finish()
    parts = BookTable(book, f"{prefix}计算过程", _part_headers(subject), fixed_columns=2)
    for row in _part_rows(level, scores):
        parts.add(row)
    parts.finish()
    proposals = BookTable(book, f"{prefix}等次与处理建议", (subject, "等次", "事项", "内容"))
    for row in _consequence_rows(level, scores):
        proposals.add(row)
    proposals.finish()
    decisions = BookTable(book, f"{prefix}待决定", ("类别", "事由", subject))
    for row in _decision_rows(level, scores):
        decisions.add(row)
    if not decisions.row:
        decisions.add(["—", "没有待决定的事项", None])
    decisions.finish()


def _total_headers(level: Level, subject: str) -> tuple[str, ...]:
    components = tuple(f"{component.zh} {_percent(component)}" for component in level.components)
    sections = tuple(f"其中：{section.zh}" for section in level.sections)
    team = ("单位",) if subject == "人员" else ()
    reverse = ("反向测评", "反向扣分") if level.reverse is not None else ()
    rest = ("加分", "扣分", *reverse, "总分", "复算", "名次", "等次")
    report = ("书面报告",) if _reports(level) else ()
    colour = ("榜色",) if level.colours.kind != "none" else ()
    return ("类别", subject, *team, *components, *sections, *rest, *report, *colour)


def _percent(component: Component) -> str:
    # Where categories differ the header would be wrong for some, so it gives no figure.
    return "" if component.category_weights else f"{(component.weight * 100).normalize():f}%"


def _total_row(level: Level, line: UnitLine) -> list[Cell]:
    arithmetic = line.arithmetic
    report = any(item.code is ConsequenceCode.WRITTEN_REPORT for item in line.consequences)
    points = {component.key: component.points for component in line.components}
    return [
        name_in(level.categories, line.category),
        line.unit,
        *([line.team] if line.team else []),
        *(points.get(component.key) for component in level.components),
        *(section.points for section in section_lines(level, line)),
        arithmetic.bonus,
        arithmetic.deductions,
        *(
            [arithmetic.reverse_points, arithmetic.reverse_deduction]
            if level.reverse is not None
            else []
        ),
        OPEN if line.total is None else line.total,
        None,
        _place(line),
        OPEN if line.grade is None else name_in(level.grades, line.grade),
        *(["是" if report else "否"] if _reports(level) else []),
        *([COLOURS[line.colour]] if level.colours.kind != "none" else []),
    ]


def _write_check(table: BookTable, level: Level, line: UnitLine) -> None:
    """The total once more, as a formula over the cells beside it."""
    if line.total is None:
        return
    first = 3 if line.team else 2
    cell = {
        component.key: xl_rowcol_to_cell(table.row, first + at)
        for at, component in enumerate(level.components)
    }
    after = first + len(level.components) + len(level.sections)
    bonus, deductions = (xl_rowcol_to_cell(table.row, after + offset) for offset in (0, 1))
    with_reverse = level.reverse is not None
    reverse = f"-{xl_rowcol_to_cell(table.row, after + 3)}" if with_reverse else ""
    terms = "+".join(f"{cell[part.key]}*{part.weight:f}" for part in line.components)
    whole = f"ROUND({terms}+{bonus}-{deductions}{reverse},4)"
    floor = level.total_floor
    formula = f"={whole}" if floor is None else f"=MAX({floor:f},{whole})"
    table.write_formula(after + (5 if with_reverse else 3), formula, line.total)


def _reports(level: Level) -> bool:
    return any(grade.consequences.report_due_working_days for grade in level.grades)


def _place(line: UnitLine) -> Cell:
    if line.place is not None:
        return line.place
    return VETOED if line.vetoes else "不排名"


def _part_headers(subject: str) -> tuple[str, ...]:
    return (subject, "分项", "一级指标", "部分", "有效票", "得分", "权重", "实际权重", "条款")


def _part_rows(level: Level, scores: Scores) -> Iterable[Sequence[Cell]]:
    for line in scores.lines:
        for component in line.components:
            of_scheme = level.component(component.key)
            for part in component.parts:
                yield [line.unit, of_scheme.zh, *_part(of_scheme, part), of_scheme.article]
            yield [
                line.unit,
                of_scheme.zh,
                None,
                "合计",
                None,
                component.points,
                component.weight,
                None,
                of_scheme.article,
            ]


def _part(component: Component, part: PartLine) -> list[Cell]:
    groups = () if component.survey is None else component.survey.groups
    name = name_in(groups, part.key) if groups else part.key
    branch = name_in(component.branches, part.branch) if part.branch else None
    return [branch, name, part.n_valid, part.points, part.weight, part.effective_weight]


def _consequence_rows(level: Level, scores: Scores) -> Iterable[Sequence[Cell]]:
    for line in scores.lines:
        grade = OPEN if line.grade is None else name_in(level.grades, line.grade)
        for item in line.consequences:
            yield [line.unit, grade, "处理建议（须由具名人员认定）", proposal_words(item)]
        notes = (*line.arithmetic.notes, *line.notes)
        in_components = ((c.key, note) for c in line.components for note in c.notes)
        for words in (
            *(note_words(level, note) for note in notes),
            *(note_words(level, note, component=key) for key, note in in_components),
        ):
            yield [line.unit, grade, "说明", words]


def _decision_rows(level: Level, scores: Scores) -> Iterable[Sequence[Cell]]:
    for category in scores.categories:
        for question in category.needs_decision:
            reason = REASONS[str(question.note.code)]
            units = "、".join(question.units)
            yield [name_in(level.categories, category.category), reason, units]


def _write_boards(book: Any, scores: Scores) -> None:
    if not scores.boards:
        return
    table = BookTable(book, "晾晒榜", ("指标", "地区", "完成值", "名次", "责任单位", "颜色"))
    for board in scores.boards:
        ordered = sorted(board.values, key=lambda place: board.places.get(place, len(board.values)))
        for place in ordered:
            colour = board.colours[place]
            table.add(
                [
                    board.indicator,
                    place,
                    board.values[place],
                    board.places.get(place),
                    "、".join(board.responsible),
                    COLOURS[colour],
                ],
                fill=FILLS[colour],
            )
    table.finish()


def _write_projects(book: Any, scheme: Scheme, scores: Scores) -> None:
    rule = scheme.progress
    if rule is None or not scores.projects:
        return
    names = {each.key: each.zh for each in (*rule.states, rule.closed, rule.talk, rule.sanction)}
    headers = ("项目", "差距（百分点）", "状态", "第几张督办单", "建议", "责任人")
    table = BookTable(book, "项目进度", headers)
    for line in scores.projects:
        proposals: Sequence[str] = [names[key] for key in line.proposals]
        table.add(
            [
                line.project,
                Decimal(line.gap),
                names[line.state],
                line.order,
                "、".join(proposals),
                line.responsible,
            ]
        )
    table.finish()


def name_in(named: Iterable[Any], key: str) -> str:
    """The Chinese name of a key, or the key itself."""
    return next((str(item.zh) for item in named if item.key == key), key)
