"""Proposals wait for a named person, and rules that look back see sealed periods only."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Invalid, NotFound
from surveys.models import AuditRecord, Period, Publication, ScoreLine, ScoreRun
from surveys.scoring.former_grades import FormerGrades
from surveys.scoring.proposals import (
    ProposalWord,
    decide_proposal,
    decisions_on_proposals,
    proposal_key,
)
from surveys.scoring.score_period import score_period
from tests.surveys.scoring.example_county import ExampleCounty

WORD = ProposalWord(confirmed=True, reason="样例", document="样例7号", decided_on=date(2026, 1, 5))


def report_of(county: ExampleCounty, run: ScoreRun) -> str:
    """The written report proposed for 戊镇."""
    proposals = county.line(run, "戊镇").consequences["proposals"]
    return proposal_key(next(each for each in proposals if each["code"] == "written_report"))


def decide(
    session: Session, county: ExampleCounty, key: str, now: datetime, word: ProposalWord = WORD
) -> None:
    unit_id = county.units["戊镇"].id
    by = county.first.id
    decide_proposal(session, target_id=unit_id, proposal=key, word=word, now=now, by=by)


def test_a_proposal_is_confirmed_by_a_named_person(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    key = report_of(county, run)
    decide(session, county, key, now)
    kept = decisions_on_proposals(session, target_id=county.units["戊镇"].id)[key]
    assert (kept.confirmed, kept.decided_by, kept.document) == (True, county.first.id, "样例7号")
    acts = session.scalars(select(AuditRecord.body["act"].astext)).all()
    assert "proposal_confirmed" in acts


def test_a_later_word_replaces_the_earlier_one(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    key = report_of(county, run)
    decide(session, county, key, now)
    decide(session, county, key, now, replace(WORD, confirmed=False))
    kept = decisions_on_proposals(session, target_id=county.units["戊镇"].id)
    assert [each.confirmed for each in kept.values()] == [False]


def test_a_decision_stands_after_the_same_scores_again(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    key = report_of(county, run)
    decide(session, county, key, now)
    again = score_period(
        session, period_id=county.period.id, leave_out_excluded=True, now=now, by=county.first.id
    )
    assert report_of(county, again) == key
    # The former run stays beside the new one.
    assert session.get(ScoreRun, run.id) is not None


def test_what_is_not_proposed_cannot_be_confirmed(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    assert run.id
    with pytest.raises(NotFound, match="no_proposal"):
        decide(session, county, "0" * 32, now)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (replace(WORD, reason=" "), "reason_missing"),
        (replace(WORD, document=""), "document_missing"),
        (replace(WORD, decided_on=date(2099, 1, 1)), "date_in_future"),
    ],
)
def test_a_decision_needs_reason_document_and_date(
    session: Session,
    county: ExampleCounty,
    run: ScoreRun,
    now: datetime,
    word: ProposalWord,
    code: str,
) -> None:
    with pytest.raises(Invalid, match=code):
        decide(session, county, report_of(county, run), now, word)


def next_period(session: Session, county: ExampleCounty) -> Period:
    old = county.period
    period = Period(
        code="NEXT",
        name_zh="下一期",
        name_en="Next",
        county_zh=old.county_zh,
        county_en=old.county_en,
        starts_on=old.ends_on + timedelta(days=1),
        ends_on=old.ends_on + timedelta(days=365),
        scheme=old.scheme,
    )
    session.add(period)
    session.flush()
    return period


def test_only_sealed_periods_are_looked_back_on(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    period, code = next_period(session, county), county.units["戊镇"].code
    assert FormerGrades(session, period, n=2).of(code) == ()
    publication = Publication(
        period_id=county.period.id,
        run_id=run.id,
        first_certifier=county.first.id,
        first_certified_at=now,
    )
    session.add(publication)
    session.flush()
    assert FormerGrades(session, period, n=2).of(code) == ()
    publication.second_certifier, publication.second_certified_at = county.second.id, now
    session.flush()
    grade = session.scalar(
        select(ScoreLine.grade).where(
            ScoreLine.run_id == run.id, ScoreLine.unit_id == county.units["戊镇"].id
        )
    )
    assert FormerGrades(session, period, n=2).of(code) == (grade,)
    assert FormerGrades(session, period, n=2).of("not there") == (None,)
    assert FormerGrades(session, county.period, n=2).of(code) == ()
