"""The edge cases that each place's regulation brings with it, from workbooks."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from surveys.errors import Invalid
from surveys.scoring import conversions
from surveys.scoring.converting import convert_field
from surveys.scoring.grading import Candidate, grade_units
from surveys.scoring.inputs import Indicator, PeriodInputs, Project, Reading, UnitInputs
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.notes import ConsequenceCode, NoteCode
from surveys.scoring.progress import project_line
from surveys.scoring.rounding import money
from surveys.scoring.schemes import preset, preset_text, scheme_from_toml
from surveys.scoring.score import score
from surveys.scoring.workbook import read_inputs
from surveys.setup.problems import RowProblem
from tests.surveys.scoring import example_workbooks as examples
from tests.surveys.scoring.example_workbook import Sheets, as_workbook

D = Decimal
Change = Callable[[Sheets], object]


def scored(place: str, sheets: Sheets) -> Scores:
    return score(preset(place), read_inputs(preset(place), as_workbook(sheets)))


def persons(scores: Scores) -> Scores:
    assert scores.persons is not None
    return scores.persons


def problems(place: str, sheets: Sheets) -> list[tuple[str, int, str, str]]:
    with pytest.raises(Invalid, match="workbook_invalid") as refused:
        read_inputs(preset(place), as_workbook(sheets))
    found = refused.value.facts["problems"]
    assert isinstance(found, tuple)
    return [(p.sheet, p.row, p.header, p.code) for p in found if isinstance(p, RowProblem)]


def measures(line: UnitLine) -> list[Any]:
    return [c.facts["zh"] for c in line.consequences if c.code is ConsequenceCode.MEASURE]


# --- Liuyang ----------------------------------------------------------------------------------


def test_a_seat_can_be_forced_where_the_rules_want_one() -> None:
    text = preset_text("liuyang").replace(
        'share = "0.30" }\nconsequences', 'share = "0.30", at_least_one_from = 3 }\nconsequences'
    )
    scheme = scheme_from_toml(text)
    for n, seats in ((2, 0), (3, 1), (4, 1), (7, 2)):
        candidates = [Candidate(f"镇{i}", D(95 - i), i + 1) for i in range(n)]
        assert grade_units(scheme, candidates, n=n).seats == {"excellent": seats}


def test_a_quarter_counts_only_indicators_marked_for_it() -> None:
    rows = [["甲镇", "税收", 0.4, "是", 90], ["甲镇", "绿化", 0.6, "否", 10],
            ["甲镇", "安全", 0.1, "是", 80]]  # fmt: skip
    sheets: Sheets = {
        "单位": [["单位", "类别"], ["甲镇", "T2"]],
        "年度指标": [["单位", "指标", "权重", "季度", "得分"], *rows],
        "民主测评票数": [["单位", "测评主体", "得分", "有效票"],
                         *(["甲镇", g, 90, 9] for g in "ABCDE")],
        "公认度票数": [["单位", "测评主体", "得分", "有效票"],
                       *(["甲镇", g, 90, 99] for g in ("抽样邀请", "开放扫码"))],
    }  # fmt: skip
    line = scored("liuyang_quarter", sheets).line("甲镇").arithmetic
    assert line.component("quarterly").points == D("88.0000")
    assert [part.key for part in line.component("quarterly").parts] == ["税收", "安全"]


# --- Ankang -----------------------------------------------------------------------------------


def test_forty_one_leaves_are_refused_at_the_department() -> None:
    sheets = examples.ankang_sheets()
    del sheets["共性指标"][3]
    assert problems("ankang", sheets) == [("共性指标", 2, "指标", "leaves_wrong")]


def test_key_work_of_exactly_seventy_per_cent_fails() -> None:
    sheets = examples.ankang_sheets()
    for row, weight in zip(sheets["个性指标"][1:5], (45, 25, 15, 15), strict=True):
        row[2] = weight
    assert problems("ankang", sheets) == [("个性指标", 2, "指标", "tag_share_too_small")]


def test_key_work_just_above_seventy_per_cent_passes() -> None:
    sheets = examples.ankang_sheets()
    for row, weight in zip(sheets["个性指标"][1:5], (45, 25.01, 15, 14.99), strict=True):
        row[2] = weight
    assert scored("ankang", sheets).line("招商局").total is not None


def test_an_uncapped_bonus_lifts_a_total_above_a_hundred() -> None:
    sheets = examples.ankang_sheets()
    sheets["加减分"].append(["招商局", "加分", 0.5, 40, "引进5000万元以上项目"])
    line = scored("ankang", sheets).line("招商局")
    assert (line.arithmetic.bonus, line.total) == (D("22.0"), D("120.1700"))


def test_a_total_below_zero_is_shown_as_zero() -> None:
    sheets = examples.ankang_sheets()
    sheets["加减分"].append(["住建局", "扣分", 5, 20, "样例"])
    line = scored("ankang", sheets).line("住建局")
    assert line.total == 0
    assert line.arithmetic.notes[-1].code is NoteCode.TOTAL_RAISED_TO_FLOOR


def test_negative_occurrences_are_refused() -> None:
    sheets = examples.ankang_sheets()
    sheets["加减分"][1][3] = -1
    assert problems("ankang", sheets) == [("加减分", 2, "次数", "out_of_range")]


def test_an_item_of_the_scheme_brings_its_kind_and_points() -> None:
    sheets = examples.ankang_sheets()
    sheets["加减分"] = [["单位", "类型", "分值", "次数", "事由"],
                        ["招商局", None, None, 4, "引进5000万元以上项目"],
                        ["招商局", None, None, 1, "通报批评"]]  # fmt: skip
    line = scored("ankang", sheets).line("招商局").arithmetic
    assert (line.bonus, line.deductions) == (D("2.0"), D("0.3"))


@pytest.mark.parametrize(("asked", "grade"), [("优秀", "excellent"), ("较差", "poor")])
def test_a_recorded_decision_raises_and_lowers(asked: str, grade: str) -> None:
    sheets = examples.ankang_sheets()
    sheets["组织认定"] = decision("住建局", asked)
    line = scored("ankang", sheets).line("住建局")
    assert line.grade == grade
    assert line.notes[-1].facts["reckoned"] == "good"


def test_a_cap_event_wins_over_a_decision_on_the_same_department() -> None:
    sheets = examples.ankang_sheets()
    sheets["组织认定"] = decision("社区管理局", "优秀")
    line = scored("ankang", sheets).line("社区管理局")
    codes = [note.code for note in line.notes]
    assert line.grade == "good"
    assert codes == [NoteCode.FACT_ESTABLISHED, NoteCode.GRADE_DECIDED]
    assert (line.notes[1].facts["asked"], line.notes[1].facts["decided"]) == ("excellent", "good")


@pytest.mark.parametrize(
    ("amount", "paid"), [("2700.005", "2700.01"), ("2700.0049", "2700.00"), ("0", "0.00")]
)
def test_pay_is_rounded_half_up_to_the_fen(amount: str, paid: str) -> None:
    assert str(money(D(amount))) == paid


def test_odd_base_pay_is_rounded_after_the_coefficient() -> None:
    sheets = examples.ankang_sheets()
    sheets["人员"][4][2] = 2888.35
    line = persons(scored("ankang", sheets)).line("丁")
    [amount] = [c.facts["amount"] for c in line.consequences if c.code is ConsequenceCode.PAY]
    assert (line.grade, amount) == ("C", D("2599.52"))


def test_a_department_without_staff_is_scored_and_claims_no_seat() -> None:
    sheets = examples.ankang_sheets()
    sheets["人员"] = [row for row in sheets["人员"] if row[1] != "招商局"]
    for name in ("人员得分", "人员组织认定"):
        sheets[name] = [row for row in sheets[name] if row[0] not in {"甲", "乙"}]
    scores = scored("ankang", sheets)
    assert scores.line("招商局").grade == "excellent"
    assert persons(scores).category("staff").seats == {"A": 0}


def test_the_seats_of_staff_follow_their_departments_grades() -> None:
    sheets = examples.ankang_sheets()
    assert persons(scored("ankang", sheets)).category("staff").seats == {"A": 1}
    for row in sheets["共性指标"][1:]:
        row[4] = 1
    lower = persons(scored("ankang", sheets))
    assert lower.category("staff").seats == {"A": 0}
    assert lower.line("甲").grade == "B"


def test_a_project_finished_early_stays_closed_when_its_plan_changes() -> None:
    rule = preset("ankang").progress
    assert rule is not None
    early = Project("学校E", planned=D(60), actual=D(100))
    changed = Project("学校E", planned=D(100), actual=D(80), closed_before=True)
    assert [project_line(each, rule).state for each in (early, changed)] == ["closed", "closed"]


@pytest.mark.parametrize(
    ("gap", "state"), [(5, "on_course"), (5.01, "feedback"), (10, "feedback"), (10.01, "order")]
)
def test_the_bounds_of_progress_are_closed_above(gap: float, state: str) -> None:
    rule = preset("ankang").progress
    assert rule is not None
    assert project_line(Project("x", D(60), D(60) - D(str(gap))), rule).state == state


def test_nothing_moved_after_a_talk_proposes_a_sanction() -> None:
    rule = preset("ankang").progress
    assert rule is not None
    stuck = project_line(Project("x", D(60), D(30), orders_before=3, at_talk=D(30)), rule)
    moved = project_line(Project("x", D(60), D(31), orders_before=3, at_talk=D(30)), rule)
    assert (stuck.order, stuck.proposals, moved.proposals) == (4, ("talk", "sanction"), ("talk",))


def test_orders_are_counted_in_their_register() -> None:
    sheets = examples.ankang_sheets()
    sheets["项目进度"] = [["项目", "计划进度", "实际进度"], ["道路D", 60, 30]]
    sheets["督办单"] = [
        ["项目", "文号", "发出日期", "办结期限", "责任人"],
        ["道路D", "样例督1号", "2021-03-01", "2021-03-10", "样例甲"],
        ["道路D", "样例督2号", "2021-04-01", "2021-04-10", "样例甲"],
    ]
    [line] = scored("ankang", sheets).projects
    assert (line.order, line.proposals) == (3, ("talk",))
    sheets["督办单"][2][1] = "样例督1号"
    sheets["督办单"][1][3] = "2021-02-10"
    assert problems("ankang", sheets) == [
        ("督办单", 2, "办结期限", "due_before_issued"),
        ("督办单", 3, "文号", "given_twice"),
    ]


def decision(who: str, grade: str) -> list[list[Any]]:
    header = ["单位", "事项", "认定结果", "事由", "文号", "认定人"]
    return [header, [who, "等次", grade, "样例", "样例9号", "考核办（样例）"]]


# --- Changchun --------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [0, -5, None])
def test_a_base_that_is_zero_negative_or_missing_gives_a_notice_and_no_points(before: Any) -> None:
    sheets = examples.changchun_quarter_sheets()
    sheets["四项指标"][1][7] = before
    line = scored("changchun_quarter", sheets).line("甲区").arithmetic.component("four")
    gdp = next(part for part in line.parts if part.key == "地区生产总值")
    assert (gdp.points, gdp.effective_weight) == (None, None)
    codes = [note.code for note in line.notes]
    assert codes == [NoteCode.INDICATOR_UNDEFINED, NoteCode.VALUES_MISSING]
    assert line.points is not None


def test_negative_growth_is_reckoned_like_any_other() -> None:
    sheets = examples.changchun_quarter_sheets()
    sheets["四项指标"][5][8] = "-4%、-2%、-3%"
    line = scored("changchun_quarter", sheets).line("戊市").arithmetic.component("four")
    gdp = next(part for part in line.parts if part.key == "地区生产总值")
    assert gdp.points == 60


def test_equal_indexes_all_get_a_hundred() -> None:
    field = {
        unit: Reading(value=D(107), previous=D(100), rates=(D("0.07"),) * 3) for unit in "甲乙"
    }
    index = Indicator("x", D(1), "share_change+avg_growth", then="range")
    assert convert_field(index, field) == {"甲": 100, "乙": 100}


@pytest.mark.parametrize(
    ("done", "points"), [(110, 100), (109.99, 90), (100, 90), (90, 80), (80, 70), (79.99, 60)]
)
def test_tier_edges_are_closed_below(done: float, points: int) -> None:
    sheets = examples.changchun_quarter_sheets()
    row = next(row for row in sheets["四项指标"] if row[1] == "新建亿元以上项目投资额")
    row[5], row[6] = done, 100
    line = scored("changchun_quarter", sheets).line("甲区").arithmetic.component("four")
    assert [p.points for p in line.parts if p.key == "新建亿元以上项目投资额"] == [points]


@pytest.mark.parametrize(
    ("share", "points"),
    [("1.2", "100"), ("1.05", "95"), ("0.85", "75"), ("0.8", "70"), ("0.79", "60")],
)
def test_tiers_may_be_linear_inside(share: str, points: str) -> None:
    assert conversions.five_tier_linear(D(share)) == D(points)


def test_four_weights_that_are_not_a_hundred_are_refused() -> None:
    sheets = examples.changchun_quarter_sheets()
    for row in sheets["四项指标"][1:6]:
        row[2] = 31
    assert ("四项指标", 2, "指标", "weights_wrong") in problems("changchun_quarter", sheets)


def test_an_empty_band_gives_nobody_the_grade_and_asks_for_a_decision() -> None:
    sheets = examples.changchun_sheets()
    sheets = {name: [row for row in rows if row[0] != "戊市"] for name, rows in sheets.items()}
    scores = scored("changchun", sheets)
    [question] = scores.category("D").needs_decision
    assert (question.note.code, question.note.facts["n"]) == (NoteCode.NO_SEAT_FITS_BAND, 4)
    assert {line.grade for line in scores.lines} == {"competent"}


def test_grade_names_are_data_and_may_mix_units_and_persons() -> None:
    names = [grade.zh for grade in preset("changchun").grades]
    assert names == ["优秀", "称职", "基本称职", "较差"]


def test_restated_figures_are_kept_in_both_versions() -> None:
    sheets = examples.changchun_quarter_sheets()
    header, *rows = sheets["四项指标"]
    sheets["四项指标"] = [[*header, "上期公布值"], *([*row, None] for row in rows)]
    sheets["四项指标"][1][-1] = 520
    line = scored("changchun_quarter", sheets).line("甲区").arithmetic.component("four")
    [note] = line.notes
    assert note.code is NoteCode.PREVIOUS_RESTATED
    assert (note.facts["published"], note.facts["restated"]) == (D(520), D(500))
    assert line.points == D("90.9030")


def test_departments_of_a_quarter_have_other_weights_than_districts() -> None:
    sheets: Sheets = {
        "单位": [["单位", "类别"], ["甲局", "经济管理"]],
        "三项重点工作": [["单位", "一", "二", "三"], ["甲局", 90, 90, 90]],
        "职责指标": [["单位", "指标", "权重", "得分"], ["甲局", "职责", 1, 80]],
    }
    line = scored("changchun_quarter", sheets).line("甲局")
    assert [part.key for part in line.components] == ["three", "duties"]
    assert line.total == D("86.0000")


# --- Changsha ---------------------------------------------------------------------------------


def test_a_forced_minimum_takes_its_seat_from_the_grade_with_most() -> None:
    text = preset_text("changsha").replace(
        'share = "0.06" }', 'share = "0.06", at_least_one_from = 10 }'
    )
    units = [Candidate(f"D{i:02}", D(90 - i), i + 1) for i in range(10)]
    plain = grade_units(preset("changsha"), units, n=10).seats
    forced = grade_units(scheme_from_toml(text), units, n=10).seats
    assert (list(plain.values()), list(forced.values())) == ([2, 8, 0], [2, 7, 1])


def test_five_districts_with_equal_scores_share_the_second_place() -> None:
    sheets = examples.changsha_sheets()
    for name, column in (("绩效目标", 3), ("民主测评票数", 6), ("公众评价票数", 6)):
        for row in sheets[name]:
            if row[0] in {"区2", "区3", "区4", "区5"}:
                row[column] = 91
    lines = [scored("changsha", sheets).line(f"区{i}") for i in range(1, 6)]
    assert [line.place for line in lines] == [1, 2, 2, 2, 2]
    assert lines[1].notes[-1].facts == {"place": 2, "n_units": 4}


def test_a_person_who_moved_units_keeps_the_run_of_third_grades() -> None:
    sheets = examples.changsha_sheets()
    li = next(row for row in sheets["人员"] if row[0] == "李")
    assert measures(persons(scored("changsha", sheets)).line("李")) == ["免职"]
    li[1] = "D09"
    next(row for row in sheets["分工履职"] if row[0] == "李")[1] = 60
    moved = persons(scored("changsha", sheets)).line("李")
    assert (moved.team, moved.grade, measures(moved)) == ("D09", "third", ["免职"])


@pytest.mark.parametrize("former", ["无、三等", "二等、三等", "无", None])
def test_a_period_without_the_grade_breaks_the_run(former: str | None) -> None:
    sheets = examples.changsha_sheets()
    next(row for row in sheets["人员"] if row[0] == "李")[2] = former
    assert measures(persons(scored("changsha", sheets)).line("李")) == []


def test_a_fourth_grade_stays_in_the_base_and_has_no_place() -> None:
    scores = persons(scored("changsha", examples.changsha_sheets()))
    assert scores.line("刘").place is None
    assert scores.category("leaders").n == 6
    assert [line.place for line in scores.lines] == [1, 2, 3, 4, 5, None]


def test_lowering_stops_at_the_third_grade() -> None:
    sheets = examples.changsha_sheets()
    sheets["人员事实认定"] += [["李", "重大安全责任事故", "样例2号"],
                               ["李", "三等单位主要领导降等", "样例3号"]]  # fmt: skip
    assert persons(scored("changsha", sheets)).line("李").grade == "third"


def test_a_fact_without_a_document_is_refused() -> None:
    sheets = examples.changsha_sheets()
    sheets["人员事实认定"][1][2] = None
    assert problems("changsha", sheets) == [("人员事实认定", 2, "文号", "missing")]


def test_units_have_three_grades_and_persons_four_at_once() -> None:
    scores = scored("changsha", examples.changsha_sheets())
    assert {line.grade for line in scores.lines} <= {"first", "second", "third"}
    assert {line.grade for line in persons(scores).lines} == {"first", "second", "third", "fourth"}


def test_an_open_team_leaves_its_members_open() -> None:
    sheets = examples.changsha_sheets()
    sheets["公众评价票数"] = [row for row in sheets["公众评价票数"] if row[0] != "D01"]
    scores = scored("changsha", sheets)
    assert scores.line("D01").total is None
    assert persons(scores).line("张").total is None
    [question] = persons(scores).category("leaders").needs_decision
    assert question.units == ("张", "王")


def test_a_person_of_an_unknown_unit_is_refused() -> None:
    sheets = examples.changsha_sheets()
    sheets["人员"][1][1] = "无此单位"
    assert problems("changsha", sheets) == [("人员", 2, "单位", "unknown_unit")]


# --- Jiuyuan ----------------------------------------------------------------------------------


def board(values: list[Any], *, tie: str = "better", lower: bool = False) -> list[str]:
    """Colours of so many districts, 九原 first, by one indicator."""
    places = ["九原", *(f"区{i}" for i in range(2, len(values) + 1))]
    sheets = examples.jiuyuan_sheets()
    direction = "越低越好" if lower else "越高越好"
    sheets["晾晒指标"] = [["指标", "责任单位", "方向", *places],
                          ["税收", "发改委、招商局", direction, *values]]  # fmt: skip
    text = preset_text("jiuyuan").replace('7, tie = "better"', f'7, tie = "{tie}"')
    scheme = scheme_from_toml(text)
    [line] = score(scheme, read_inputs(scheme, as_workbook(sheets))).boards
    return [line.colours[place][0] for place in places]


@pytest.mark.parametrize(
    ("values", "tie", "colours"),
    [
        ([10, 9, 8, 7, 7, 5, 4, 3, 2, 1], "better", "gggggyyrrr"),
        ([10, 9, 8, 7, 7, 5, 4, 3, 2, 1], "worse", "gggyyyyrrr"),
        ([10, 9, 8, 7, 6, 5, 4, 4, 2, 1], "better", "ggggyyyyrr"),
        ([10, 9, 8, 7, 6, 5, 4, 4, 2, 1], "worse", "ggggyyrrrr"),
    ],
)
def test_ties_at_the_edges_of_the_colours(values: list[int], tie: str, colours: str) -> None:
    assert "".join(board(values, tie=tie)) == colours


@pytest.mark.parametrize(
    ("n", "colours"),
    [(7, "ggggrrr"), (8, "ggggyrrr"), (9, "ggggyyrrr"), (11, "ggggyyyyrrr")],
)
def test_fields_of_other_sizes(n: int, colours: str) -> None:
    assert "".join(board([100 - i for i in range(n)])) == colours


def test_six_districts_are_too_few_for_colours() -> None:
    sheets = examples.jiuyuan_sheets()
    sheets["晾晒指标"] = [["指标", "责任单位", "九原", "乙", "丙", "丁", "戊", "己"],
                          ["税收", "发改委", 6, 5, 4, 3, 2, 1]]  # fmt: skip
    scores = scored("jiuyuan", sheets)
    assert set(scores.boards[0].colours.values()) == {"grey"}
    assert scores.line("发改委").arithmetic.component("display").points is None


def test_where_lower_is_better_the_lowest_figure_is_green() -> None:
    assert board([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], lower=True)[0] == "g"
    assert board([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[0] == "r"


def test_a_missing_figure_is_grey_and_takes_no_place() -> None:
    sheets = examples.jiuyuan_sheets()
    sheets["晾晒指标"][1][2 + 3] = None
    scores = scored("jiuyuan", sheets)
    assert scores.boards[0].colours["九原"] == "grey"
    assert len(scores.boards[0].places) == 9
    line = scores.line("发改委").arithmetic.component("display")
    assert [part.points for part in line.parts] == [None, D(80)]
    assert (line.points, line.notes[-1].code) == (D(80), NoteCode.VALUES_MISSING)


def test_two_responsible_departments_both_get_the_colour_at_half_its_weight() -> None:
    sheets = examples.jiuyuan_sheets()
    sheets["晾晒指标"][1][1] = "发改委、招商局"
    scores = scored("jiuyuan", sheets)
    parts = {
        unit: [
            (p.points, p.weight) for p in scores.line(unit).arithmetic.component("display").parts
        ]
        for unit in ("发改委", "招商局")
    }
    half, whole = D("0.5"), D(1)
    assert parts == {
        "发改委": [(D(100), half), (D(80), whole)],
        "招商局": [(D(100), half), (D(100), whole)],
    }
    points = scores.line("发改委").arithmetic.component("display").points
    assert points == D("86.6667")


def test_thirty_per_cent_of_three_is_no_seat() -> None:
    sheets = examples.jiuyuan_sheets()
    sheets["人员"], sheets["登记得分"] = sheets["人员"][:4], sheets["登记得分"][:4]
    found = persons(scored("jiuyuan", sheets))
    assert found.category("officials").seats == {"excellent": 0}
    assert {line.grade for line in found.lines} == {"good"}


def test_a_decision_settles_the_tie_over_the_edge() -> None:
    sheets = examples.jiuyuan_sheets()
    header = ["人员", "事项", "认定结果", "事由", "文号", "认定人"]
    settled = [[who, "等次", grade, "样例", "样例1号", "考核办（样例）"]
               for who, grade in (("干03", "优秀"), ("干04", "良好"))]  # fmt: skip
    sheets["人员组织认定"] = [header, *settled]
    found = persons(scored("jiuyuan", sheets))
    assert found.category("officials").needs_decision == ()
    assert (found.line("干03").grade, found.line("干04").grade) == ("excellent", "good")


def test_red_calls_for_a_talk_with_a_due_date_and_green_for_publicity() -> None:
    sheets = examples.jiuyuan_sheets()
    for row in sheets["晾晒指标"][1:]:
        if row[1] == "招商局":
            row[2 + 3] = 1
    scores = scored("jiuyuan", sheets)
    [talk] = scores.line("招商局").consequences
    assert talk.facts["zh"] == "约谈责任领导，督促提升进度"
    assert talk.facts["due_working_days"] == 10
    assert measures(scores.line("发改委")) == ["提炼经验，对外宣传推广"]


# --- any place --------------------------------------------------------------------------------


def test_a_bonus_counts_only_after_somebody_else_approved_it() -> None:
    sheets = examples.changsha_sheets()
    header = ["单位", "类型", "分值", "事由", "文号", "佐证材料", "提出人", "审批人"]
    row = ["D01", "加分", 1.5, "样例", "样例1号", "样例佐证.pdf", "样例甲"]
    sheets["加减分"] = [header, [*row, None]]
    waiting = scored("changsha", sheets).line("D01").arithmetic
    assert (waiting.bonus, waiting.notes[0].code) == (D(0), NoteCode.ADJUSTMENT_UNAPPROVED)
    sheets["加减分"] = [header, [*row, "样例乙"]]
    assert scored("changsha", sheets).line("D01").arithmetic.bonus == D("1.5")
    sheets["加减分"] = [header, [*row, "样例甲"]]
    assert problems("changsha", sheets) == [("加减分", 2, "审批人", "same_person")]


def test_a_branch_that_is_missing_gives_its_weight_to_the_others() -> None:
    units = (UnitInputs("甲区", "D", readings={"annual": {"a": Reading(points=D(90))}}),)
    indicators = {"annual": (Indicator("a", D(1), branch="common"),)}
    line = score(preset("changchun"), PeriodInputs(units, indicators)).line("甲区")
    [part] = line.arithmetic.component("annual").parts
    assert (line.arithmetic.component("annual").points, part.effective_weight) == (D(90), D(1))


def test_a_branch_that_the_scheme_does_not_have_is_refused() -> None:
    units = (UnitInputs("甲区", "D", readings={"annual": {"a": Reading(points=D(90))}}),)
    indicators = {"annual": (Indicator("a", D(1), branch="luck"),)}
    with pytest.raises(Invalid, match="unknown_branch"):
        score(preset("changchun"), PeriodInputs(units, indicators))


def test_a_total_below_its_least_remainder_never_ties_apart() -> None:
    sheets = examples.changsha_sheets()
    scores = scored("changsha", sheets)
    first, second = scores.line("D07"), scores.line("D08")
    assert (first.total, first.place, first.grade) == (second.total, second.place, second.grade)
