"""What a scheme's workbook looks like before anybody filled it in: sheets, columns, hints."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.scoring import incidents, indicator_sheet, project_sheet, reverse_sheet
from surveys.scoring.figures import (
    DIRECTION,
    DIRECTIONS,
    GROUP,
    INDICATOR,
    N_VALID,
    RESPONSIBLE,
    SCORE,
    WEIGHT,
)
from surveys.scoring.level_sheets import (
    CATEGORY,
    FORMER,
    IN_BASE,
    PAY_BASE,
    PERSON_SHEETS,
    TEAM,
    UNIT_SHEETS,
    LevelSheets,
)
from surveys.scoring.scheme_parts import Component, Survey
from surveys.scoring.schemes import Level, Scheme

YES_NO: Final = ("是", "否")
QUARTERS: Final = ("第一季度", "第二季度", "第三季度", "第四季度")
HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class Column:
    """A column: its header, a hint, and what may stand below it.

    ``choices``: a list to choose from; ``listed_in``: the sheet whose first column lists them;
    ``most``: the largest number allowed, numbers only; ``needed``: must not be empty.
    """

    header: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    listed_in: str = ""
    most: Decimal | None = None
    whole: bool = False
    needed: bool = False


@dataclass(frozen=True)
class TemplateSheet:
    """A sheet: its name, what it is for, its columns."""

    name: str
    purpose: str
    columns: tuple[Column, ...]


def template_sheets(scheme: Scheme) -> tuple[TemplateSheet, ...]:
    """The sheets in the order in which they are read; each name once."""
    sheets = [*_level(scheme, UNIT_SHEETS)]
    if scheme.persons is not None:
        sheets += _level(scheme.persons, PERSON_SHEETS)
    if scheme.progress is not None:
        sheets += _projects(scheme.progress.sheet)
    return tuple({sheet.name: sheet for sheet in sheets}.values())


def _level(level: Level, sheets: LevelSheets) -> Iterator[TemplateSheet]:
    who = sheets.subject
    subject = Column(who, f"从“{sheets.roster}”表中选。", listed_in=sheets.roster, needed=True)
    yield _roster(level, sheets)
    for component in level.components:
        if component.kind != "team":
            yield _component(component, subject)
    yield TemplateSheet(sheets.adjustments, "加分和扣分，一事一行。", _adjustments(level, subject))
    if level.veto is not None:
        yield TemplateSheet(sheets.vetoes, "一票否决事项，没有可不填。", _vetoes(level, subject))
    if level.facts:
        yield TemplateSheet(
            sheets.facts,
            "办法列明、直接影响等次的事实，须有文号。",
            (
                subject,
                Column(incidents.ITEM, "办法列明的事项。", tuple(f.zh for f in level.facts)),
                Column(incidents.DOCUMENT, "认定该事实的文件。", needed=True),
            ),
        )
    yield TemplateSheet(
        sheets.decisions, "集体研究决定的等次，或数据不足的分项得分。", _decisions(level, subject)
    )
    if level.reverse is not None:
        rule = level.reverse
        answers = (*rule.points, *rule.unscored)
        yield TemplateSheet(
            rule.sheet,
            "反向测评，一票一行。",
            (
                Column(
                    reverse_sheet.BODY,
                    "被评的考核责任单位。",
                    listed_in=UNIT_SHEETS.roster,
                    needed=True,
                ),
                Column(reverse_sheet.RATER, "评价单位，不能是自己。", needed=True),
                Column(reverse_sheet.ANSWER, "", answers, needed=True),
                Column(reverse_sheet.ROLE, "可不填。", tuple(rule.role_weights)),
            ),
        )


def _roster(level: Level, sheets: LevelSheets) -> TemplateSheet:
    columns = [Column(sheets.subject, "名称不能重复，其他表都照此填写。", needed=True)]
    if sheets is PERSON_SHEETS:
        columns.append(Column(TEAM, "所在单位。", listed_in=UNIT_SHEETS.roster, needed=True))
    names = tuple(category.zh for category in level.categories)
    hint = "排名和名额都在类别内计算。"
    columns.append(Column(CATEGORY, hint, names, needed=len(names) > 1))
    columns.append(Column(IN_BASE, "停牌或成立不足六个月的填“否”；空为“是”。", YES_NO))
    columns.append(Column(FORMER, "此前各期等次，最近一期在前，用顿号隔开；没有等次填“无”。"))
    if any(grade.consequences.bonus_coefficient for grade in level.grades):
        columns.append(Column(PAY_BASE, "元；与等次系数相乘，四舍五入到分。"))
    return TemplateSheet(sheets.roster, f"全部{sheets.subject}，一个一行。", tuple(columns))


def _component(component: Component, subject: Column) -> TemplateSheet:
    if component.survey is not None:
        return _votes(component, component.survey, subject)
    if component.kind == "board":
        return _board(component)
    if component.kind == "indicators":
        purpose = f"{component.zh}：每个单位每项指标一行。"
        return TemplateSheet(component.sheet, purpose, _indicators(component, subject))
    wanted = component.n_expected or 1
    parts = (
        QUARTERS[:wanted]
        if wanted == len(QUARTERS)
        else tuple(f"{component.zh}{number}" for number in range(1, wanted + 1))
    )
    hint = f"0 至 {component.maximum}；空为缺数。列名可改，可以加列。"
    columns = (Column(part, hint, most=component.maximum) for part in parts)
    return TemplateSheet(component.sheet, f"{component.zh}：各列的平均数。", (subject, *columns))


def _votes(component: Component, survey: Survey, subject: Column) -> TemplateSheet:
    groups = tuple(group.zh for group in survey.groups)
    scored = [
        Column(option, f"票数；每票 {points} 分。", whole=True, most=Decimal(1_000_000))
        for option, points in survey.points.items()
    ]
    unscored = [
        Column(option, "票数；不算有效票。", whole=True, most=Decimal(1_000_000))
        for option in survey.unscored
    ]
    return TemplateSheet(
        component.sheet,
        f"{component.zh}：每个单位每个测评主体一行，有效票不足 {survey.min_valid} 张的主体不计。",
        (
            subject,
            Column(GROUP, "", groups, needed=True),
            *scored,
            *unscored,
            Column(SCORE, "已另行计算的得分；与“有效票”同填，票数留空。", most=HUNDRED),
            Column(N_VALID, "", whole=True, most=Decimal(1_000_000)),
            Column(WEIGHT, "该主体对该单位另有权重时填，如 0.3。", most=Decimal(1)),
        ),
    )


def _board(component: Component) -> TemplateSheet:
    own = component.board.own if component.board else ""
    return TemplateSheet(
        component.sheet,
        f"{component.zh}：一项指标一行，各地一列（“{own}”必须有一列），按名次得色。",
        (
            Column(INDICATOR, "", needed=True),
            Column(RESPONSIBLE, "本地责任单位；几个单位用顿号隔开，权重平分。", needed=True),
            Column(DIRECTION, "空为越高越好。", tuple(DIRECTIONS)),
            Column(own, "完成值；缺数留空，为灰色。"),
            *(Column(f"地区{number}", "改成地区名称，可以加列。") for number in range(2, 11)),
        ),
    )


def _indicators(component: Component, subject: Column) -> tuple[Column, ...]:
    weight = "单位自己的权重。" if component.own_weights else "同一指标各单位相同。"
    first = [subject, Column(INDICATOR, "", needed=True), Column(WEIGHT, weight, needed=True)]
    if component.only_marked:
        first.append(Column(component.only_marked, "填“是”的列入本期。", YES_NO))
    if component.branches:
        branches = tuple(branch.zh for branch in component.branches)
        first.insert(1, Column(indicator_sheet.BRANCH, "", branches, needed=True))
    if component.tag_share is not None:
        tags = component.tag_share.tags
        hint = f"这些标签合计须超过 {(component.tag_share.above * 100).normalize():f}%。"
        first.append(Column(indicator_sheet.TAGS, hint, tags))
    methods = tuple(indicator_sheet.CONVERSION_NAMES)
    return (
        *first,
        Column(SCORE, "已是分数的填这里，不再折算。", most=component.maximum),
        Column(indicator_sheet.METHOD, "由完成值折算成分数的方法。", methods),
        Column(indicator_sheet.PARAMETERS, "如：封顶=1.2；最低分=60。"),
        Column(indicator_sheet.VALUE),
        Column(indicator_sheet.TARGET),
        Column(indicator_sheet.PREVIOUS, "上期值；区划调整的填同口径值。"),
        Column(indicator_sheet.PUBLISHED, "口径调整前公布的上期值，留存备查。"),
        Column(indicator_sheet.RATES, "各年增长率，如：7%、6%、8%。"),
        Column(indicator_sheet.THEN, "对折算结果再折算一次。", methods),
        Column(DIRECTION, "空为越高越好。", tuple(DIRECTIONS)),
    )


def _adjustments(level: Level, subject: Column) -> tuple[Column, ...]:
    named = "、".join(item.zh for item in level.adjustments)
    hint = f"办法列明的事项（{named}）可不填类型和分值。" if named else ""
    return (
        subject,
        Column(incidents.KIND, "", tuple(incidents.KINDS)),
        Column(incidents.POINTS, "每次的分值，正数。"),
        Column(incidents.TIMES, "空为 1 次。", whole=True, most=Decimal(10_000)),
        Column(incidents.REASON, hint),
        Column(incidents.DOCUMENT, "依据文件。"),
        Column(incidents.EVIDENCE, "佐证材料的文件名。"),
        Column(incidents.PROPOSER, "填了提出人的，另一人审批后才计分。"),
        Column(incidents.APPROVER, "不能是提出人本人。"),
    )


def _vetoes(level: Level, subject: Column) -> tuple[Column, ...]:
    rule = level.veto
    items = "、".join(rule.items) if rule else ""
    levels = tuple(each.zh for each in rule.levels) if rule else ()
    return (
        subject,
        Column(incidents.ITEM, f"清单内：{items}；清单外的必须填文号。", needed=True),
        Column(incidents.LEVEL, "", levels),
        Column(incidents.DOCUMENT),
    )


def _decisions(level: Level, subject: Column) -> tuple[Column, ...]:
    matters = (incidents.GRADE, *(part.zh for part in level.components))
    grades = "、".join(grade.zh for grade in level.grades)
    return (
        subject,
        Column(incidents.ITEM, "等次，或数据不足的分项。", matters, needed=True),
        Column(incidents.RESULT, f"等次（{grades}），或 0 至 100 的得分。", needed=True),
        Column(incidents.REASON, needed=True),
        Column(incidents.DOCUMENT, needed=True),
        Column(incidents.DECIDER, needed=True),
    )


def _projects(sheet: str) -> list[TemplateSheet]:
    progress = "0 至 100，百分数。"
    return [
        TemplateSheet(
            sheet,
            "项目台账，一个项目一行。",
            (
                Column(project_sheet.PROJECT, needed=True),
                Column(project_sheet.PLANNED, progress, most=HUNDRED, needed=True),
                Column(project_sheet.ACTUAL, progress, most=HUNDRED, needed=True),
                Column(project_sheet.ORDERS_BEFORE, "没有登记在“督办单”表中的张数。", whole=True),
                Column(project_sheet.AT_TALK, "约谈过的填约谈时的实际进度。", most=HUNDRED),
                Column(project_sheet.CLOSED, "已销号的填“是”。", YES_NO),
                Column(project_sheet.OWNER),
            ),
        ),
        TemplateSheet(
            project_sheet.ORDERS,
            "督办单登记，一张一行。",
            (
                Column(project_sheet.PROJECT, listed_in=sheet, needed=True),
                *(Column(name, needed=True) for name in project_sheet.ORDER_COLUMNS[1:]),
                *(Column(name) for name in project_sheet.ORDER_OPTIONAL),
            ),
        ),
    ]
