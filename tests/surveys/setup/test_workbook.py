"""A workbook that is right is read whole; each mistake is named by sheet, row and column."""

from datetime import date
from decimal import Decimal
from importlib import resources

import pytest

from surveys.errors import Invalid
from surveys.models import IndicatorPart, RaterScope
from surveys.sample.leading_groups import REWORDED, reworded
from surveys.scoring.period_scheme import own_scheme
from surveys.setup.questionnaires import Condition, ItemKind
from surveys.setup.workbook import read_setup_workbook
from tests.surveys.setup.small_workbook import Cell, problems_of, read, small, spoilt

WORKBOOKS = resources.files("surveys.sample") / "workbooks"


def sample(name: str) -> bytes:
    return (WORKBOOKS / name).read_bytes()


def test_a_right_workbook_is_read_whole() -> None:
    book = read(small())
    assert book.period.code == "2026S"
    assert book.period.ends_on == date(2026, 12, 31)
    assert [unit.code for unit in book.units] == ["D01", "D02", "D03", "T01"]
    assert [form.code for form in book.questionnaires] == ["team", "back", "folk"]


def test_numbers_are_exact() -> None:
    book = read(small())
    assert [group.weight for group in book.groups[:4]] == [
        Decimal("0.35"),
        Decimal("0.25"),
        Decimal("0.3"),
        Decimal("0.1"),
    ]
    assert book.questionnaires[0].options[1].points == Decimal("50.5")
    assert (book.values[4].value, book.values[4].target) == (Decimal("0.1"), Decimal("0.3"))


def test_a_body_of_a_group_is_not_paired_with_itself() -> None:
    assert read(small()).assessments == (
        ("D01", "D02"),
        ("D01", "D03"),
        ("D01", "T01"),
        ("D02", "T01"),
    )


def test_the_place_of_the_units_name_is_written_the_same_in_both_languages() -> None:
    folk = read(small()).questionnaires[2]
    assert folk.intro.zh == "请评价{unit}。"
    assert folk.intro.en == "Rate {unit}."


def test_a_route_counts_options_from_one() -> None:
    later = read(small()).questionnaires[2].items[1]
    assert later.show_if == (Condition(item="F1", values=(2,), negated=True),)


def test_a_deduction_method_is_a_step_down_from_full_marks() -> None:
    hazards = read(small()).indicators[2]
    assert hazards.conversion == "step"
    assert hazards.parameters == {"reference": "0", "base": "100", "points_per_unit": "5"}
    assert hazards.lower_is_better


def test_columns_may_stand_in_any_order_below_a_title() -> None:
    sheets = small()
    sheets["类别"] = [["标题"], [], *[[row[3], *row[:3]] for row in sheets["类别"]]]
    assert [row.code for row in read(sheets).categories] == ["M1", "T1"]


def test_headers_in_half_width_are_the_same() -> None:
    sheets = small()
    sheets["考核周期"][3][0] = "周期名称(英文)"
    assert read(sheets).period.name_en == "Sample"


@pytest.mark.parametrize(
    ("cell", "open_code", "proof_of_work"),
    [(None, False, False), ("否", False, False), ("是", True, False), ("防刷", True, True)],
)
def test_an_open_code_may_ask_for_proof_of_work(
    cell: Cell, open_code: bool, proof_of_work: bool
) -> None:
    sheets = small()
    sheets["测评主体"][5][8] = cell
    group = read(sheets).groups[4]
    assert (group.open_code, group.proof_of_work) == (open_code, proof_of_work)


