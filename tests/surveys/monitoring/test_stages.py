"""Where a period stands, and what comes next."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.models import CampaignState, Examination, Finding, FindingLevel
from surveys.monitoring.stages import Stage, period_stage
from tests.small_county import SmallCounty, build_small_county


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_small_county(session, now=now)


def stage(session: Session, county: SmallCounty) -> Stage:
    session.flush()
    return period_stage(session, period_id=county.period.id).stage


def opened(county: SmallCounty) -> None:
    county.campaign.manifest, county.campaign.root = {}, b"r" * 32
    county.campaign.state = CampaignState.OPENED


def examination(county: SmallCounty, now: datetime) -> Examination:
    return Examination(
        campaign_id=county.campaign.id,
        examined_at=now,
        seed=1,
        input_hash=b"",
        software_version="0",
        n_ballots=1,
        parameters={},
        not_run={},
    )


def finding(level: FindingLevel) -> Finding:
    return Finding(
        position=1,
        check="stuffing",
        level=level,
        subject={},
        n_ballots=9,
        evidence_zh="样例",
        evidence_en="sample",
    )


def test_a_period_that_is_not_frozen_is_being_set_up(session: Session, now: datetime) -> None:
    assert stage(session, build_small_county(session, now=now, frozen=False)) is Stage.SETUP


def test_a_frozen_period_issues_codes(session: Session, county: SmallCounty) -> None:
    assert stage(session, county) is Stage.ISSUING


def test_an_opened_box_waits_to_be_examined(session: Session, county: SmallCounty) -> None:
    opened(county)
    assert stage(session, county) is Stage.EXAMINING


def test_a_finding_above_information_waits_for_two_persons(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    opened(county)
    made = examination(county, now)
    made.findings.append(finding(FindingLevel.LOOK))
    session.add(made)
    assert stage(session, county) is Stage.REVIEW


def test_information_needs_no_decision(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    opened(county)
    made = examination(county, now)
    made.findings.append(finding(FindingLevel.INFORMATION))
    session.add(made)
    assert stage(session, county) is Stage.SCORING


def test_the_slowest_campaign_is_what_a_period_waits_for(
    session: Session, county: SmallCounty
) -> None:
    session.flush()
    waits = period_stage(session, period_id=county.period.id).waits_for
    assert waits is not None
    assert waits.campaign is county.campaign
