"""A workbook gives the same inputs as the sheet it was made from, or all its problems at once."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from surveys.errors import Invalid
from surveys.scoring.as_data import scores_as_data
from surveys.scoring.result_workbook import result_workbook
from surveys.scoring.rounding import shown
from surveys.scoring.score import score
from surveys.scoring.workbook import read_inputs
from surveys.setup.problems import RowProblem
from tests.surveys.scoring.example_workbook import BODY, Sheets, as_workbook, example_sheets
from tests.surveys.scoring.worked_example import (
    example_inputs,
    example_scores,
    expected,
    liuyang,
)

# header is row 1, so the first unit stands in row 2
MISTAKES: list[tuple[str, int, int, Any, str]] = [
    ("单位", 2, 1, "X9", "not_a_choice"),
    ("单位", 3, 0, "甲镇", "given_twice"),
    ("季度得分", 2, 1, "九十", "not_a_number"),
    ("季度得分", 2, 2, 101, "out_of_range"),
    ("季度得分", 3, 0, "无此镇", "unknown_unit"),
    ("年度指标", 3, 2, 2, "indicator_differs"),
    ("年度指标", 3, 0, "甲镇", "given_twice"),
    ("专项", 2, 1, -1, "out_of_range"),
    ("民主测评票数", 4, 1, "外星人", "not_a_choice"),
    ("民主测评票数", 4, 2, 1.5, "not_whole"),
    ("民主测评票数", 4, 2, -1, "out_of_range"),
    ("公认度票数", 3, 1, "抽样邀请", "given_twice"),
    ("加减分", 2, 1, "奖励", "not_a_choice"),
    ("加减分", 2, 2, "", "missing"),
    ("一票否决", 2, 1, "信访", "veto_without_document"),
    ("反向测评", 2, 1, BODY, "unit_rates_itself"),
    ("反向测评", 3, 2, "很好", "not_a_choice"),
]


def problems_of(sheets: Sheets) -> tuple[RowProblem, ...]:
    with pytest.raises(Invalid, match="workbook_invalid") as refused:
        read_inputs(liuyang(), as_workbook(sheets))
    found = refused.value.facts["problems"]
    assert isinstance(found, tuple)
    return found


@pytest.fixture(scope="module")
def data() -> bytes:
    return as_workbook(example_sheets())


def test_the_example_read_from_a_workbook_has_the_published_totals(data: bytes) -> None:
    scores = score(liuyang(), read_inputs(liuyang(), data))
    found = {unit: shown(scores.line(unit).total or Decimal(-1)) for unit in expected()["units"]}
    assert found == {unit: line["total"] for unit, line in expected()["units"].items()}
    assert [line.unit for line in scores.lines if line.category == "T2"] == [
        line.unit for line in example_scores().lines
    ]


def test_the_body_pays_for_its_reverse_result(data: bytes) -> None:
    line = score(liuyang(), read_inputs(liuyang(), data)).line(BODY).arithmetic
    assert shown(line.reverse_points or Decimal(-1)) == expected()["reverse"]["R"]
    assert shown(line.reverse_deduction) == expected()["reverse"]["deduction"]


@pytest.mark.parametrize(("sheet", "row", "column", "value", "code"), MISTAKES)
def test_a_mistake_is_named_by_its_row(
    sheet: str, row: int, column: int, value: object, code: str
) -> None:
    sheets = example_sheets()
    sheets[sheet][row - 1][column] = value
    assert (sheet, row, code) in [(p.sheet, p.row, p.code) for p in problems_of(sheets)]


def test_all_mistakes_come_back_together_in_reading_order() -> None:
    sheets = example_sheets()
    sheets["季度得分"][1][1] = "九十"
    sheets["专项"][3][1] = "?"
    sheets["一票否决"][1][0] = "无此镇"
    found = [(p.sheet, p.cell) for p in problems_of(sheets)]
    assert found == [("季度得分", "B2"), ("专项", "B4"), ("一票否决", "A2")]


@pytest.mark.parametrize("sheet", ["单位", "季度得分", "年度指标", "专项", "民主测评票数"])
def test_a_missing_sheet_is_named(sheet: str) -> None:
    sheets = example_sheets()
    del sheets[sheet]
    assert (sheet, "sheet_missing") in [(p.sheet, p.code) for p in problems_of(sheets)]


@pytest.mark.parametrize("sheet", ["加减分", "一票否决", "反向测评"])
def test_sheets_of_events_may_be_missing(sheet: str) -> None:
    sheets = example_sheets()
    del sheets[sheet]
    assert len(read_inputs(liuyang(), as_workbook(sheets)).units) == 6


def test_an_option_column_that_is_missing_or_unknown_is_named_once() -> None:
    sheets = example_sheets()
    sheets["民主测评票数"][0][2] = "极好"
    codes = [(p.header, p.code) for p in problems_of(sheets)]
    assert codes.count(("极好", "unknown_option")) == 1
    assert codes.count(("好", "column_missing")) == 1


def test_an_empty_quarter_is_missing_not_zero() -> None:
    sheets = example_sheets()
    sheets["季度得分"][1][4] = None
    scores = score(liuyang(), read_inputs(liuyang(), as_workbook(sheets)))
    assert scores.line("甲镇").arithmetic.component("quarterly").points == 92


def test_a_unit_can_be_left_out_of_the_quota_base() -> None:
    sheets = example_sheets()
    sheets["单位"] = [
        ["单位", "类别", "计入名额基数"],
        *([*row, "是"] for row in sheets["单位"][1:]),
    ]
    sheets["单位"][1][2] = "否"
    scores = score(liuyang(), read_inputs(liuyang(), as_workbook(sheets)))
    assert scores.category("T2").n == 4
    assert scores.line("甲镇").place is None


def test_indicators_can_be_converted_from_raw_figures() -> None:
    sheets = example_sheets()
    sheets["年度指标"] = [
        ["单位", "指标", "权重", "折算方法", "完成值", "目标值"],
        *([row[0], "税收", 1, "比例折算", 45, 50] for row in sheets["年度指标"][1:]),
    ]
    scores = score(liuyang(), read_inputs(liuyang(), as_workbook(sheets)))
    assert scores.line("甲镇").arithmetic.component("annual").points == 90


def test_typed_decimals_keep_their_digits() -> None:
    sheets = example_sheets()
    sheets["专项"][1][1] = 0.1 + 0.2
    scores = score(liuyang(), read_inputs(liuyang(), as_workbook(sheets)))
    [part] = scores.line("甲镇").arithmetic.component("special").parts
    assert part.points == Decimal("0.3")


def test_the_result_workbook_shows_totals_to_four_places() -> None:
    book = openpyxl.load_workbook(
        BytesIO(result_workbook(liuyang(), example_inputs(), example_scores()))
    )
    rows = list(book["总分"].iter_rows(values_only=True))
    headers = [str(header) for header in rows[0]]
    by_unit = {row[1]: dict(zip(headers, row, strict=True)) for row in rows[1:]}
    sheet = expected()["units"]
    for unit, line in sheet.items():
        assert f"{by_unit[unit]['总分']:.4f}" == line["total"]
        assert by_unit[unit]["等次"] == line["grade"]
        assert by_unit[unit]["名次"] == (line["rank"] or "一票否决")
        assert by_unit[unit]["书面报告"] == ("是" if line["report"] else "否")
    assert {cell.number_format for row in book["总分"]["C2:G6"] for cell in row} == {"0.0000##"}


def test_a_name_never_becomes_a_formula() -> None:
    sheets = {
        name: [["=1+1" if cell == "甲镇" else cell for cell in row] for row in rows]
        for name, rows in example_sheets().items()
    }
    inputs = read_inputs(liuyang(), as_workbook(sheets, formulas=False))
    book = openpyxl.load_workbook(
        BytesIO(result_workbook(liuyang(), inputs, score(liuyang(), inputs)))
    )
    cells = [cell for row in book["总分"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]


def test_the_same_scores_give_the_same_bytes() -> None:
    first = result_workbook(liuyang(), example_inputs(), example_scores())
    assert first == result_workbook(liuyang(), example_inputs(), example_scores())


def test_plain_data_keep_every_figure_as_text() -> None:
    data = scores_as_data(example_scores())
    line = next(unit for unit in data["units"] if unit["unit"] == "丙镇")
    component = next(item for item in line["components"] if item["component"] == "democratic")
    assert (line["total"], component["points"]) == ("84.5085", "86.3235")
    assert component["weighted"] == "12.948525"
    assert component["parts"][0]["effective_weight"] == "0.3529"
    assert component["notes"][0]["code"] == "group_below_minimum"
