"""Whom a campaign may ask about: the units of its period, or the members of their groups."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Campaign, CampaignKind, Member, Target, Unit
from surveys.models.units import FIRST_MEMBER_ID


def target_of(session: Session, target_id: int) -> Target:
    """The unit or the member that an id names."""
    if target_id >= FIRST_MEMBER_ID:
        return session.get_one(Member, target_id)
    return session.get_one(Unit, target_id)


def told_as(target: Target) -> dict[str, str]:
    """How the audit log names a unit, or a member with the unit."""
    if isinstance(target, Unit):
        return {"unit": target.code}
    return {"unit": target.unit.code, "member": target.code}


def targets_by_id(session: Session, ids: Collection[int]) -> dict[int, Target]:
    """Units and members, whichever the ids name."""
    found: dict[int, Target] = {
        each.id: each for each in session.scalars(select(Unit).where(Unit.id.in_(ids)))
    }
    if len(found) < len(set(ids)):
        members = session.scalars(select(Member).where(Member.id.in_(ids)))
        found |= {each.id: each for each in members}
    return found


def targets_of(campaign: Campaign) -> dict[int, Target]:
    """By id, in the order of the set-up; members unit by unit."""
    period = campaign.period
    if campaign.kind is not CampaignKind.MEMBER:
        return {unit.id: unit for unit in period.units}
    ordered = sorted(period.members, key=lambda each: (each.unit.position, each.position))
    return {member.id: member for member in ordered}
