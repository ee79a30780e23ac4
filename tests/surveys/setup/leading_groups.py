"""The small workbook with the members of two leading groups and a campaign about them."""

from tests.surveys.setup.small_workbook import Cell, Sheets, small

MEMBERS: list[list[Cell]] = [
    ["成员代码", "姓名", "英文名称", "所属单位", "职务", "英文职务", "班子职位"],
    ["P01", "样例甲", "Sample A", "D01", "局长", "Director", "主要负责人"],
    ["P02", "样例乙", "Sample B", "样例一局", "副局长", "Deputy director", "其他成员"],
    ["P03", "样例丙", "Sample C", "D01", "副局长", "Deputy director", "其他成员"],
    ["P04", "样例丁", None, "T01", "党工委书记", None, "主要负责人"],
    ["P05", "样例戊", None, "T01", "副主任", None, "其他成员"],
]
FORM: list[Cell] = ["cadre", "班子成员测评", "成员测评表", "Members", "请评价。", "Please rate."]
GROUP_HEADERS: list[Cell] = [
    "活动代码",
    "主体代码",
    "主体名称",
    "英文名称",
    "权重",
    "主要负责人权重",
    "最低有效票",
    "评价范围",
    "每批票数",
]


def with_members() -> Sheets:
    """Three members in D01, two in T01; leaders rate all, staff their own, D rates deputies."""
    sheets = small()
    sheets["班子成员"] = [list(row) for row in MEMBERS]
    sheets["班子成员"][2][3] = "D01"
    sheets["测评表"].append([*FORM, "Y", 0.5])
    sheets["测评选项"] += [
        ["cadre", None, "Y", "优秀", "Excellent", 100, None],
        ["cadre", None, "J", "称职", "Competent", 80, None],
        ["cadre", None, "B", "不称职", "Not competent", 0, None],
        ["cadre", None, "N", "不了解", "Don't know", None, "是"],
    ]
    sheets["测评题目"] += [
        ["cadre", "P1", "评分", "德", "Character", 40, None],
        ["cadre", "P2", "评分", "绩", "Results", 60, None],
    ]
    sheets["测评活动"].append(["members", "成员测评", "Members of leading groups", "cadre"])
    groups = sheets["测评主体"]
    named = [str(header) for header in groups[0]]
    rows = [dict(zip(named, row, strict=False)) for row in groups[1:]]
    base: dict[str, Cell] = {"活动代码": "members", "最低有效票": 1}
    rows += [
        {**base, "主体代码": "A", "主体名称": "领导", "权重": 0.3, "主要负责人权重": 0.5}
        | {"评价范围": "逐类别", "每批票数": 4},
        {**base, "主体代码": "D", "主体名称": "正职", "权重": 0.2, "主要负责人权重": 0}
        | {"评价范围": "本单位", "每批票数": 1},
        {**base, "主体代码": "E", "主体名称": "职工", "权重": 0.5}
        | {"评价范围": "本单位", "每批票数": 6},
    ]
    headers = [*GROUP_HEADERS, "开放扫码"]
    sheets["测评主体"] = [headers, *([row.get(str(name)) for name in headers] for row in rows)]
    return sheets
