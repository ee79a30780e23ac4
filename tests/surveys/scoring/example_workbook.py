"""The worked example as the workbook an office would write, with room for mistakes."""

from io import BytesIO
from typing import Any

import xlsxwriter

from tests.surveys.scoring.worked_example import expected

Sheets = dict[str, list[list[Any]]]
BODY = "庚局"


def example_sheets() -> Sheets:
    """Rows of every sheet, headers first; 庚局 is the body that the reverse evaluation rates."""
    given = expected()["inputs"]
    towns = list(given["annual"])
    return {
        "单位": [["单位", "类别"], *([town, "T2"] for town in towns), [BODY, "M2"]],
        "季度得分": [
            ["单位", "第一季度", "第二季度", "第三季度", "第四季度"],
            *([town, *given["quarters"][town]] for town in towns),
            [BODY, 90, 90, 90, 90],
        ],
        "年度指标": [
            ["单位", "指标", "权重", "得分"],
            *([town, "年度综合", 1, float(given["annual"][town])] for town in towns),
            [BODY, "年度综合", 1, 90],
        ],
        "专项": [
            ["单位", "重点项目"],
            *([town, float(given["special"][town])] for town in towns),
            [BODY, 90],
        ],
        "民主测评票数": _votes(given, "M", list(given["group_weights"])),
        "公认度票数": _votes(given, "G", list(given["channel_weights"])),
        "加减分": [
            ["单位", "类型", "分值", "事由"],
            *([town, "加分", float(given["bonus"][town]), "样例"] for town in towns),
            *([town, "扣分", float(given["deduct"][town]), "样例"] for town in towns),
        ],
        "一票否决": [["单位", "事项"], *map(list, given["veto"].items())],
        "反向测评": [
            ["考核责任单位", "评价单位", "测评结果"],
            *(
                [BODY, unit, option]
                for unit, options in given["reverse_ballots"].items()
                for option in options
            ),
        ],
    }


def as_workbook(sheets: Sheets, *, formulas: bool = True) -> bytes:
    """Write the rows into an .xlsx file, numbers as numbers."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": formulas}
    with xlsxwriter.Workbook(buffer, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return buffer.getvalue()


def _votes(given: Any, letter: str, groups: list[str]) -> list[list[Any]]:
    rows = [
        [town, group, *map(int, votes.split())]
        for town, of_town in given[f"votes_{letter}"].items()
        for group, votes in zip(groups, of_town, strict=True)
    ]
    body = [[BODY, group, *([50] * 2), 0, 0, 0] for group in groups]
    return [["单位", "测评主体", *given[f"options_{letter}"]], *rows, *body]
