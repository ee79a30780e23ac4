"""A set-up as plain rows of text by sheet: what is compared, kept for undoing, and edited.

A row maps headers to texts that are written in one way only (0.3, never 0.30 or 30%), so that two
drafts that mean the same are the same. A questionnaire is one row: its code, title and content.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from surveys.setup.headers import Book, Line, Sheet, Table
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.sheets import adjustments, campaigns, forms, indicators, members, period, units
from surveys.setup.workbook import SetupWorkbook

Cells: TypeAlias = Mapping[str, str]
Draft: TypeAlias = dict[str, list[dict[str, str]]]

CONTENT: Final = "内容"
TITLE: Final = "标题"
QUESTIONNAIRES: Final = Sheet(forms.FORMS.name, ("测评表代码", TITLE, CONTENT), key=("测评表代码",))

# The tables of a draft, in the order in which one reads and fills them.
TABLES: Final[Mapping[str, Sheet]] = {
    sheet.name: sheet
    for sheet in (
        period.PERIOD,
        units.CATEGORIES,
        units.UNITS,
        members.MEMBERS,
        units.ASSESSMENTS,
        QUESTIONNAIRES,
        campaigns.CAMPAIGNS,
        campaigns.GROUPS,
        campaigns.SIZES,
        indicators.INDICATORS,
        indicators.VALUES,
        adjustments.ADJUSTMENTS,
        adjustments.VETOES,
        members.POINTS,
        members.FACTS,
    )
}
# What arrives during the year and after it: freezing leaves it open.
FIGURES: Final = frozenset(
    sheet.name
    for sheet in (
        indicators.VALUES,
        adjustments.ADJUSTMENTS,
        adjustments.VETOES,
        members.POINTS,
        members.FACTS,
    )
)


def draft_of(book: SetupWorkbook) -> Draft:
    """A set-up as rows of text."""
    written: dict[str, Iterable[Sequence[str]]] = {
        "考核周期": period.period_cells(book.period),
        "类别": map(units.category_cells, book.categories),
        "单位名单": map(units.unit_cells, book.units),
        "班子成员": map(members.member_cells, book.members),
        "考核关系": book.assessments,
        "测评表": map(_questionnaire_cells, book.questionnaires),
        "测评活动": map(campaigns.campaign_cells, book.campaigns),
        "测评主体": map(campaigns.group_cells, book.groups),
        "票数调整": map(campaigns.size_cells, book.sizes),
        "指标": map(indicators.indicator_cells, book.indicators),
        "指标值": map(indicators.value_cells, book.values),
        "加减分": map(adjustments.adjustment_cells, book.adjustments),
        "一票否决": map(adjustments.veto_cells, book.vetoes),
        "成员得分": map(members.points_cells, book.member_points),
        "成员事实认定": map(members.fact_cells, book.member_facts),
    }
    return {
        name: [dict(zip(TABLES[name].headers, cells, strict=True)) for cells in rows]
        for name, rows in written.items()
    }


def book_of(draft: Mapping[str, Sequence[Cells]]) -> Book:
    """A draft as the readers of sheets take it; questionnaires are read apart."""
    return {
        name: Table({}, [Line(0, dict(cells)) for cells in draft.get(name, ())])
        for name in TABLES
        if name != QUESTIONNAIRES.name
    }


def questionnaires_of(draft: Mapping[str, Sequence[Cells]]) -> tuple[QuestionnaireContent, ...]:
    """The questionnaires of a draft."""
    return tuple(
        QuestionnaireContent.model_validate_json(row[CONTENT])
        for row in draft.get(QUESTIONNAIRES.name, ())
    )


def keyed(name: str, rows: Iterable[Cells]) -> Iterator[tuple[tuple[str, ...], Cells]]:
    """The rows of a table, each with what tells it from the others."""
    sheet = TABLES[name]
    for cells in rows:
        yield sheet.key_of(cells), cells


def _questionnaire_cells(form: QuestionnaireContent) -> tuple[str, ...]:
    content = json.dumps(form.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return form.code, form.title.zh, content
