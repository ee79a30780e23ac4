"""Whom a page of scores is about: a unit, or a member of a leading group, with the newest line."""

from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import MemberScore, ScoreLine, Target, Unit
from surveys.publishing.member_sheet import MemberSheet, member_sheet
from surveys.publishing.score_sheet import ScoreSheet, score_sheet
from surveys.scoring.schemes import Level

UNIT: Final = "/periods/<int:period_id>/scores/<unit_code>"
MEMBERS: Final = "/periods/<int:period_id>/scores/members"
MEMBER: Final = f"{MEMBERS}/<member_code>"


@dataclass(frozen=True)
class Scored:
    """A unit or person with its newest line, and the rules that it was scored by."""

    target: Target
    line: ScoreLine | MemberScore
    level: Level


def scored_target(
    session: Session, period_id: int, *, unit_code: str = "", member_code: str = ""
) -> Scored:
    """The unit or the person of this code; NotFound where it has no scores."""
    if member_code:
        persons = persons_scored(session, period_id)
        _category, of_person = persons.row(member_code)
        return Scored(of_person.score.member, of_person.score, persons.level)
    units = units_scored(session, period_id)
    _board, of_unit = units.row(unit_code)
    return Scored(of_unit.line.unit, of_unit.line, units.scheme)


def units_scored(session: Session, period_id: int) -> ScoreSheet:
    """The sheet of units; NotFound ``no_scores`` where nothing is scored yet."""
    sheet = score_sheet(session, period_id=period_id)
    if sheet is None:
        raise NotFound("no_scores")
    return sheet


def persons_scored(session: Session, period_id: int) -> MemberSheet:
    """The sheet of persons; NotFound ``no_scores`` where no person is scored yet."""
    sheet = member_sheet(session, period_id=period_id)
    if sheet is None:
        raise NotFound("no_scores")
    return sheet


def code_of(target: Target) -> dict[str, Any]:
    """What an address on scores needs to name a unit or person."""
    named = "unit_code" if isinstance(target, Unit) else "member_code"
    return {"period_id": target.period_id, named: target.code}


def page_of(target: Target) -> str:
    """The address of the page that shows how its total comes about."""
    page = "office.unit_score" if isinstance(target, Unit) else "office.member_score"
    return url_for(page, **code_of(target))
