"""Units and persons that a run leaves without a total: nobody signs over them unawares."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.models import Member, MemberScore, ScoreLine, ScoreRun, Target, Unit


def without_total(session: Session, *, run: ScoreRun) -> tuple[Target, ...]:
    """The units, then the persons, whose total must still be decided."""
    units = session.scalars(
        select(Unit)
        .join(ScoreLine, ScoreLine.unit_id == Unit.id)
        .where(ScoreLine.run_id == run.id, ScoreLine.total.is_(None))
        .order_by(Unit.position)
    )
    members = session.scalars(
        select(Member)
        .join(MemberScore, MemberScore.member_id == Member.id)
        .where(MemberScore.run_id == run.id, MemberScore.total.is_(None))
        .order_by(Member.unit_id, Member.position)
    )
    return (*units, *members)


def require_stated(
    session: Session, *, run: ScoreRun, stated: Collection[int]
) -> tuple[Target, ...]:
    """Refuse a signature that does not name just those who stay without a total.

    Parameters
    ----------
    stated : ids of the units and persons that the signer names

    Raises
    ------
    Conflict : ``totals_missing`` (n, codes), ``scores_out_of_date`` where somebody is named who
        has one
    """
    found = without_total(session, run=run)
    ids = {each.id for each in found}
    if not ids <= set(stated):
        raise Conflict("totals_missing", n=len(found), codes=", ".join(each.code for each in found))
    if ids != set(stated):
        raise Conflict("scores_out_of_date")
    return found
