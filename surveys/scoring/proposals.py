"""Proposals act on nobody: a named person confirms or declines each, with document and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from surveys.auditing import record
from surveys.errors import Invalid, NotFound
from surveys.issuing.targets import target_of, told_as
from surveys.models import (
    Member,
    MemberScore,
    ProposalDecision,
    ScoreLine,
    ScoreRun,
    Target,
    Unit,
)
from surveys.scoring.plain_data import digest
from surveys.scoring.rulings import require_basis


@dataclass(frozen=True, kw_only=True)
class ProposalWord:
    """What was decided: ``decided_on`` is the date on the document."""

    confirmed: bool
    reason: str
    document: str
    decided_on: date


def proposal_key(proposal: Mapping[str, Any]) -> str:
    """What tells a proposal from others: a hash of its code and facts."""
    return digest({"code": proposal["code"], "facts": proposal["facts"]}).hex()[:32]


def decisions_on_proposals(session: Session, *, target_id: int) -> dict[str, ProposalDecision]:
    """The decisions on the proposals about a unit or person, by proposal."""
    rows = session.scalars(
        select(ProposalDecision)
        .where(ProposalDecision.target_id == target_id)
        .options(joinedload(ProposalDecision.decider))
    )
    return {row.proposal: row for row in rows}


def decisions_in_period(
    session: Session, *, period_id: int
) -> dict[tuple[int, str], ProposalDecision]:
    """All decisions on proposals of a period, by target and proposal."""
    rows = session.scalars(
        select(ProposalDecision)
        .outerjoin(ProposalDecision.unit)
        .outerjoin(ProposalDecision.member)
        .where(func.coalesce(Unit.period_id, Member.period_id) == period_id)
        .options(joinedload(ProposalDecision.decider))
    )
    return {(row.target_id, row.proposal): row for row in rows}


def decide_proposal(
    session: Session, *, target_id: int, proposal: str, word: ProposalWord, now: datetime, by: int
) -> ProposalDecision:
    """Confirm or decline a proposal of the newest scores; an earlier decision is replaced.

    Raises
    ------
    NotFound : ``no_proposal``
    Invalid : ``reason_missing``, ``reason_too_long`` (length, most), ``document_missing``,
        ``date_in_future``
    """
    target = target_of(session, target_id)
    wording = _standing(session, target, proposal)
    _require_sound(word, now)
    former = decisions_on_proposals(session, target_id=target_id).get(proposal)
    if former is not None:
        session.delete(former)
        session.flush()
    decision = ProposalDecision(
        target_id=target_id,
        proposal=proposal,
        wording=wording,
        confirmed=word.confirmed,
        reason=word.reason.strip(),
        document=word.document.strip(),
        decided_on=word.decided_on,
        decided_by=by,
        decided_at=now,
    )
    session.add(decision)
    record(
        session,
        "proposal_confirmed" if word.confirmed else "proposal_declined",
        at=now,
        by=by,
        period=target.period_id,
        **told_as(target),
        proposal=wording["code"],
        document=decision.document,
    )
    session.flush()
    return decision


def _standing(session: Session, target: Target, proposal: str) -> dict[str, Any]:
    """The proposal of this key in the newest run that counts."""
    line = newest_line(session, target)
    proposals = [] if line is None else line.consequences["proposals"]
    for each in proposals:
        if proposal_key(each) == proposal:
            return dict(each)
    raise NotFound("no_proposal")


def newest_line(session: Session, target: Target) -> ScoreLine | MemberScore | None:
    """The line of a unit or person in the newest run that counts."""
    lines: Select[ScoreLine] | Select[MemberScore] = (
        select(ScoreLine).where(ScoreLine.unit_id == target.id)
        if isinstance(target, Unit)
        else select(MemberScore).where(MemberScore.member_id == target.id)
    )
    newest = lines.join(ScoreRun).where(ScoreRun.leaves_out_excluded)
    return session.scalar(newest.order_by(ScoreRun.id.desc()).limit(1))


def _require_sound(word: ProposalWord, now: datetime) -> None:
    require_basis(word.reason, word.document)
    if word.decided_on > now.date():
        raise Invalid("date_in_future")
