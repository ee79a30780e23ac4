"""Proposals act on nobody: a named person confirms or declines each, with document and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys.auditing import record
from surveys.errors import Invalid, NotFound
from surveys.models import ProposalDecision, ScoreLine, ScoreRun, Unit
from surveys.scoring.plain_data import digest
from surveys.scoring.rulings import LONGEST_DOCUMENT, LONGEST_REASON


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


def decisions_on_proposals(session: Session, *, unit_id: int) -> dict[str, ProposalDecision]:
    """The decisions on a unit's proposals, by proposal."""
    rows = session.scalars(
        select(ProposalDecision)
        .where(ProposalDecision.unit_id == unit_id)
        .options(joinedload(ProposalDecision.decider))
    )
    return {row.proposal: row for row in rows}


def decide_proposal(
    session: Session, *, unit_id: int, proposal: str, word: ProposalWord, now: datetime, by: int
) -> ProposalDecision:
    """Confirm or decline a proposal of the newest scores; an earlier decision is replaced.

    Raises
    ------
    NotFound : ``no_proposal``
    Invalid : ``reason_missing``, ``reason_too_long`` (length, most), ``document_missing``,
        ``date_in_future``
    """
    wording = _standing(session, unit_id, proposal)
    _require_sound(word, now)
    unit = session.get_one(Unit, unit_id)
    former = decisions_on_proposals(session, unit_id=unit_id).get(proposal)
    if former is not None:
        session.delete(former)
        session.flush()
    decision = ProposalDecision(
        unit_id=unit_id,
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
        period=unit.period_id,
        unit=unit.code,
        proposal=wording["code"],
        document=decision.document,
    )
    session.flush()
    return decision


def _standing(session: Session, unit_id: int, proposal: str) -> dict[str, Any]:
    """The proposal of this key in the newest run that counts."""
    line = session.scalar(
        select(ScoreLine)
        .join(ScoreRun)
        .where(ScoreLine.unit_id == unit_id, ScoreRun.leaves_out_excluded)
        .order_by(ScoreRun.id.desc())
        .limit(1)
    )
    proposals = [] if line is None else line.consequences["proposals"]
    for each in proposals:
        if proposal_key(each) == proposal:
            return dict(each)
    raise NotFound("no_proposal")


def _require_sound(word: ProposalWord, now: datetime) -> None:
    length = len(word.reason.strip())
    if length == 0:
        raise Invalid("reason_missing")
    if length > LONGEST_REASON:
        raise Invalid("reason_too_long", length=length, most=LONGEST_REASON)
    if not 0 < len(word.document.strip()) <= LONGEST_DOCUMENT:
        raise Invalid("document_missing")
    if word.decided_on > now.date():
        raise Invalid("date_in_future")
