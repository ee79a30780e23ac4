"""Tables of a set-up as files: empty ones to fill in, or as they stand, to be loaded again."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from surveys.formulas import harmless
from surveys.scoring.schemes import preset_keys
from surveys.setup.cell_text import as_number
from surveys.setup.draft import TABLES, Cells, Draft
from surveys.setup.headers import letters
from surveys.setup.member_checks import words_of_scheme
from surveys.setup.relations import NAMED, RELATIONS
from surveys.setup.sheets import adjustments, campaigns, indicators, members, units
from surveys.setup.sheets.period import CONTENT, FACT, FACTS, OWN_SCHEME, PERIOD, SCHEME

CODES_FIRST_ROW: Final = 3
ROWS_WITH_LISTS: Final = 2_000
NUMBERS: Final = frozenset(
    {
        "干部职工人数",
        "权重",
        "主要负责人权重",
        "最低有效票",
        "得分",
        "每批票数",
        "季度",
        "完成值",
        "目标值",
        "分值",
    }
)
CHOICES: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    ("类别", "单位性质"): tuple(units.KINDS),
    ("测评主体", "评价范围"): tuple(campaigns.SCOPES),
    ("测评主体", "开放扫码"): ("是", "否", campaigns.WITH_WORK),
    ("测评主体", "询问年龄"): ("是", "否"),
    ("指标", "考核类型"): tuple(indicators.PARTS),
    ("指标", "折算方法"): tuple(indicators.METHODS),
    ("指标", "方向"): tuple(indicators.DIRECTIONS),
    ("加减分", "类型"): tuple(adjustments.KINDS),
    ("一票否决", "是否重大"): ("是", "否"),
    ("班子成员", "班子职位"): tuple(members.ROLES),
}
# Tables in which the scheme says what may stand.
OF_SCHEME: Final = frozenset({"成员得分", "成员事实认定"})
HINTS: Final[Mapping[str, str]] = {
    "考核周期": "每行一项，只改“内容”一列。计分办法可选：" + "、".join(preset_keys()) + "。",
    "类别": "类别代码须与计分办法一致；单位只与本类单位排名。",
    "单位名单": "每个被考核单位一行，代码不得重复；考核责任单位也列在这里。类别填代码或名称。",
    "班子成员": "测评到人时填写。成员代码跨年度保持不变；所属单位填代码或名称。",
    "考核关系": "谁考核谁。填单位代码或名称；考核对象还可填类别、全部单位、全部部门、全部乡镇。",
    "测评活动": "每个活动用一张测评表、一个票箱。",
    "测评主体": "同一活动各主体权重合计须为 1。每批票数按类别或单位计；开放扫码填预计人数。",
    "票数调整": "个别单位的票数与“测评主体”不同时填写。",
    "指标": "每个单位的年度指标权重合计须为 1，每个季度亦同；专项取平均。",
    "指标值": "年终或季末再填也可以。比例折算、五档折算须填目标值。",
    "加减分": "分值填正数；加分合计上限按计分办法。",
    "一票否决": "须写明文件依据。",
    "成员得分": "计分项按计分办法中的人员部分，如“分工履职”；有多个分项的逐项填写。",
    "成员事实认定": "认定事项按计分办法中的人员部分，须写明文件依据。",
}


def tables_as_workbook(draft: Draft, names: Sequence[str], *, filled: bool) -> bytes:
    """A workbook with a sheet for each table.

    Parameters
    ----------
    filled : with the rows that are set up; otherwise empty, with one's codes to choose from
    """
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "hint": book.add_format({"font_color": "#44535e", "text_wrap": True, "valign": "top"}),
            "header": book.add_format({"bold": True, "bg_color": "#e2eff1", "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
        }
        for name in names:
            rows = draft.get(name, []) if filled or name == PERIOD.name else []
            _write_sheet(book.add_worksheet(name), name, rows or _blank(name), draft, formats)
    return buffer.getvalue()


def table_as_csv(draft: Draft, name: str) -> bytes:
    """One table as text: UTF-8 with its mark, which spreadsheet programs want to see."""
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(TABLES[name].headers)
    for row in draft.get(name, []):
        writer.writerow([_cell(row.get(header, "")) for header in TABLES[name].headers])
    return stream.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return harmless(text) if as_number(text) is None else text


def _blank(name: str) -> Sequence[Cells]:
    return [{FACT: fact, CONTENT: ""} for fact in FACTS] if name == PERIOD.name else ()


def _write_sheet(
    page: Worksheet, name: str, rows: Sequence[Cells], draft: Draft, formats: Mapping[str, Format]
) -> None:
    headers = TABLES[name].headers
    page.write_string(0, 0, name, formats["title"])
    page.merge_range(1, 0, 1, max(len(headers) - 1, 5), HINTS.get(name, ""), formats["hint"])
    page.set_row(1, 32)
    page.freeze_panes(CODES_FIRST_ROW, 0)
    for column, header in enumerate(headers):
        page.write_string(CODES_FIRST_ROW - 1, column, header, formats["header"])
        wide = max([len(header), *(len(row.get(header, "")) for row in rows[:200])])
        cells = None if header in NUMBERS else formats["text"]
        page.set_column(column, column, min(10 + 1.6 * wide, 50), cells)
        _offer(page, column, _choices(name, header, draft))
    for number, row in enumerate(rows, CODES_FIRST_ROW):
        for column, header in enumerate(headers):
            _write_cell(page, number, column, row.get(header, ""), number_like=header in NUMBERS)


def _write_cell(page: Worksheet, number: int, column: int, text: str, *, number_like: bool) -> None:
    figure = as_number(text) if number_like else None
    if figure is not None:
        page.write_number(number, column, float(figure))
    elif text:
        page.write_string(number, column, text)


def choices(name: str, header: str, draft: Draft) -> Sequence[str]:
    """Words to choose from: those of every period, or of this one's scheme."""
    if (name, header) in CHOICES:
        return CHOICES[name, header]
    said = {row[FACT]: row[CONTENT] for row in draft.get(PERIOD.name, [])}
    chosen = words_of_scheme(said.get(SCHEME, ""), said.get(OWN_SCHEME, ""), header)
    return chosen if name in OF_SCHEME else ()


def _choices(name: str, header: str, draft: Draft) -> Sequence[str]:
    if found := choices(name, header, draft):
        return found
    target = RELATIONS.get(name, {}).get(header)
    if target is None or header == "考核对象":
        return ()
    return [row[NAMED[target][0]] for row in draft.get(target, [])]


def _offer(page: Worksheet, column: int, choices: Sequence[str]) -> None:
    # A list inside a cell has room for 255 characters.
    if not choices or len(",".join(choices)) > 255:
        return
    where = f"{letters(column)}{CODES_FIRST_ROW + 1}:{letters(column)}{ROWS_WITH_LISTS}"
    rule: dict[str, Any] = {"validate": "list", "source": list(choices), "error_type": "warning"}
    page.data_validation(where, rule)
