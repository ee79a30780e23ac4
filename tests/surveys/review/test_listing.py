"""The list of findings and the progress of their review."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from surveys.models import Examination, Finding, FindingBallot, FindingLevel, Verdict
from surveys.review.decide import Opinion, confirm, decide, withdraw_decision
from surveys.review.listing import (
    Review,
    ReviewProgress,
    Standing,
    finding_history,
    listed_finding,
    related_findings,
    review_of,
)
from tests.surveys.review.conftest import Examined

LEAVE_OUT = Opinion(Verdict.UPHELD, excludes_ballots=True, reason="No meeting took place.")
KEEP = Opinion(Verdict.DISMISSED, excludes_ballots=False, reason="A meeting.")


@pytest.fixture
def finding_id(examined: Examined) -> int:
    return examined.finding.id


def review(session: Session, examined: Examined) -> Review:
    found = review_of(session, campaign_id=examined.campaign.campaign_id)
    assert found is not None
    return found


def standing(session: Session, finding_id: int) -> Standing:
    return listed_finding(session, finding_id=finding_id).standing


def test_before_an_examination_there_is_nothing_to_review(
    session: Session, examined: Examined
) -> None:
    session.execute(delete(Examination))

    assert review_of(session, campaign_id=examined.campaign.campaign_id) is None


def test_findings_stand_strongest_first(session: Session, examined: Examined) -> None:
    levels = [each.finding.level for each in review(session, examined).findings]

    assert levels == sorted(levels, key=list(FindingLevel).index)


def test_a_finding_names_its_units(session: Session, examined: Examined, finding_id: int) -> None:
    listed = listed_finding(session, finding_id=finding_id)

    assert [unit.id for unit in listed.lifted] == [examined.campaign.stuffed.id]
    assert listed.harmed == examined.campaign.stuffed


def test_a_level_filters_the_list(session: Session, examined: Examined) -> None:
    found = review(session, examined)

    assert found.of_level(FindingLevel.FACT) == ()
    assert found.of_level(None) == found.findings


def test_an_undecided_finding_waits(session: Session, finding_id: int) -> None:
    assert standing(session, finding_id) is Standing.WAITING


def test_information_waits_for_nobody(session: Session, examined: Examined) -> None:
    examined.finding.level = FindingLevel.INFORMATION
    session.flush()

    assert standing(session, examined.finding.id) is Standing.FREE


def test_leaving_ballots_out_waits_for_a_second_person(
    session: Session, examined: Examined, finding_id: int, now: datetime
) -> None:
    decide(session, finding_id=finding_id, opinion=LEAVE_OUT, now=now, by=examined.first)

    assert standing(session, finding_id) is Standing.SECOND


def test_keeping_the_ballots_is_settled_by_one_person(
    session: Session, examined: Examined, finding_id: int, now: datetime
) -> None:
    decide(session, finding_id=finding_id, opinion=KEEP, now=now, by=examined.first)

    assert standing(session, finding_id) is Standing.SETTLED


def test_the_progress_counts_what_is_decided_and_what_waits(
    session: Session, examined: Examined, finding_id: int, now: datetime
) -> None:
    n = review(session, examined).progress.n_findings
    decide(session, finding_id=finding_id, opinion=LEAVE_OUT, now=now, by=examined.first)
    session.expire_all()

    progress = review(session, examined).progress
    assert progress == ReviewProgress(n_findings=n, n_decided=1, n_second=1, n_settled=0)


def test_the_review_is_complete_when_nothing_waits(
    session: Session, examined: Examined, now: datetime
) -> None:
    for each in review(session, examined).findings:
        decide(session, finding_id=each.finding.id, opinion=KEEP, now=now, by=examined.first)
    session.expire_all()

    assert review(session, examined).progress.complete


def another_finding(session: Session, examined: Examined, *, n_shared: int) -> Finding:
    """A finding of another check about ten ballots, some of them stuffed ones."""
    first = examined.finding
    other = Finding(
        examination_id=first.examination_id,
        position=99,
        check="low_effort",
        level=FindingLevel.LOOK,
        subject=first.subject,
        n_ballots=10,
        evidence_zh="样例",
        evidence_en="Sample",
    )
    session.add(other)
    session.flush()
    shared = sorted(examined.campaign.stuffed_ids)[:n_shared]
    ballots = [*shared, *(uuid4() for _ in range(10 - n_shared))]
    session.add_all(FindingBallot(finding_id=other.id, ballot_id=each) for each in ballots)
    session.flush()
    return other


@pytest.mark.parametrize(("n_shared", "related"), [(5, True), (4, False)])
def test_findings_about_the_same_ballots_know_each_other(
    session: Session, examined: Examined, finding_id: int, n_shared: int, related: bool
) -> None:
    other = another_finding(session, examined, n_shared=n_shared)

    found = related_findings(session, finding_id=finding_id)

    assert (other.id in [each.finding.id for each in found]) is related


def test_a_finding_is_not_related_to_itself(session: Session, finding_id: int) -> None:
    related = related_findings(session, finding_id=finding_id)

    assert finding_id not in [each.finding.id for each in related]


def test_the_history_says_who_did_what(
    session: Session, examined: Examined, finding_id: int, now: datetime
) -> None:
    decide(session, finding_id=finding_id, opinion=LEAVE_OUT, now=now, by=examined.first)
    withdraw_decision(session, finding_id=finding_id, now=now, by=examined.second)
    decide(session, finding_id=finding_id, opinion=LEAVE_OUT, now=now, by=examined.first)
    confirm(session, finding_id=finding_id, now=now, by=examined.second)

    history = finding_history(session, finding_id=finding_id)

    assert [(act.act, act.by) for act in history] == [
        ("finding_decided", "Organizer"),
        ("decision_withdrawn", "Organizer-2"),
        ("finding_decided", "Organizer"),
        ("finding_confirmed", "Organizer-2"),
    ]
