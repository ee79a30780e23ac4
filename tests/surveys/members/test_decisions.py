"""What people decide about persons counts, is logged and can be taken back, as it is of units."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys.errors import Conflict, NotFound, Refused
from surveys.models import AdjustmentKind, AuditRecord, MemberFact, MemberScore, Ruling
from surveys.publishing.certify import certify
from surveys.publishing.decision_sheet import CONFIRMED, SECOND_WAITS, decision_rows
from surveys.scoring.adjustment_claims import (
    Claim,
    approve_adjustment,
    propose_adjustment,
    withdraw_adjustment,
)
from surveys.scoring.proposals import (
    ProposalWord,
    decide_proposal,
    decisions_on_proposals,
    proposal_key,
)
from surveys.scoring.rulings import Word, rule, withdraw_ruling
from surveys.scoring.score_period import score_both_ways
from tests.surveys.members.rated_members import (
    RatedMembers,
    open_and_examine,
    open_vote,
    set_up,
    vote,
)
from tests.surveys.publishing.left_open import left_open

POINTS = Word(component="ballots", points=Decimal(90), reason="样例", document="样例3号")
DECISION = ProposalWord(
    confirmed=True, reason="样例", document="样例4号", decided_on=date(2026, 1, 5)
)
CLAIM = Claim(
    kind=AdjustmentKind.BONUS,
    points=Decimal("1.5"),
    times=2,
    reason="样例表彰",
    document="样例5号",
    evidence_name="样例.pdf",
    evidence=b"%PDF-1.7 sample",
)


@pytest.fixture
def opened(session: Session, now: datetime) -> RatedMembers:
    rated = set_up(session, now=now)
    vote(session, rated, open_vote(session, rated, now=now))
    open_and_examine(session, rated, now=now)
    return rated


def scored(session: Session, rated: RatedMembers, code: str, now: datetime) -> MemberScore:
    """A person's line in a fresh run without excluded ballots."""
    _all, run = score_both_ways(session, period_id=rated.period.id, now=now, by=rated.organizer.id)
    of_run = select(MemberScore).where(MemberScore.run_id == run.id)
    return session.scalars(of_run.where(MemberScore.member_id == rated.member(code).id)).one()


def test_points_decided_for_a_person_give_a_total_until_they_are_withdrawn(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    target, by = opened.member("P04").id, opened.organizer.id
    ruling = rule(session, target_id=target, word=POINTS, now=now, by=by)
    # Team .6 · 80 + .2 · 90 + .2 · 90 = 84; .5 · 84 + .3 · 90 + .2 · 90.
    assert scored(session, opened, "P04", now).total == Decimal("87.0000")
    withdraw_ruling(session, ruling_id=ruling.id, now=now, by=by)
    assert scored(session, opened, "P04", now).total is None


def test_a_grade_decided_for_a_person_stands_in_place_of_the_reckoned_one(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    word = Word(grade="third", reason="样例", document="样例3号")
    target, by = opened.member("P01").id, opened.organizer.id
    rule(session, target_id=target, word=word, now=now, by=by)
    assert scored(session, opened, "P01", now).grade == "third"
    record = session.scalars(
        select(AuditRecord.body).where(AuditRecord.body["act"].astext == "ruling_recorded")
    ).all()[-1]
    assert (record["member"], record["unit"]) == ("P01", "D01")


def test_a_component_of_units_cannot_be_decided_for_a_person(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    word = replace(POINTS, component="recognition")
    with pytest.raises(NotFound, match="unknown_component"):
        rule(
            session,
            target_id=opened.member("P04").id,
            word=word,
            now=now,
            by=opened.organizer.id,
        )


def test_a_bonus_for_a_person_counts_once_another_person_has_approved_it(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    target, by = opened.member("P02").id, opened.organizer.id
    claim = propose_adjustment(session, target_id=target, claim=CLAIM, now=now, by=by)
    assert scored(session, opened, "P02", now).total == Decimal("85.8000")
    with pytest.raises(Refused, match="same_person"):
        approve_adjustment(session, claim_id=claim.id, now=now, by=by)
    approve_adjustment(session, claim_id=claim.id, now=now, by=opened.officers[0].id)
    line = scored(session, opened, "P02", now)
    assert (line.total, line.bonus) == (Decimal("88.8000"), Decimal("3.0000"))
    withdraw_adjustment(session, claim_id=claim.id, now=now, by=by)
    assert scored(session, opened, "P02", now).total == Decimal("85.8000")


def test_a_proposal_about_a_person_is_confirmed_and_stands_in_the_workbook(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    member, by = opened.member("P01"), opened.organizer.id
    session.add(MemberFact(member_id=member.id, fact="触犯刑律", document="样例2号"))
    (proposal,) = scored(session, opened, "P01", now).consequences["proposals"]
    key = proposal_key(proposal)
    decide_proposal(session, target_id=member.id, proposal=key, word=DECISION, now=now, by=by)
    assert decisions_on_proposals(session, target_id=member.id)[key].decided_by == by
    propose_adjustment(session, target_id=member.id, claim=CLAIM, now=now, by=by)
    told = decision_rows(session, period_id=opened.period.id, zone=ZoneInfo("Asia/Shanghai"))
    rows = [row for row in told if row[1] == "P01"]
    assert [(row[0], row[2], row[4]) for row in rows[-1:]] == [
        ("样例甲", "样例一局", CONFIRMED[True])
    ]
    assert rows[0][-1] == SECOND_WAITS


def test_nothing_is_decided_about_persons_under_a_signature(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    by, period_id = opened.organizer.id, opened.period.id
    scored(session, opened, "P01", now)
    left = left_open(session, period_id)
    # Persons too: nobody voted about those of T01.
    assert left > {opened.member("P04").id, opened.member("P05").id}
    certify(session, period_id=period_id, without_total=left, now=now, by=by)
    with pytest.raises(Conflict, match="already_certified"):
        rule(session, target_id=opened.member("P04").id, word=POINTS, now=now, by=by)


def test_a_decision_is_about_a_unit_or_a_person_never_both(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    ruling = Ruling(
        unit_id=opened.unit("D01").id,
        member_id=opened.member("P01").id,
        grade="third",
        reason="样例",
        document="样例3号",
        decided_by=opened.organizer.id,
        decided_at=now,
    )
    session.add(ruling)
    with pytest.raises(IntegrityError, match="one_target"):
        session.flush()