BAD_CELLS: list[tuple[str, str, Cell, str]] = [
    ("考核周期", "B8", "2025-12-31", "ends_before_start"),
    ("考核周期", "B7", "2026-13-01", "not_a_date"),
    ("考核周期", "B9", "elsewhere", "not_a_choice"),
    ("考核周期", "B2", "20/26", "bad_code"),
    ("类别", "D2", "机关", "not_a_choice"),
    ("类别", "A2", "X9", "category_not_in_scheme"),
    ("单位名单", "A3", "D01", "duplicate"),
    ("单位名单", "B3", "样例一局", "duplicate"),
    ("单位名单", "B3", None, "missing"),
    ("单位名单", "D3", "M9", "unknown_category"),
    ("单位名单", "E3", "许多", "not_a_number"),
    ("单位名单", "E3", 2.5, "not_whole"),
    ("单位名单", "E3", -1, "out_of_range"),
    ("考核关系", "A2", "D99", "unknown_unit"),
    ("考核关系", "B2", "D01", "assesses_itself"),
    ("考核关系", "B2", "全县", "unknown_subject"),
    ("测评表", "B2", "问卷调查", "not_a_choice"),
    ("测评表", "G2", "X", "unknown_option"),
    ("测评表", "H2", 30, "out_of_range"),
    ("测评选项", "F2", 101, "out_of_range"),
    ("测评选项", "C3", "H", "duplicate"),
    ("测评选项", "A2", "gone", "unknown_form"),
    ("测评选项", "B9", "F9", "unknown_item"),
    ("测评题目", "F3", 35, "item_weights_not_100"),
    ("测评题目", "G4", 500, "out_of_range"),
    ("测评题目", "B3", "T1", "duplicate"),
    ("跳题规则", "C2", "Z", "unknown_option"),
    ("跳题规则", "D2", "F7", "unknown_item"),
    ("测评活动", "D2", "gone", "unknown_form"),
    ("测评主体", "E5", 0.2, "group_weights_not_one"),
    ("测评主体", "A5", "gone", "unknown_campaign"),
    ("测评主体", "G6", "逐类别", "scope_not_for_form"),
    ("测评主体", "I2", "是", "open_code_for_one_unit_only"),
    ("测评主体", "I2", "防刷", "open_code_for_one_unit_only"),
    ("测评主体", "I6", "也许", "not_a_choice"),
    ("测评主体", "F2", 0, "out_of_range"),
    ("测评主体", "E2", 0.3333333, "too_many_places"),
    ("票数调整", "B2", "Z", "unknown_group"),
    ("票数调整", "B2", "A", "size_not_for_single_units"),
    ("票数调整", "D2", 13, "more_than_staff"),
    ("指标", "E2", None, "quarter_missing"),
    ("指标", "E3", 2, "quarter_not_wanted"),
    ("指标", "F4", 0.2, "indicator_weights_not_one"),
    ("指标", "H3", "封顶=高", "bad_parameter"),
    ("指标", "H3", "上限=1", "bad_parameter"),
    ("指标", "J2", "D77", "unknown_unit"),
    ("指标值", "A2", "Q9", "unknown_indicator"),
    ("指标值", "B3", "D01", "duplicate"),
    ("指标值", "C2", 101, "out_of_range"),
    ("指标值", "D6", None, "target_missing"),
    ("加减分", "C2", -1, "out_of_range"),
    ("加减分", "C2", 1.23456, "too_many_places"),
    ("加减分", "E2", None, "missing"),
    ("一票否决", "A2", "D55", "unknown_unit"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "code"), BAD_CELLS)
def test_a_mistake_is_named_by_its_cell(sheet: str, cell: str, value: Cell, code: str) -> None:
    found = problems_of(spoilt(sheet, cell, value))
    assert (sheet, cell, code) in [(row.sheet, row.cell, row.code) for row in found]


def test_all_mistakes_come_at_once_in_reading_order() -> None:
    sheets = spoilt("单位名单", "E3", "许多")
    sheets["单位名单"][1][3] = "M9"
    sheets["考核周期"][6][1] = "去年"
    found = problems_of(sheets)
    assert [(row.sheet, row.cell) for row in found[:3]] == [
        ("考核周期", "B7"),
        ("单位名单", "D2"),
        ("单位名单", "E3"),
    ]


def test_a_problem_tells_what_was_found_and_what_was_expected() -> None:
    problem = problems_of(spoilt("类别", "D2", "机关"))[0]
    assert (problem.value, problem.expected) == ("机关", ("部门", "乡镇"))


def test_a_missing_sheet_is_named() -> None:
    sheets = small()
    del sheets["指标值"]
    assert [(row.sheet, row.code) for row in problems_of(sheets)] == [("指标值", "sheet_missing")]


def test_a_missing_column_is_named_at_the_row_of_headers() -> None:
    sheets = small()
    sheets["加减分"] = [row[:-1] for row in sheets["加减分"]]
    problem = problems_of(sheets)[0]
    assert (problem.row, problem.header, problem.code) == (1, "文件依据", "column_missing")


