"""The published examples of four more places as the workbooks their offices would write."""

from typing import Any

from tests.surveys.scoring.example_workbook import Sheets
from tests.surveys.scoring.worked_example import expected

SAMPLE = "样例1号"
BRANCHES = ("基层党建", "党风廉政", "意识形态")
LEAVES = 14
KEY_WORK = "项目建设"
TASKS = {"书记甲": (92, 88), "副区长甲": (80, 84)}


def changsha_sheets() -> Sheets:
    """Ten departments with their votes, five districts, four counties, six leaders."""
    given = expected("changsha")["inputs"]
    rows = given["rows (target, leaders, peers, public, bonus, deduct)"]
    regions = {"区": "区", "县(市)": "县（市）"}
    equal = [
        (unit, regions[kind], total)
        for kind, of in given["regions"].items()
        for unit, total in of.items()
    ]
    full = {"好": 5, "较好": 0, "一般": 0, "差": 0}
    assert set(full) == set(given["options_M"])
    democratic = [
        [unit, group, *map(int, row[at].split())]
        for unit, row in rows.items()
        for at, group in ((1, "市级领导"), (2, "单位互评"))
    ]
    public = [[unit, "公众", *map(int, row[3].split())] for unit, row in rows.items()]
    return {
        "单位": [["单位", "类别"], *([unit, "市直部门"] for unit in rows),
                 *([unit, kind] for unit, kind, _ in equal)],
        "绩效目标": [["单位", "指标", "权重", "得分"],
                     *([unit, "年初目标", 1, row[0]] for unit, row in rows.items()),
                     *([unit, "年初目标", 1, total] for unit, _, total in equal)],
        "民主测评票数": [["单位", "测评主体", *given["options_M"], "得分", "有效票"],
                         *([*row, None, None] for row in democratic),
                         *([unit, group, None, None, None, None, total, 20]
                           for unit, _, total in equal for group in ("市级领导", "单位互评"))],
        "公众评价票数": [["单位", "测评主体", *given["options_P"], "得分", "有效票"],
                         *([*row, None, None] for row in public),
                         *([unit, "公众", None, None, None, None, total, 99]
                           for unit, _, total in equal)],
        "加减分": [["单位", "类型", "分值", "事由", "文号"],
                   *([unit, "加分", row[4], "样例", SAMPLE] for unit, row in rows.items()),
                   *([unit, "扣分", row[5], "样例", SAMPLE] for unit, row in rows.items())],
        **_changsha_persons(given),
    }  # fmt: skip


def _changsha_persons(given: Any) -> Sheets:
    persons = given["persons (unit, duty, own, flags)"]
    former = {
        who: "三等" if "上年三等" in flags else None for who, (_, _, _, flags) in persons.items()
    }
    facts = [
        [who, flag, SAMPLE]
        for who, (_, _, _, flags) in persons.items()
        for flag in flags
        if flag != "上年三等"
    ]
    return {
        "人员": [["人员", "单位", "上期等次"],
                 *([who, row[0], former[who]] for who, row in persons.items())],
        "分工履职": [["人员", "全年"], *([who, row[1]] for who, row in persons.items())],
        "本人测评票数": [["人员", "测评主体", "得分", "有效票"],
                         *([who, "参加测评人员", row[2], 20] for who, row in persons.items())],
        "人员事实认定": [["人员", "事项", "文号"], *facts],
    }  # fmt: skip


