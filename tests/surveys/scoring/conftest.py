"""The worked example in the database."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.models import ScoreRun
from surveys.scoring.score_period import score_period
from tests.surveys.scoring.example_county import ExampleCounty, example_county


@pytest.fixture
def county(session: Session, now: datetime) -> ExampleCounty:
    return example_county(session, now=now)


@pytest.fixture
def run(session: Session, county: ExampleCounty, now: datetime) -> ScoreRun:
    return score_period(
        session, period_id=county.period.id, leave_out_excluded=True, now=now, by=county.first.id
    )
