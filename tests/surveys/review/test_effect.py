"""What leaving ballots out does to places and to the official score."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Ballot, Verdict
from surveys.review.decide import Opinion, confirm, decide
from surveys.review.effect import PlaceShift, ScoreEffect, place_shifts, score_effects
from surveys.review.subject import Subject, subject_of
from tests.surveys.review.conftest import Examined

LEAVE_OUT = Opinion(Verdict.UPHELD, excludes_ballots=True, reason="No meeting took place.")
POINTS = {1: Decimal(100), 2: Decimal(85), 3: Decimal(70), 4: Decimal(50)}
WEIGHTS = tuple(Decimal(weight) for weight in (20, 20, 20, 20, 10, 10))


@pytest.fixture
def subject(session: Session, examined: Examined) -> Subject:
    found = subject_of(session, finding=examined.finding)
    assert found is not None
    return found


def shift_of(subject: Subject, examined: Examined) -> PlaceShift:
    unit_id = examined.campaign.stuffed.id
    shifts = place_shifts(subject, unit_id=unit_id)
    return next(shift for shift in shifts if shift.unit.id == unit_id)


def effect(session: Session, examined: Examined) -> ScoreEffect:
    (found,) = score_effects(
        session,
        campaign_id=examined.campaign.campaign_id,
        unit_ids=[examined.campaign.stuffed.id],
    )
    return found


def by_hand(session: Session, examined: Examined, *, without: bool) -> Decimal:
    """The mean of the ballots' points, each a weighted mean of its items."""
    stuffed = examined.campaign.stuffed
    batch = next(
        each
        for each in examined.campaign.county.campaign.batches
        if each.target_ids == [stuffed.id]
    )
    left_out = examined.campaign.stuffed_ids if without else frozenset()
    ballots = [
        ballot
        for ballot in session.scalars(select(Ballot).where(Ballot.batch_id == batch.id))
        if ballot.id not in left_out
    ]
    total = sum(
        (
            weight * POINTS[byte]
            for ballot in ballots
            for weight, byte in zip(WEIGHTS, ballot.answers, strict=True)
        ),
        Decimal(0),
    )
    return (total / 100 / len(ballots)).quantize(Decimal("0.0001"))


def test_the_subject_holds_the_findings_ballots(subject: Subject) -> None:
    assert int(subject.chosen.sum()) == 40


def test_places_agree_with_the_findings_harm(subject: Subject, examined: Examined) -> None:
    shift, harm = shift_of(subject, examined), examined.finding.harm

    assert harm is not None
    assert (shift.place_with, shift.place_without) == (harm["rank_with"], harm["rank_without"])


def test_means_agree_with_the_findings_harm(subject: Subject, examined: Examined) -> None:
    shift, harm = shift_of(subject, examined), examined.finding.harm

    assert harm is not None
    assert shift.mean_without == pytest.approx(harm["score_without"])


def test_places_are_those_of_the_units_category(subject: Subject, examined: Examined) -> None:
    shifts = place_shifts(subject, unit_id=examined.campaign.stuffed.id)

    assert [shift.place_with for shift in shifts] == [1, 2, 3]


def test_before_a_confirmation_the_score_does_not_move(
    session: Session, examined: Examined
) -> None:
    assert effect(session, examined).difference == 0


def test_the_score_with_all_ballots_is_reckoned_by_hand(
    session: Session, examined: Examined
) -> None:
    assert effect(session, examined).points_with == by_hand(session, examined, without=False)


def test_the_score_without_is_reckoned_by_hand(
    session: Session, examined: Examined, now: datetime
) -> None:
    finding_id = examined.finding.id
    decide(session, finding_id=finding_id, opinion=LEAVE_OUT, now=now, by=examined.first)
    confirm(session, finding_id=finding_id, now=now, by=examined.second)

    assert effect(session, examined).points_without == by_hand(session, examined, without=True)