def test_a_list_of_units_without_units_is_named() -> None:
    sheets = small()
    del sheets["单位名单"][1:]
    assert ("单位名单", "sheet_empty") in [(row.sheet, row.code) for row in problems_of(sheets)]


def many_units() -> dict[str, list[list[Cell]]]:
    """A workbook with 320 more departments in one category."""
    sheets = small()
    sheets["单位名单"] += [
        [f"D{place}", f"样例{place}局", f"Bureau {place}", "M1", 9] for place in range(100, 420)
    ]
    return sheets


def test_many_units_are_split_over_several_ballots() -> None:
    assert read(many_units()).questionnaires[0].most_targets == 20


def test_a_ballot_longer_than_an_envelope_is_refused() -> None:
    sheets = many_units()
    sheets["测评表"] = [
        [*row, "每票单位上限" if place == 0 else 0] for place, row in enumerate(sheets["测评表"])
    ]
    problem = next(row for row in problems_of(sheets) if row.code == "ballot_too_long")
    assert (problem.sheet, problem.cell, problem.value) == ("测评主体", "G2", "646")


def test_a_column_that_nobody_knows_is_refused_with_its_cell() -> None:
    sheets = small()
    sheets["测评题目"] = [
        [*row, "难度" if place == 0 else "高"] for place, row in enumerate(sheets["测评题目"])
    ]
    (problem,) = problems_of(sheets)
    assert (problem.code, problem.sheet, problem.cell) == ("unknown_column", "测评题目", "H1")


def test_the_sample_year_has_its_units_campaigns_and_four_questionnaires() -> None:
    book = read_setup_workbook(sample("样例县2025年度.xlsx"))
    assert len([unit for unit in book.units if unit.category.startswith("M")]) >= 30
    assert len([unit for unit in book.units if unit.category.startswith("T")]) >= 20
    assert len({unit.category for unit in book.units}) == 10
    assert [form.code for form in book.questionnaires] == [
        "mz_team",
        "mz_member",
        "gr_citizen",
        "fx_assessor",
    ]
    assert [row.code for row in book.campaigns] == ["democratic", "recognition", "reverse"]
    assert len({body for body, _ in book.assessments}) == 6
    assert book.period.sample


def test_the_sample_year_has_figures_for_every_part() -> None:
    book = read_setup_workbook(sample("样例县2025年度.xlsx"))
    assert {row.part for row in book.indicators} == set(IndicatorPart)
    assert len(book.vetoes) == 1


def test_the_citizens_form_leads_on_from_the_first_item() -> None:
    book = read_setup_workbook(sample("样例县2025年度.xlsx"))
    form = book.questionnaires[2]
    assert form.items[0].kind is ItemKind.CHOICE
    conditions = {item.code: item.show_if for item in form.items}
    assert conditions["C6"] == (Condition(item="C1", values=(3, 4), negated=True),)
    assert conditions["C7"] == (Condition(item="C1", values=(4,), negated=True),)


def test_the_sample_quarter_covers_a_few_units() -> None:
    book = read_setup_workbook(sample("样例县2026年第一季度.xlsx"))
    assert book.period.code == "2026Q1"
    assert len(book.units) == 8
    assert RaterScope.UNIT in {group.scope for group in book.groups}


def test_the_faulty_sample_names_some_twenty_cells() -> None:
    with pytest.raises(Invalid) as caught:
        read_setup_workbook(sample("有错误的样例.xlsx"))
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    assert len(rows) >= 15
    assert all(row.cell for row in rows if row.code != "sheet_missing")


def test_the_blank_template_lacks_only_what_is_to_be_filled_in() -> None:
    with pytest.raises(Invalid) as caught:
        read_setup_workbook(sample("空白模板.xlsx"))
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    assert {row.code for row in rows} == {"missing", "sheet_empty"}


def test_the_sample_leading_groups_bring_a_scheme_of_their_own() -> None:
    book = read_setup_workbook(sample("样例县2025年度领导班子和项目.xlsx"))
    assert (len(book.units), len(book.members)) == (4, 12)
    assert {row.name_zh[:2] for row in book.members} == {"样例"}
    scheme = own_scheme(reworded(book.period.own_scheme))
    # Every line that the demo changes is there to be changed.
    assert all(after in reworded(book.period.own_scheme) for _before, after in REWORDED)
    assert (scheme.persons is not None, scheme.progress is not None) == (True, True)
