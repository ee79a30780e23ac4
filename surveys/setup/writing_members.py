"""Writes the members of leading groups and the figures on them into a period's tables."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Member, MemberFact, MemberPoints, Period, Unit
from surveys.setup.matching import match, of_period
from surveys.setup.workbook import SetupWorkbook


def write_members(
    session: Session, *, period: Period, workbook: SetupWorkbook, units: Mapping[str, Unit]
) -> None:
    """The members; others of the period go."""
    match(
        session,
        {row.code: row for row in of_period(session, Member, period)},
        {
            row.code: {
                "unit_id": units[row.unit].id,
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "post_zh": row.post_zh,
                "post_en": row.post_en,
                "role": row.role,
                "position": position,
            }
            for position, row in enumerate(workbook.members, 1)
        },
        lambda code: Member(period_id=period.id, code=code),
        delete_others=True,
    )


def write_member_figures(session: Session, *, period: Period, workbook: SetupWorkbook) -> None:
    """Points and facts; others of the period go."""
    ids = {row.code: row.id for row in of_period(session, Member, period)}
    points = select(MemberPoints).where(MemberPoints.member_id.in_(ids.values()))
    match(
        session,
        {(row.member_id, row.component, row.part): row for row in session.scalars(points)},
        {
            (ids[row.member], row.component, row.part): {"points": row.points}
            for row in workbook.member_points
        },
        lambda key: MemberPoints(member_id=key[0], component=key[1], part=key[2]),
        delete_others=True,
    )
    facts = select(MemberFact).where(MemberFact.member_id.in_(ids.values()))
    match(
        session,
        {(row.member_id, row.fact, row.document): row for row in session.scalars(facts)},
        {(ids[row.member], row.fact, row.document): {} for row in workbook.member_facts},
        lambda key: MemberFact(member_id=key[0], fact=key[1], document=key[2]),
        delete_others=True,
    )
