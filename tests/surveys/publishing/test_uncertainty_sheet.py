"""The workbook says how sure places and grades are, once that was drawn."""

import io
from datetime import datetime

import openpyxl
from sqlalchemy.orm import Session

from surveys.models import ScoreRun
from surveys.publishing.score_workbook import score_workbook
from surveys.publishing.uncertainty_sheet import HEADINGS, TITLE, mostly
from surveys.scoring.uncertainty import estimate_uncertainty
from tests.surveys.scoring.example_county import TWIN, ExampleCounty


def test_a_drawn_run_has_its_sheet(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    estimate_uncertainty(session, run_id=run.id, seed=1, now=now, by=county.first.id, n_draws=4)
    book = openpyxl.load_workbook(io.BytesIO(score_workbook(session, period_id=county.period.id)))
    heading, *rows = book[TITLE].iter_rows(values_only=True)
    assert heading == HEADINGS
    assert len(rows) == len(county.units)
    twin = next(dict(zip(HEADINGS, row, strict=True)) for row in rows if row[2] == TWIN)
    line = county.line(run, TWIN)
    assert (twin["总分 Total"], twin["名次 Place"]) == (float(line.total or 0), line.place)
    share = twin["换人评等次会变 Another grade"]
    assert isinstance(share, int | float)
    assert 0 <= share <= 1


def test_a_grade_that_never_differs_has_no_other() -> None:
    assert mostly({"A": 1.0}, "A") is None
    assert mostly({"A": 0.6, "B": 0.1, "C": 0.3}, "A") == "C"
