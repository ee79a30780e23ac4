"""The workbook shows both runs, every figure as a number that adds up again."""

import io
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from surveys.formulas import harmless
from surveys.models import ScoreRun
from surveys.publishing.decision_sheet import DECISIONS_TITLE
from surveys.publishing.score_workbook import TITLES, score_workbook
from tests.surveys.scoring.example_county import BODY, TWIN, ExampleCounty

HEADINGS = 3
WEIGHTS = (Decimal("0.25"), Decimal("0.45"), Decimal("0.05"), Decimal("0.15"), Decimal("0.10"))


def sheets(session: Session, county: ExampleCounty) -> dict[str, Worksheet]:
    data = score_workbook(session, period_id=county.period.id)
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: sheet for sheet in book.worksheets}


def row_of(sheet: Worksheet, name: str) -> list[object]:
    rows = sheet.iter_rows(min_row=HEADINGS + 1, values_only=True)
    return next(list(row) for row in rows if row[2] == name)


def test_both_runs_have_their_sheet(session: Session, county: ExampleCounty, run: ScoreRun) -> None:
    assert list(sheets(session, county)) == [*TITLES.values(), DECISIONS_TITLE]


def test_every_unit_has_one_row_under_the_offices_time(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    found = sheets(session, county)
    scored_at = run.scored_at.astimezone(ZoneInfo("Asia/Shanghai"))
    for sheet in (found[title] for title in TITLES.values()):
        assert str(sheet["A2"].value).endswith(f"{scored_at:%Y-%m-%d %H:%M}")
        assert sheet.max_row == HEADINGS + len(county.units)


def test_columns_stand_under_their_headings(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    sheet = sheets(session, county)["剔除后 Without excluded"]
    headings = [cell.value for cell in sheet[HEADINGS]]
    row = row_of(sheet, TWIN)
    found = dict(zip(headings, row, strict=True))
    assert (found["总分 Total"], found["名次 Place"]) == (94.3713, 1)
    assert (found["等次 Grade"], found["榜色 Colour"]) == ("优秀 Excellent", "绿 Green")


def test_a_row_adds_up_to_its_total(session: Session, county: ExampleCounty, run: ScoreRun) -> None:
    row = row_of(sheets(session, county)["剔除后 Without excluded"], BODY)
    points = [Decimal(str(value)) for value in row[3:8]]
    bonus, deduction, reverse, total = (Decimal(str(value)) for value in row[8:12])
    exact = sum((p * w for p, w in zip(points, WEIGHTS, strict=True)), bonus) - deduction - reverse
    assert (exact, total) == (Decimal("92.662915"), Decimal("92.6629"))


def test_a_unit_without_a_total_has_an_empty_cell(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    assert row_of(sheets(session, county)["剔除后 Without excluded"], "己局")[11] is None


def test_sample_data_is_marked(session: Session, county: ExampleCounty, run: ScoreRun) -> None:
    found = sheets(session, county)
    for sheet in (found[title] for title in TITLES.values()):
        assert "样例 Sample" in str(sheet["A1"].value)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1"])
def test_no_name_becomes_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_names_are_written_as_text(session: Session, county: ExampleCounty, run: ScoreRun) -> None:
    county.units[TWIN].name_zh = "=SUM(A1)"
    session.flush()
    sheet = sheets(session, county)["剔除后 Without excluded"]
    cell = sheet.cell(HEADINGS + 1, 3)
    assert (cell.data_type, cell.value) == ("s", "'=SUM(A1)")
