"""Uphold or dismiss a finding, and let a second person confirm that ballots are left out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.models import (
    CampaignState,
    Decision,
    Examination,
    Finding,
    FindingBallot,
    Verdict,
)

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Opinion:
    """What the first person makes of a finding.

    Parameters
    ----------
    excludes_ballots : leave the finding's ballots out of the score; only with UPHELD
    reason : 1..1000 characters, shown wherever the decision is
    """

    verdict: Verdict
    excludes_ballots: bool
    reason: str


def decide(
    session: Session, *, finding_id: int, opinion: Opinion, now: datetime, by: int
) -> Decision:
    """Write the first person's decision; an unconfirmed one is replaced.

    Raises
    ------
    Conflict : ``campaign_certified``, ``decision_confirmed``
    Invalid : ``reason_missing``, ``reason_too_long`` (length, most), ``dismissed_excludes``
    """
    finding = decidable(session, finding_id)
    require_sound(opinion)
    if finding.decision is not None:
        session.delete(finding.decision)
        session.flush()
    decision = Decision(
        finding_id=finding.id,
        verdict=opinion.verdict,
        excludes_ballots=opinion.excludes_ballots,
        reason=opinion.reason.strip(),
        decided_by=by,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    session.expire(finding, ["decision"])
    record(
        session,
        "finding_decided",
        at=now,
        by=by,
        finding=finding.id,
        verdict=opinion.verdict.value,
        excludes=int(opinion.excludes_ballots),
    )
    return decision


def confirm(
    session: Session, *, finding_id: int, now: datetime, by: int, seen: int | None = None
) -> Decision:
    """Let a second person confirm the decision; from then on it counts.

    Parameters
    ----------
    seen : id of the decision that the person read; another one is not confirmed unread

    Raises
    ------
    NotFound : ``no_decision``
    Conflict : ``campaign_certified``, ``decision_confirmed``, ``decision_changed``
    Refused : ``same_person``
    """
    decision = decidable(session, finding_id).decision
    if decision is None:
        raise NotFound("no_decision")
    if decision.decided_by == by:
        raise Refused("same_person")
    if seen is not None and decision.id != seen:
        raise Conflict("decision_changed")
    decision.confirmed_by = by
    decision.confirmed_at = now
    record(session, "finding_confirmed", at=now, by=by, finding=finding_id)
    session.flush()
    return decision


def withdraw_decision(session: Session, *, finding_id: int, now: datetime, by: int) -> None:
    """Take a decision back before it is confirmed: by whoever made it, or by who refuses it.

    Raises
    ------
    NotFound : ``no_decision``
    Conflict : ``campaign_certified``, ``decision_confirmed``
    """
    finding = decidable(session, finding_id)
    if finding.decision is None:
        raise NotFound("no_decision")
    session.delete(finding.decision)
    session.flush()
    session.expire(finding, ["decision"])
    record(session, "decision_withdrawn", at=now, by=by, finding=finding_id)


def decidable(session: Session, finding_id: int) -> Finding:
    """The finding, if its decision may still change."""
    finding = session.get_one(Finding, finding_id, with_for_update=True)
    if finding.examination.campaign.state is CampaignState.CERTIFIED:
        raise Conflict("campaign_certified")
    if finding.decision is not None and finding.decision.confirmed_by is not None:
        raise Conflict("decision_confirmed")
    return finding


def require_sound(opinion: Opinion) -> None:
    """Refuse a decision without a reason, or one that dismisses and excludes at once."""
    length = len(opinion.reason.strip())
    if length == 0:
        raise Invalid("reason_missing")
    if length > LONGEST_REASON:
        raise Invalid("reason_too_long", length=length, most=LONGEST_REASON)
    if opinion.excludes_ballots and opinion.verdict is not Verdict.UPHELD:
        raise Invalid("dismissed_excludes")


def excluded_ballots(session: Session, *, campaign_id: int) -> frozenset[UUID]:
    """The ballots that two persons decided to leave out."""
    return frozenset(
        session.scalars(
            select(FindingBallot.ballot_id)
            .join(Finding, Finding.id == FindingBallot.finding_id)
            .join(Examination, Examination.id == Finding.examination_id)
            .join(Decision, Decision.finding_id == Finding.id)
            .where(
                Examination.campaign_id == campaign_id,
                Decision.excludes_ballots,
                Decision.confirmed_by.is_not(None),
            )
        )
    )
