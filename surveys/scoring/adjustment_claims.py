"""Bonus and deduction points during a period: one person proposes, another approves."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from surveys.auditing import record
from surveys.errors import Conflict, Invalid, NotFound, Refused
from surveys.issuing.targets import target_of, told_as
from surveys.models import AdjustmentClaim, AdjustmentKind, Member, Unit
from surveys.scoring.inputs import Adjustment
from surveys.scoring.rounding import shown
from surveys.scoring.rulings import require_basis, require_uncertified

LARGEST_EVIDENCE = 5 * 1024 * 1024
# What a scan or a photograph begins with: PDF, PNG, JPEG.
EVIDENCE_STARTS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
MOST_POINTS = Decimal(100)
MOST_TIMES = 1000


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is proposed: ``points`` (0.0001 to 100) for each of ``times``, with its papers.

    ``evidence`` is a PDF, PNG or JPEG of at most 5 MB.
    """

    kind: AdjustmentKind
    points: Decimal
    times: int
    reason: str
    document: str
    evidence_name: str
    evidence: bytes


def propose_adjustment(
    session: Session, *, target_id: int, claim: Claim, now: datetime, by: int
) -> AdjustmentClaim:
    """Propose points for a unit or person; they count once somebody else has approved them.

    Raises
    ------
    Conflict : ``already_certified``
    Invalid : ``points_out_of_range``, ``times_out_of_range``, ``reason_missing``,
        ``reason_too_long``, ``document_missing``, ``evidence_too_large`` (largest),
        ``evidence_not_a_scan``
    """
    require_uncertified(session, target_of(session, target_id).period_id)
    _require_sound(claim)
    kept = AdjustmentClaim(
        target_id=target_id,
        kind=claim.kind,
        points=claim.points,
        times=claim.times,
        reason=claim.reason.strip(),
        document=claim.document.strip(),
        evidence_name=claim.evidence_name,
        evidence=claim.evidence,
        evidence_hash=hashlib.sha256(claim.evidence).digest(),
        proposed_by=by,
        proposed_at=now,
    )
    session.add(kept)
    session.flush()
    _record(session, "adjustment_proposed", kept, now=now, by=by)
    return kept


def approve_adjustment(session: Session, *, claim_id: int, now: datetime, by: int) -> None:
    """Approve a claim; the next scoring counts it.

    Raises
    ------
    NotFound : ``no_claim``
    Conflict : ``already_certified``, ``already_approved``
    Refused : ``same_person``
    """
    claim = _open(session, claim_id)
    if claim.approved_by is not None:
        raise Conflict("already_approved")
    if claim.proposed_by == by:
        raise Refused("same_person")
    claim.approved_by, claim.approved_at = by, now
    session.flush()
    _record(session, "adjustment_approved", claim, now=now, by=by)


def withdraw_adjustment(session: Session, *, claim_id: int, now: datetime, by: int) -> None:
    """Take a claim back, approved or not. Errors: NotFound ``no_claim``, Conflict."""
    claim = _open(session, claim_id)
    _record(session, "adjustment_withdrawn", claim, now=now, by=by)
    session.delete(claim)
    session.flush()


def claims_of(session: Session, *, period_id: int) -> list[AdjustmentClaim]:
    """All claims of a period without their files, the latest first."""
    return list(
        session.scalars(
            select(AdjustmentClaim)
            .outerjoin(AdjustmentClaim.unit)
            .outerjoin(AdjustmentClaim.member)
            .where(func.coalesce(Unit.period_id, Member.period_id) == period_id)
            .order_by(AdjustmentClaim.id.desc())
            .options(
                joinedload(AdjustmentClaim.unit),
                joinedload(AdjustmentClaim.member),
                joinedload(AdjustmentClaim.proposer),
                joinedload(AdjustmentClaim.approver),
            )
        )
    )


def approved_claims(session: Session, *, period_id: int) -> dict[int, list[Adjustment]]:
    """What counts, by target, in the order in which it was proposed."""
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for claim in reversed(claims_of(session, period_id=period_id)):
        if claim.approved_by is not None:
            found[claim.target_id].append(reckoned(claim))
    return found


def reckoned(claim: AdjustmentClaim) -> Adjustment:
    """An approved claim as the regulation reckons with it."""
    return Adjustment(
        kind="bonus" if claim.kind is AdjustmentKind.BONUS else "deduction",
        points=claim.points,
        reason=claim.reason,
        document=claim.document,
        times=claim.times,
        evidence=claim.evidence_hash.hex(),
    )


def _open(session: Session, claim_id: int) -> AdjustmentClaim:
    claim = session.get(AdjustmentClaim, claim_id, with_for_update=True)
    if claim is None:
        raise NotFound("no_claim")
    require_uncertified(session, claim.target.period_id)
    return claim


def _record(session: Session, act: str, claim: AdjustmentClaim, *, now: datetime, by: int) -> None:
    record(
        session,
        act,
        at=now,
        by=by,
        period=claim.target.period_id,
        **told_as(claim.target),
        kind=claim.kind.value,
        points=shown(claim.points),
        times=claim.times,
        evidence=claim.evidence_hash.hex(),
    )


def _require_sound(claim: Claim) -> None:
    if not 0 < claim.points <= MOST_POINTS:
        raise Invalid("points_out_of_range")
    if not 0 < claim.times <= MOST_TIMES:
        raise Invalid("times_out_of_range", most=MOST_TIMES)
    require_basis(claim.reason, claim.document)
    if len(claim.evidence) > LARGEST_EVIDENCE:
        raise Invalid("evidence_too_large", largest=LARGEST_EVIDENCE)
    if not claim.evidence.startswith(EVIDENCE_STARTS):
        raise Invalid("evidence_not_a_scan")
