"""The tables of a set-up as pages show them: addresses, names, columns, and what may be chosen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _

from surveys.setup.draft import CONTENT, QUESTIONNAIRES, TABLES, Cells, Draft
from surveys.setup.relations import NAMED, RELATIONS
from surveys.setup.sheets.units import ALL, ALL_OF_KIND
from surveys.setup.table_files import NUMBERS, choices
from webapp.languages import language


@dataclass(frozen=True)
class TablePage:
    """A table's word in addresses, its name, and one sentence on what it is for."""

    slug: str
    sheet: str
    name: Any
    about: Any


PAGES: Final = (
    TablePage(
        "categories",
        "类别",
        _("Categories"),
        _("Units are ranked within their category only; the codes are those of the scheme."),
    ),
    TablePage(
        "units",
        "单位名单",
        _("Units"),
        _("Everybody who is assessed; assessing bodies stand here too."),
    ),
    TablePage(
        "members",
        "班子成员",
        _("Members of leading groups"),
        _("Only where persons are rated. A person keeps the code from period to period."),
    ),
    TablePage(
        "assessments",
        "考核关系",
        _("Who assesses whom"),
        _("A body that assesses a unit is rated by it in the reverse evaluation."),
    ),
    TablePage(
        "campaigns",
        "测评活动",
        _("Campaigns"),
        _("Each campaign puts one questionnaire to its rater groups and has one ballot box."),
    ),
    TablePage(
        "groups",
        "测评主体",
        _("Rater groups and channels"),
        _("Who votes, with which weight and how many ballots. The weights of a campaign sum to 1."),
    ),
    TablePage(
        "sizes",
        "票数调整",
        _("Other numbers of ballots"),
        _("Only for units that get another number of ballots than their rater group."),
    ),
    TablePage(
        "indicators",
        "指标",
        _("Indicators"),
        _("What is measured, with which weight, and how a figure becomes points."),
    ),
    TablePage(
        "values",
        "指标值",
        _("Values of indicators"),
        _("The figures of each unit. They may arrive until the results are certified."),
    ),
    TablePage(
        "adjustments",
        "加减分",
        _("Bonus and deduction"),
        _("Each with its reason and document. They may arrive until the results are certified."),
    ),
    TablePage(
        "vetoes",
        "一票否决",
        _("Vetoes"),
        _("Listed events that cap the grade whatever the score."),
    ),
    TablePage(
        "points",
        "成员得分",
        _("Points of members"),
        _("Figures on persons, as the scheme asks for them. They may arrive until certification."),
    ),
    TablePage(
        "facts",
        "成员事实认定",
        _("Facts established of members"),
        _("What bears on a person's grade whatever the score, each with its document."),
    ),
)
BY_SLUG: Final = {page.slug: page for page in PAGES}
BY_SHEET: Final = {page.sheet: page for page in PAGES}
SLUGS: Final = ",".join(BY_SLUG)

HEADERS: Final[Mapping[str, Any]] = {
    "项目": _("Entry of the period"),
    "内容": _("Content"),
    "标题": _("Title"),
    "周期代码": _("Code of the period"),
    "周期名称": _("Official name"),
    "周期名称（英文）": _("Name in English"),
    "地区名称": _("County or city"),
    "地区名称（英文）": _("County or city in English"),
    "开始日期": _("First day"),
    "结束日期": _("Last day"),
    "计分办法": _("Scoring scheme"),
    "样例数据": _("Sample data"),
    "自定办法": _("Scheme of the office's own"),
    "类别代码": _("Category"),
    "类别名称": _("Official name"),
    "英文名称": _("Name in English"),
    "单位性质": _("Kind of unit"),
    "单位代码": _("Unit"),
    "单位名称": _("Official name"),
    "干部职工人数": _("Staff"),
    "成员代码": _("Member"),
    "姓名": _("Name"),
    "所属单位": _("Unit"),
    "职务": _("Post"),
    "英文职务": _("Post in English"),
    "班子职位": _("Role in the group"),
    "计分项": _("Component"),
    "分项": _("Its part"),
    "得分": _("Points"),
    "认定事项": _("Established fact"),
    "主要负责人权重": _("Weight on heads"),
    "考核责任单位": _("Assessing body"),
    "考核对象": _("Assessed unit"),
    "测评表代码": _("Questionnaire"),
    "活动代码": _("Campaign"),
    "活动名称": _("Official name"),
    "主体代码": _("Rater group"),
    "主体名称": _("Official name"),
    "权重": _("Weight"),
    "最低有效票": _("Valid ballots needed"),
    "评价范围": _("Who rates what"),
    "每批票数": _("Ballots each"),
    "开放扫码": _("Open code"),
    "询问年龄": _("Asks for age 16"),
    "指标代码": _("Indicator"),
    "指标名称": _("Official name"),
    "考核类型": _("Part"),
    "季度": _("Quarter"),
    "折算方法": _("Conversion"),
    "折算参数": _("Parameters"),
    "方向": _("Direction"),
    "完成值": _("Value reached"),
    "目标值": _("Target"),
    "类型": _("Kind"),
    "分值": _("Points"),
    "事由": _("Reason"),
    "文件依据": _("Document"),
    "否决事项": _("Event"),
    "是否重大": _("Major"),
}
OWN_CODE: Final = _("Code")

