"""Recorded decisions where the rules leave it to people: points of a component, or a grade."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from surveys.auditing import record
from surveys.errors import Conflict, Invalid, NotFound
from surveys.issuing.targets import target_of, told_as
from surveys.models import Member, Publication, Ruling, Target, Unit
from surveys.scoring.inputs import ComponentDecision, GradeDecision
from surveys.scoring.person_level import level_of
from surveys.scoring.rounding import shown

LONGEST_REASON = 1000
LONGEST_DOCUMENT = 200
FULL_MARKS = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Word:
    """What was decided of a unit or person: `points` for a `component`, or a `grade`.

    Parameters
    ----------
    reason : 1..1000 characters
    document : number of the paper that says so, 1..200 characters
    """

    component: str | None = None
    points: Decimal | None = None
    grade: str | None = None
    reason: str
    document: str


class PeriodRulings:
    """The decisions of a period, by unit and person."""

    def __init__(self, session: Session, *, period_id: int) -> None:
        self.rulings = rulings_of(session, period_id=period_id)

    def components_of(self, target_id: int) -> dict[str, ComponentDecision]:
        """Points set for components of a target; they count where a component is insufficient."""
        return {
            each.component: ComponentDecision(each.points, each.reason, each.document)
            for each in self.rulings
            if each.target_id == target_id
            and each.component is not None
            and each.points is not None
        }

    def grade_of(self, target_id: int) -> GradeDecision | None:
        """The grade set for a unit or person."""
        for each in self.rulings:
            if each.target_id == target_id and each.grade is not None:
                name = each.decider.name
                return GradeDecision(each.grade, each.reason, each.document, name)
        return None


def rulings_of(session: Session, *, period_id: int) -> list[Ruling]:
    """All decisions of a period: on units in their order, then on persons in theirs."""
    return list(
        session.scalars(
            select(Ruling)
            .outerjoin(Ruling.unit)
            .outerjoin(Ruling.member)
            .where(func.coalesce(Unit.period_id, Member.period_id) == period_id)
            .order_by(Unit.position, Member.position, Ruling.id)
            .options(joinedload(Ruling.unit), joinedload(Ruling.member), joinedload(Ruling.decider))
        )
    )


def rule(session: Session, *, target_id: int, word: Word, now: datetime, by: int) -> Ruling:
    """Record a decision; one on the same matter is replaced. The next scoring takes it in.

    Raises
    ------
    Conflict : ``already_certified``
    NotFound : ``unknown_component``, ``no_scores`` where persons are not scored
    Invalid : ``unknown_grade``, ``points_out_of_range``, ``reason_missing``,
        ``reason_too_long`` (length, most), ``document_missing``
    """
    target = target_of(session, target_id)
    require_uncertified(session, target.period_id)
    require_sound(word, target)
    former = session.scalar(matter(target_id, word.component))
    if former is not None:
        session.delete(former)
        session.flush()
    ruling = Ruling(
        target_id=target_id,
        component=word.component,
        points=word.points,
        grade=word.grade,
        reason=word.reason.strip(),
        document=word.document.strip(),
        decided_by=by,
        decided_at=now,
    )
    session.add(ruling)
    record(
        session,
        "ruling_recorded",
        at=now,
        by=by,
        period=target.period_id,
        **told_as(target),
        component=word.component,
        points=None if word.points is None else shown(word.points),
        grade=word.grade,
    )
    session.flush()
    return ruling


def withdraw_ruling(session: Session, *, ruling_id: int, now: datetime, by: int) -> None:
    """Take a decision back.

    Raises
    ------
    NotFound : ``no_ruling``
    Conflict : ``already_certified``
    """
    ruling = session.get(Ruling, ruling_id)
    if ruling is None:
        raise NotFound("no_ruling")
    target = ruling.target
    require_uncertified(session, target.period_id)
    session.delete(ruling)
    record(
        session,
        "ruling_withdrawn",
        at=now,
        by=by,
        period=target.period_id,
        **told_as(target),
        component=ruling.component,
    )
    session.flush()


def matter(target_id: int, component: str | None) -> Select[Ruling]:
    """The decision on the same matter."""
    return select(Ruling).where(
        Ruling.target_id == target_id, Ruling.component.is_not_distinct_from(component)
    )


def require_uncertified(session: Session, period_id: int) -> None:
    """What somebody has signed does not change under the signature."""
    signed = select(Publication.id).where(Publication.period_id == period_id)
    if session.scalar(signed) is not None:
        raise Conflict("already_certified")


def require_sound(word: Word, target: Target) -> None:
    """Refuse a decision without reason or document, or on what does not exist."""
    level = level_of(target)
    if word.component is not None:
        level.component(word.component)
        if word.points is None or not 0 <= word.points <= FULL_MARKS:
            raise Invalid("points_out_of_range")
    else:
        level.grade_rank(word.grade or "")
    require_basis(word.reason, word.document)


def require_basis(reason: str, document: str) -> None:
    """Refuse what stands on no reason or no paper; Invalid, as `rule` names them."""
    length = len(reason.strip())
    if length == 0:
        raise Invalid("reason_missing")
    if length > LONGEST_REASON:
        raise Invalid("reason_too_long", length=length, most=LONGEST_REASON)
    if not 0 < len(document.strip()) <= LONGEST_DOCUMENT:
        raise Invalid("document_missing")