def ankang_sheets() -> Sheets:
    """Three departments with 42 common leaves each, five staff, five projects."""
    given = expected("ankang")["inputs"]
    rural = {unit: weights == [40, 40, 20] for unit, weights in given["weights"].items()}
    common = [
        [unit, branch, f"{branch}{number}", 1, points]
        for unit, of_unit in given["common"].items()
        for branch, points in zip(BRANCHES, of_unit, strict=True)
        for number in range(1, LEAVES + 1)
    ]
    own = [
        [unit, f"个性任务{number}", weight, KEY_WORK if key else None, done, target]
        for unit, items in given["own (weight, key, done, target)"].items()
        for number, (weight, key, done, target) in enumerate(items, 1)
    ]
    votes = [
        [unit, group, *map(int, row.split())]
        for unit, rows in given["votes_subjective"].items()
        for group, row in zip(given["group_weights"], rows, strict=True)
    ]
    occurrences = [
        [unit, "扣分" if points.startswith("-") else "加分", points.lstrip("-"), times, what]
        for unit, items in given["occurrences (what, times, points)"].items()
        for what, times, points in items
    ]
    return {
        "单位": [["单位", "类别", "绩效工资基数"],
                 *([unit, "涉农部门" if is_rural else "部门", given["base_head"]]
                   for unit, is_rural in rural.items())],
        "共性指标": [["单位", "一级指标", "指标", "权重", "得分"], *common],
        "个性指标": [["单位", "指标", "权重", "标签", "完成值", "目标值"], *own],
        "主观评价票数": [["单位", "测评主体", *given["points"]], *votes],
        "加减分": [["单位", "类型", "分值", "次数", "事由"], *occurrences],
        "事实认定": [["单位", "事项", "文号"],
                     *([unit, what, SAMPLE] for unit, what in given["grade_cap_events"].items())],
        **_ankang_staff(given),
        **_ankang_projects(),
    }  # fmt: skip


def _ankang_staff(given: Any) -> Sheets:
    staff = given["staff (dept, score, override)"]
    direct = {"业绩突出直接评A": "A", "多次督办推而不动": "D"}
    return {
        "人员": [["人员", "单位", "绩效工资基数"],
                 *([who, row[0], given["base_staff"][:-2]] for who, row in staff.items())],
        "人员得分": [["人员", "本季度"], *([who, row[1]] for who, row in staff.items())],
        "人员组织认定": [["人员", "事项", "认定结果", "事由", "文号", "认定人"],
                         *([who, "等次", direct[row[2]], row[2], SAMPLE, "考核办（样例）"]
                           for who, row in staff.items() if row[2])],
    }  # fmt: skip


def _ankang_projects() -> Sheets:
    progress = expected("ankang")["progress"]
    rows = [
        [project, row["plan"], row["actual"], row["orders_before"]]
        for project, row in progress.items()
    ]
    return {"项目进度": [["项目", "计划进度", "实际进度", "此前督办单"], *rows]}  # fmt: skip


def ankang_year_sheets() -> Sheets:
    """The year out of its parts; only the yearly results are published, so the parts are ours."""
    quarters = {"招商局": (94, 95, 96, 95), "住建局": (80, 82, 84, 82)}
    half_year, year_end = {"招商局": 93, "住建局": 82.5}, {"招商局": 94, "住建局": 82}
    return {
        "单位": [["单位", "类别"], *([unit, "部门"] for unit in quarters)],
        "季度得分": [["单位", "第一季度", "第二季度", "第三季度", "第四季度"],
                     *([unit, *row] for unit, row in quarters.items())],
        "半年评估": [["单位", "上半年"], *map(list, half_year.items())],
        "年底考核": [["单位", "全年"], *map(list, year_end.items())],
    }  # fmt: skip


