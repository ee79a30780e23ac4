"""A small workbook that is right, of which a test spoils single cells."""

from copy import deepcopy
from io import BytesIO
from typing import TypeAlias

import pytest
from xlsxwriter import Workbook

from surveys.errors import Invalid
from surveys.setup.problems import RowProblem
from surveys.setup.workbook import SetupWorkbook, read_setup_workbook

Cell: TypeAlias = str | float | None
Sheets: TypeAlias = dict[str, list[list[Cell]]]


def figures(indicator: str, units: str, value: float, target: float | None) -> list[list[Cell]]:
    """Rows with the same figure for several units."""
    return [[indicator, unit, value, target] for unit in units.split()]


SMALL: Sheets = {
    "考核周期": [
        ["项目", "内容"],
        ["周期代码", "2026S"],
        ["周期名称", "样例"],
        ["周期名称（英文）", "Sample"],
        ["地区名称", "样例县"],
        ["地区名称（英文）", "Sample County"],
        ["开始日期", "2026-01-01"],
        ["结束日期", "2026年12月31日"],
        ["计分办法", "liuyang"],
        ["样例数据", "是"],
    ],
    "类别": [
        ["类别代码", "类别名称", "英文名称", "单位性质"],
        ["M1", "党群机关", "Party organisations", "部门"],
        ["T1", "城区街道", "Subdistricts", "乡镇"],
    ],
    "单位名单": [
        ["单位代码", "单位名称", "英文名称", "类别代码", "干部职工人数"],
        ["D01", "样例一局", "Bureau 1", "M1", 20],
        ["D02", "样例二局", "Bureau 2", "M1", 30],
        ["D03", "样例三局", "Bureau 3", "M1", 12],
        ["T01", "样例街道", "Subdistrict", "T1", 40],
    ],
    "考核关系": [["考核责任单位", "考核对象"], ["D01", "全部单位"], ["D02", "T1"]],
    "测评表": [
        [
            "测评表代码",
            "测评种类",
            "标题",
            "英文标题",
            "填表说明",
            "英文说明",
            "限额选项",
            "限额比例",
        ],
        ["team", "民主测评", "测评表", "Form", "请评价。", "Please rate.", "H", 0.3],
        ["back", "反向测评", "反向测评表", "Reverse", "请评价。", "Please rate.", None, None],
        ["folk", "公认度测评", "问卷", "Survey", "请评价{单位}。", "Rate {unit}.", None, None],
    ],
    "测评选项": [
        ["测评表代码", "题目代码", "选项代码", "选项", "英文选项", "分值", "不了解"],
        ["team", None, "H", "好", "Good", 100, None],
        ["team", None, "C", "差", "Poor", 50.5, None],
        ["team", None, "N", "不了解", "Don't know", None, "是"],
        ["back", None, "H", "好", "Good", 100, None],
        ["back", None, "C", "差", "Poor", 50, None],
        ["folk", None, "H", "好", "Good", 100, None],
        ["folk", None, "C", "差", "Poor", 50, None],
        ["folk", "F1", "Y", "打过交道", "Yes", None, None],
        ["folk", "F1", "N", "没有", "No", None, None],
    ],
    "测评题目": [
        ["测评表代码", "题目代码", "题型", "题目", "英文题目", "权重", "字数上限"],
        ["team", "T1", "评分", "实绩", "Results", 60, None],
        ["team", "T2", "评分", "作风", "Style", 40, None],
        ["team", "T3", "意见", "意见", "Comments", None, 200],
        ["back", "R1", "评分", "公正", "Fairness", 100, None],
        ["folk", "F1", "选择", "您和{单位}打过交道吗？", "Dealt with {unit}?", None, None],
        ["folk", "F2", "评分", "效率", "Speed", 100, None],
    ],
    "跳题规则": [
        ["测评表代码", "题目代码", "选项代码", "接着回答"],
        ["folk", "F1", "N", None],
    ],
    "测评活动": [
        ["活动代码", "活动名称", "英文名称", "测评表代码"],
        ["democratic", "民主测评", "Democratic evaluation", "team"],
        ["recognition", "公认度测评", "Recognition", "folk"],
        ["reverse", "反向测评", "Reverse evaluation", "back"],
    ],
    "测评主体": [
        [
            "活动代码",
            "主体代码",
            "主体名称",
            "英文名称",
            "权重",
            "最低有效票",
            "评价范围",
            "每批票数",
            "开放扫码",
        ],
        ["democratic", "A", "领导", "Leaders", 0.35, 5, "逐类别", 10, None],
        ["democratic", "B", "互评", "Peers", "25%", 1, "同类互评", 2, "否"],
        ["democratic", "C", "部门乡镇", "Others", 0.3, 1, "部门乡镇互评", 1, None],
        ["democratic", "E", "本单位", "Staff", 0.1, 5, "本单位", 6, None],
        ["recognition", "open", "开放", "Open", 1, 30, "单个单位", 40, "是"],
        ["reverse", "head", "主要负责人", "Head", 1, 1, "考核责任单位", 1, None],
    ],
    "票数调整": [["活动代码", "主体代码", "单位代码", "每批票数"], ["democratic", "E", "D03", 4]],
    "指标": [
        [
            "指标代码",
            "指标名称",
            "英文名称",
            "考核类型",
            "季度",
            "权重",
            "折算方法",
            "折算参数",
            "方向",
            "考核责任单位",
        ],
        ["Q1", "一季度", "Quarter 1", "季度", 1, 1, "直接计分", None, "越高越好", "D01"],
        ["N01", "任务", "Tasks", "年度", None, 0.7, "比例折算", "封顶=1.2", None, "D01"],
        ["N02", "隐患", "Hazards", "年度", None, 0.3, "扣分制", "每次扣分=5", "越低越好", None],
        [
            "Z01",
            "专项",
            "Special",
            "专项",
            None,
            1,
            "功效系数法",
            "最低分=60；最高分=100",
            None,
            None,
        ],
    ],
    "指标值": [
        ["指标代码", "单位代码", "完成值", "目标值"],
        *figures("Q1", "D01 D02 D03 T01", 88.8, None),
        *figures("N01", "D01 D02", 0.1, 0.3),
        *figures("N02", "D01 D02", 2, None),
        ["Z01", "D01", 91.25, None],
    ],
    "加减分": [
        ["单位代码", "类型", "分值", "事由", "文件依据"],
        ["D01", "加分", 1.5, "激励", "样例2026第1号"],
    ],
    "一票否决": [
        ["单位代码", "否决事项", "是否重大", "文件依据"],
        ["D02", "安全生产", "否", "样例2026第2号"],
    ],
}


def small() -> Sheets:
    """A copy to spoil."""
    return deepcopy(SMALL)


def spoilt(sheet: str, cell: str, value: Cell) -> Sheets:
    """A copy in which one cell, such as C4, holds something else."""
    sheets = small()
    sheets[sheet][int(cell[1:]) - 1][ord(cell[0]) - ord("A")] = value
    return sheets


def as_file(sheets: Sheets) -> bytes:
    """The workbook as bytes; headers in the first row."""
    buffer = BytesIO()
    with Workbook(buffer) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(number, column, value)
                    elif value is not None:
                        page.write_number(number, column, value)
    return buffer.getvalue()


def read(sheets: Sheets) -> SetupWorkbook:
    """Read it as an upload is read."""
    return read_setup_workbook(as_file(sheets))


def problems_of(sheets: Sheets) -> tuple[RowProblem, ...]:
    """What the reader finds wrong."""
    with pytest.raises(Invalid) as caught:
        read(sheets)
    assert caught.value.code == "bad_rows"
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    return rows
