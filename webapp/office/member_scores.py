"""The scores of members of leading groups: for the office, never on the board."""

from decimal import Decimal
from typing import Final

from flask import render_template
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import Period
from surveys.publishing.board import as_decimal
from surveys.publishing.member_sheet import MemberRow, MemberSheet, member_sheet
from surveys.publishing.score_sheet import is_outdated
from webapp.access import role
from webapp.context import database
from webapp.office.blueprint import office
from webapp.office.score_lines import ComponentSheet, Sum, component_sheet
from webapp.office.score_words import ScoreWords
from webapp.office.scoring import READERS
from webapp.office.waterfall import waterfall

ZERO: Final = Decimal(0)
MEMBERS: Final = "/periods/<int:period_id>/scores/members"


@office.get(MEMBERS)
@role(*READERS)
def member_scores(period_id: int) -> str:
    """Show all persons by place, or what is still to be done."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        sheet = member_sheet(session, period_id=period_id)
        outdated = sheet is not None and is_outdated(session, run=sheet.run)
        n_members = len(period.members)
    words = None if sheet is None else words_of(sheet)
    return render_template(
        "office/scoring/members.html",
        period=period,
        sheet=sheet,
        n_members=n_members,
        outdated=outdated,
        words=words,
    )


@office.get(f"{MEMBERS}/<member_code>")
@role(*READERS)
def member_score(period_id: int, member_code: str) -> str:
    """Show a person's whole arithmetic, so that it can be added up again by hand."""
    with database().transaction() as session:
        sheet = scored(session, period_id)
        category, row = sheet.row(member_code)
    words = words_of(sheet)
    components = components_of(row, words)
    last = sum_of(row)
    return render_template(
        "office/scoring/member.html",
        period=sheet.period,
        sheet=sheet,
        category=category,
        row=row,
        words=words,
        components=components,
        sum=last,
        steps=waterfall(components, last),
        remarks=[words.note(note) for note in row.score.notes["notes"]],
        proposals=[words.proposal(each) for each in row.score.consequences["proposals"]],
    )


def scored(session: Session, period_id: int) -> MemberSheet:
    """The sheet; NotFound ``no_scores`` where no person is scored yet."""
    sheet = member_sheet(session, period_id=period_id)
    if sheet is None:
        raise NotFound("no_scores")
    return sheet


def words_of(sheet: MemberSheet) -> ScoreWords:
    """Remarks on persons in words."""
    return ScoreWords(sheet.level, sheet.names, persons=True)


def components_of(row: MemberRow, words: ScoreWords) -> tuple[ComponentSheet, ...]:
    """The components of a person's total, each with its parts."""
    return tuple(component_sheet(each, words, {}) for each in row.score.components["lines"])


def sum_of(row: MemberRow) -> Sum:
    """The last line of a person's arithmetic."""
    weighted = (as_decimal(each["weighted"]) for each in row.score.components["lines"])
    return Sum(
        weighted=tuple(value for value in weighted if value is not None),
        bonus=ZERO,
        deductions=ZERO,
        reverse_deduction=ZERO,
        total=row.score.total,
    )
