"""One person decides, a second one confirms; until then no ballot is left out."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.models import CampaignState, Verdict
from surveys.review.decide import (
    LONGEST_REASON,
    Opinion,
    confirm,
    decide,
    excluded_ballots,
    withdraw_decision,
)
from tests.surveys.review.conftest import Examined

LEAVE_OUT = Opinion(Verdict.UPHELD, excludes_ballots=True, reason="No meeting took place.")
KEEP = Opinion(Verdict.UPHELD, excludes_ballots=False, reason="It moves no place.")


class Review:
    """Acts on the stuffed finding."""

    def __init__(self, session: Session, examined: Examined, now: datetime) -> None:
        self.session, self.examined, self.now = session, examined, now
        self.finding_id = examined.finding.id

    def decide(self, opinion: Opinion = LEAVE_OUT) -> None:
        decide(
            self.session,
            finding_id=self.finding_id,
            opinion=opinion,
            now=self.now,
            by=self.examined.first,
        )

    def confirm(self, by: int) -> None:
        confirm(self.session, finding_id=self.finding_id, now=self.now, by=by)

    def withdraw(self) -> None:
        withdraw_decision(
            self.session, finding_id=self.finding_id, now=self.now, by=self.examined.second
        )

    @property
    def excluded(self) -> frozenset[object]:
        campaign_id = self.examined.campaign.campaign_id
        return frozenset(excluded_ballots(self.session, campaign_id=campaign_id))


@pytest.fixture
def review(session: Session, examined: Examined, now: datetime) -> Review:
    return Review(session, examined, now)


def test_one_person_alone_leaves_no_ballot_out(review: Review) -> None:
    review.decide()

    assert review.excluded == frozenset()


def test_two_persons_leave_the_findings_ballots_out(review: Review) -> None:
    review.decide()
    review.confirm(review.examined.second)

    assert review.excluded == review.examined.campaign.stuffed_ids


def test_a_confirmed_decision_may_keep_the_ballots(review: Review) -> None:
    review.decide(KEEP)
    review.confirm(review.examined.second)

    assert review.excluded == frozenset()


def test_the_same_person_does_not_confirm(review: Review) -> None:
    review.decide()

    with pytest.raises(Refused, match="same_person"):
        review.confirm(review.examined.first)


def test_nothing_is_confirmed_before_it_is_decided(review: Review) -> None:
    with pytest.raises(NotFound, match="no_decision"):
        review.confirm(review.examined.second)


def test_another_decision_than_the_one_seen_is_not_confirmed(
    session: Session, review: Review
) -> None:
    review.decide()
    assert review.examined.finding.decision is not None
    seen = review.examined.finding.decision.id
    review.decide(KEEP)

    with pytest.raises(Conflict, match="decision_changed"):
        confirm(
            session,
            finding_id=review.finding_id,
            now=review.now,
            by=review.examined.second,
            seen=seen,
        )


def test_a_decision_is_replaced_until_it_is_confirmed(review: Review) -> None:
    review.decide()
    review.decide(KEEP)

    assert review.examined.finding.decision is not None
    assert review.examined.finding.decision.reason == KEEP.reason


def test_a_confirmed_decision_does_not_change(review: Review) -> None:
    review.decide()
    review.confirm(review.examined.second)

    with pytest.raises(Conflict, match="decision_confirmed"):
        review.decide(KEEP)


def test_a_refused_decision_leaves_the_finding_waiting(review: Review) -> None:
    review.decide()
    review.withdraw()

    assert review.examined.finding.decision is None


def test_a_confirmed_decision_is_not_withdrawn(review: Review) -> None:
    review.decide()
    review.confirm(review.examined.second)

    with pytest.raises(Conflict, match="decision_confirmed"):
        review.withdraw()


def test_after_certification_nothing_is_decided(review: Review) -> None:
    review.examined.campaign.county.campaign.state = CampaignState.CERTIFIED

    with pytest.raises(Conflict, match="campaign_certified"):
        review.decide()


@pytest.mark.parametrize(
    ("opinion", "code"),
    [
        (Opinion(Verdict.UPHELD, excludes_ballots=True, reason="  \n"), "reason_missing"),
        (
            Opinion(Verdict.UPHELD, excludes_ballots=False, reason="x" * (LONGEST_REASON + 1)),
            "reason_too_long",
        ),
        (
            Opinion(Verdict.DISMISSED, excludes_ballots=True, reason="A meeting."),
            "dismissed_excludes",
        ),
    ],
)
def test_an_unsound_decision_is_refused(review: Review, opinion: Opinion, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        review.decide(opinion)
