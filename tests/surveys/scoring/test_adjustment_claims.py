"""Points during a period: proposed with evidence by one, approved by another, then counted."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.models import AdjustmentClaim, AdjustmentKind, Publication, ScoreRun
from surveys.scoring.adjustment_claims import (
    Claim,
    approve_adjustment,
    claims_of,
    propose_adjustment,
    withdraw_adjustment,
)
from surveys.scoring.score_period import score_period
from tests.surveys.scoring.example_county import ExampleCounty

CLAIM = Claim(
    kind=AdjustmentKind.DEDUCTION,
    points=Decimal("0.5"),
    times=3,
    reason="样例",
    document="样例8号",
    evidence_name="样例.pdf",
    evidence=b"%PDF-1.7 sample",
)


def proposed(session: Session, county: ExampleCounty, now: datetime) -> AdjustmentClaim:
    unit_id, by = county.units["乙镇"].id, county.first.id
    return propose_adjustment(session, target_id=unit_id, claim=CLAIM, now=now, by=by)


def total(session: Session, county: ExampleCounty, now: datetime) -> Decimal | None:
    run = score_period(
        session, period_id=county.period.id, leave_out_excluded=True, now=now, by=county.first.id
    )
    return county.line(run, "乙镇").total


def test_points_count_once_another_person_approved_them(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    claim = proposed(session, county, now)
    assert total(session, county, now) == Decimal("91.9706")
    approve_adjustment(session, claim_id=claim.id, now=now, by=county.second.id)
    # Three times half a point.
    assert total(session, county, now) == Decimal("90.4706")


def test_the_proposer_cannot_approve(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    claim = proposed(session, county, now)
    with pytest.raises(Refused, match="same_person"):
        approve_adjustment(session, claim_id=claim.id, now=now, by=county.first.id)


def test_a_claim_is_approved_once(session: Session, county: ExampleCounty, now: datetime) -> None:
    claim = proposed(session, county, now)
    approve_adjustment(session, claim_id=claim.id, now=now, by=county.second.id)
    with pytest.raises(Conflict, match="already_approved"):
        approve_adjustment(session, claim_id=claim.id, now=now, by=county.second.id)


def test_a_withdrawn_claim_counts_no_more(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    claim = proposed(session, county, now)
    approve_adjustment(session, claim_id=claim.id, now=now, by=county.second.id)
    withdraw_adjustment(session, claim_id=claim.id, now=now, by=county.first.id)
    assert claims_of(session, period_id=county.period.id) == []
    assert total(session, county, now) == Decimal("91.9706")
    with pytest.raises(NotFound, match="no_claim"):
        withdraw_adjustment(session, claim_id=claim.id, now=now, by=county.first.id)


def test_after_a_signature_nothing_is_proposed(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    session.add(
        Publication(
            period_id=county.period.id,
            run_id=run.id,
            first_certifier=county.first.id,
            first_certified_at=now,
        )
    )
    session.flush()
    with pytest.raises(Conflict, match="already_certified"):
        proposed(session, county, now)


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (replace(CLAIM, points=Decimal(0)), "points_out_of_range"),
        (replace(CLAIM, points=Decimal("100.1")), "points_out_of_range"),
        (replace(CLAIM, times=0), "times_out_of_range"),
        (replace(CLAIM, reason=" "), "reason_missing"),
        (replace(CLAIM, document=""), "document_missing"),
        (replace(CLAIM, evidence=b"MZ\x90 a program"), "evidence_not_a_scan"),
        (replace(CLAIM, evidence=b"%PDF-" + b"0" * 5 * 1024 * 1024), "evidence_too_large"),
    ],
)
def test_a_claim_without_sound_papers_is_refused(
    session: Session, county: ExampleCounty, now: datetime, claim: Claim, code: str
) -> None:
    unit_id, by = county.units["乙镇"].id, county.first.id
    with pytest.raises(Invalid, match=code):
        propose_adjustment(session, target_id=unit_id, claim=claim, now=now, by=by)