def changchun_quarter_sheets() -> Sheets:
    """Five districts: growth indexes, investment, projects, three works; two leaders."""
    given = expected("changchun")["inputs"]
    units = given["units"]
    rows: list[list[Any]] = []
    for name in given["prev"]:
        before, now = given["prev"][name].split(), given["cur"][name].split()
        rates = given["growth_rates"][name]
        rows += [
            [unit, name, given["weights4"][name], "份额变动与平均增长", "功效系数法",
             now[at], None, before[at], rates[at].replace(" ", "、")]
            for at, unit in enumerate(units)
        ]  # fmt: skip
    ratios = {
        "全社会固定资产投资": ("比例折算", given["investment done/target"]),
        "新建亿元以上项目投资额": ("五档折算", given["new_projects done/target"]),
    }
    for name, (method, figures) in ratios.items():
        rows += [[unit, name, given["weights4"][name], method, None, *figures[unit].split("/"),
                  None, None] for unit in units]  # fmt: skip
    return {
        "单位": [["单位", "类别"], *([unit, "县（市）区班子"] for unit in units)],
        "四项指标": [["单位", "指标", "权重", "折算方法", "再折算", "完成值", "目标值",
                      "上期值", "增长率"], *rows],
        "三项重点工作": [["单位", "重点一", "重点二", "重点三"],
                         *([unit, *given["three"][unit].split()] for unit in units)],
        "人员": [["人员", "单位"], *([who, "甲区"] for who in TASKS)],
        "两项重点任务": [["人员", "任务一", "任务二"],
                         *([who, *two] for who, two in TASKS.items())],
    }  # fmt: skip


def changchun_sheets() -> Sheets:
    """Five districts over the year."""
    given = expected("changchun")["inputs"]
    units = given["units"]
    branches = ("共同", "类别", "特色")
    return {
        "单位": [["单位", "类别"], *([unit, "D"] for unit in units)],
        "季度得分": [["单位", "第一季度", "第二季度", "第三季度", "第四季度"],
                     *([unit, *[given["quarter_means"][unit]] * 4] for unit in units)],
        "三位一体": [["单位", "一级指标", "指标", "权重", "得分"],
                     *([unit, branch, f"{branch}指标", 1, points] for unit in units
                       for branch, points in zip(
                           branches, given["annual 共同/类别/特色"][unit], strict=True))],
        "民主测评票数": [["单位", "测评主体", *given["options_M"]],
                         *([unit, "参加测评人员", *map(int, given["votes_M"][unit].split())]
                           for unit in units)],
        "公认度票数": [["单位", "测评主体", *given["options_G"]],
                       *([unit, "群众", *map(int, given["votes_G"][unit].split())]
                         for unit in units)],
    }  # fmt: skip


def jiuyuan_sheets() -> Sheets:
    """Two departments, the board of three indicators over ten districts, ten officials."""
    given, sheet = expected("jiuyuan")["inputs"], expected("jiuyuan")["totals"]
    board = [
        [name, responsible, *values.split()]
        for name, (values, responsible) in given[
            "indicators (values, responsible department)"
        ].items()
    ]
    variable = {unit: row["N变量"] for unit, row in sheet.items()}
    votes = [
        [unit, group, points, 99]
        for unit, points in variable.items()
        for group in ("A", "B", "C", "D", "E")
    ]
    channels = [
        [unit, channel, points, 99]
        for unit, points in variable.items()
        for channel in ("抽样邀请", "开放扫码")
    ]
    return {
        "单位": [["单位", "类别"], *([unit, "区直单位"] for unit in sheet)],
        "重点目标": [["单位", "指标", "权重", "得分"],
                     *([unit, "重点目标", 1, points] for unit, points in variable.items())],
        "专项任务": [["单位", "全年"], *map(list, variable.items())],
        "民主测评票数": [["单位", "测评主体", "得分", "有效票"], *votes],
        "公认度票数": [["单位", "测评主体", "得分", "有效票"], *channels],
        "晾晒指标": [["指标", "责任单位", *given["districts"]], *board],
        "通报": [["单位", "全年"], *([unit, row["通报"]] for unit, row in sheet.items())],
        "报告": [["单位", "全年"], *([unit, row["报告"]] for unit, row in sheet.items())],
        "人员": [["人员", "单位"], *([who, "发改委"] for who in given["registration"])],
        "登记得分": [["人员", "得分（样例）"], *map(list, given["registration"].items())],
    }  # fmt: skip