HINTS: Final[Mapping[tuple[str, str], Any]] = {
    ("单位名单", "单位代码"): _(
        "Letters and digits, such as D01; it stands for the unit everywhere."
    ),
    ("单位名单", "干部职工人数"): _(
        "As many ballots as staff at most are handed out inside the unit."
    ),
    ("测评主体", "权重"): _("A share such as 0.25 or 25%."),
    ("测评主体", "主要负责人权重"): _(
        "Only where members are rated: the weight on heads. 0: the group does not rate them."
    ),
    ("班子成员", "成员代码"): _("Letters and digits, the same in every period."),
    ("成员得分", "分项"): _("Only where a component has several figures."),
    ("测评主体", "最低有效票"): _("With fewer valid ballots the group does not count for a unit."),
    ("测评主体", "每批票数"): _("For each category or unit, as “who rates what” says."),
    ("测评主体", "开放扫码"): _("A poster that anybody may scan, once for each device."),
    ("指标", "权重"): _("A share such as 0.25 or 25%."),
    ("指标", "季度"): _("Only for quarterly indicators: 1 to 4."),
    ("指标", "折算参数"): _("Such as 最低分=60；最高分=100. Empty: the usual ones."),
    ("指标", "考核责任单位"): _("Empty: the assessment office itself."),
    ("指标值", "目标值"): _("Only where the conversion needs one."),
    ("加减分", "分值"): _("A positive number; the kind says whether it is added or taken away."),
    ("考核关系", "考核对象"): _("A unit, a whole category, or all."),
}
LONG: Final = frozenset({"事由", "文件依据", "折算参数"})

# The words of the lists, for readers of English.
WORDS: Final[Mapping[str, Any]] = {
    "部门": _("Department"),
    "乡镇": _("Township"),
    "逐类别": _("Each ballot: all units of one category"),
    "同类互评": _("From each unit: the other units of its category"),
    "部门乡镇互评": _("Departments rate townships, townships rate departments"),
    "本单位": _("Each ballot: the own unit"),
    "单个单位": _("Each ballot: one unit"),
    "考核责任单位": _("From each unit: the bodies that assess it"),
    "主要负责人": _("Head"),
    "其他成员": _("Member"),
    "是": _("Yes"),
    "否": _("No"),
    "防刷": _("Yes, and each phone proves some work"),
    "季度": _("Quarterly assessment"),
    "年度": _("Annual indicators"),
    "专项": _("Special assessments"),
    "越高越好": _("Higher is better"),
    "越低越好": _("Lower is better"),
    "加分": _("Bonus"),
    "扣分": _("Deduction"),
    "全部单位": _("All units"),
    "全部部门": _("All departments"),
    "全部乡镇": _("All townships"),
    "比例折算": _("Proportional"),
    "直接计分": _("Points as given"),
    "按第一名折算": _("By the first-ranked"),
    "功效系数法": _("Range-scaled"),
    "五档折算": _("Five tiers"),
    "按排名赋分": _("Points by place"),
    "每单位加减分": _("Points by step"),
    "扣分制": _("Deduction for each event"),
    "标准分": _("Standard score"),
}


@dataclass(frozen=True)
class Column:
    """One column; `choices` are pairs of what is stored and what is shown."""

    header: str
    label: str
    hint: str
    required: bool
    numeric: bool
    long: bool
    choices: tuple[tuple[str, str], ...]


def columns_of(sheet: str, draft: Draft) -> tuple[Column, ...]:
    """The columns of a table with what may be chosen in them."""
    return tuple(
        Column(
            header=header,
            label=label_of(sheet, header),
            hint=str(HINTS.get((sheet, header), "")),
            required=header not in TABLES[sheet].optional,
            numeric=header in NUMBERS,
            long=header in LONG,
            choices=tuple(choices_of(sheet, header, draft)),
        )
        for header in TABLES[sheet].headers
    )


def shown_headers(sheet: str) -> tuple[str, ...]:
    """The columns that a list shows: the English name only to who reads English."""
    passed_over = {"英文名称", "英文职务"} if language() == "zh" else set()
    if sheet == QUESTIONNAIRES.name:
        passed_over.add(CONTENT)
    return tuple(header for header in TABLES[sheet].headers if header not in passed_over)


def label_of(sheet: str, header: str) -> str:
    """The column's name; a table's own code is only called a code."""
    own = sheet in NAMED and NAMED[sheet][0] == header
    return str(OWN_CODE if own else HEADERS.get(header, header))


def choices_of(sheet: str, header: str, draft: Draft) -> Iterator[tuple[str, str]]:
    """What may be chosen under a header, if there is a list."""
    yield from ((value, word_for(value)) for value in choices(sheet, header, draft))
    target = RELATIONS.get(sheet, {}).get(header)
    if target is not None:
        yield from ((row[NAMED[target][0]], named(target, row)) for row in draft.get(target, []))
    if header == "考核对象":
        yield from ((row["类别代码"], named("类别", row)) for row in draft.get("类别", []))
        yield from ((value, word_for(value)) for value in (ALL, *ALL_OF_KIND))


def word_for(value: str) -> str:
    """A word of a list in the page's language."""
    return value if language() == "zh" else str(WORDS.get(value, value))


def named(target: str, row: Cells) -> str:
    """A row as it is offered: its code and its name."""
    return f"{row[NAMED[target][0]]} {called(target, row)}"


def called(target: str, row: Cells) -> str:
    """A row's name in the page's language."""
    english = row.get("英文名称", "") if language() == "en" else ""
    return english or row[NAMED[target][1]]


def names_of(sheet: str, draft: Draft) -> dict[str, dict[str, str]]:
    """By header, what the codes of other tables are called."""
    return {
        header: {
            # There are few campaigns, and their names are long enough.
            row[NAMED[target][0]]: (called if target == "测评活动" else named)(target, row)
            for row in draft.get(target, [])
        }
        for header, target in RELATIONS.get(sheet, {}).items()
    }


def key_words(sheet: str, key: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> str:
    """What tells a row from others, with the names of what it refers to."""
    pairs = zip(TABLES[sheet].key, key, strict=True)
    return " · ".join(names.get(header, {}).get(said, said) for header, said in pairs if said)
