"""The worked example, scored, signed by two persons and published."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.models import ScoreRun
from surveys.publishing.certify import certify, countersign, publish
from surveys.scoring.score_period import score_both_ways
from tests.surveys.publishing.left_open import sign
from tests.surveys.scoring.example_county import ExampleCounty, example_county


@pytest.fixture
def county(session: Session, now: datetime) -> ExampleCounty:
    return example_county(session, now=now)


@pytest.fixture
def run(session: Session, county: ExampleCounty, now: datetime) -> ScoreRun:
    _with_all, without = score_both_ways(
        session, period_id=county.period.id, now=now, by=county.first.id
    )
    return without


@pytest.fixture
def published(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> ExampleCounty:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    sign(countersign, session, period_id=run.period_id, now=now, by=county.second.id)
    publish(session, period_id=run.period_id, now=now, by=county.first.id)
    return county
