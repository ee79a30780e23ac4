"""The scores of members of leading groups: for the office, never on the board."""

from flask import Response, render_template
from flask_wtf import FlaskForm

from surveys.models import Period
from surveys.publishing.member_sheet import MemberSheet, member_sheet
from surveys.publishing.score_sheet import is_outdated
from webapp.access import role
from webapp.context import database
from webapp.listings import KINDS
from webapp.office.blueprint import office
from webapp.office.decisions import decisions_page
from webapp.office.score_lines import component_sheets, sum_of
from webapp.office.score_lists import listed_members
from webapp.office.score_words import ScoreWords
from webapp.office.scored_targets import MEMBER, MEMBERS, Scored, persons_scored
from webapp.office.scoring import READERS, scoring_work_shown
from webapp.office.waterfall import waterfall


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
    listing = listed_members(sheet, words) if sheet and words else None
    return render_template(
        "office/scoring/members.html",
        listing=listing,
        tools=listing.tools("office.member_scores", period_id=period_id) if listing else None,
        period=period,
        sheet=sheet,
        n_members=n_members,
        outdated=outdated,
        words=words,
    )


@office.get(f"{MEMBERS}.<{KINDS}>")
@role(*READERS)
def member_scores_file(period_id: int, kind: str) -> Response:
    """Give the persons with their totals and components as a file."""
    with database().transaction() as session:
        sheet = persons_scored(session, period_id)
    listing = listed_members(sheet, words_of(sheet))
    return listing.file(f"members-{sheet.period.code}", kind)


@office.get(MEMBER)
@role(*READERS)
def member_score(period_id: int, member_code: str) -> str:
    """Show a person's whole arithmetic, so that it can be added up again by hand."""
    return member_page(period_id, member_code)


def member_page(period_id: int, member_code: str, *, failed: FlaskForm | None = None) -> str:
    """The page of a person; `failed` is a form that must be filled in anew."""
    with database().transaction() as session:
        # The job first: one that ends meanwhile shows as under way, never as neither.
        work_shown = scoring_work_shown(session, period_id)
        sheet = persons_scored(session, period_id)
        category, row = sheet.row(member_code)
        words = words_of(sheet)
        scored = Scored(row.score.member, row.score, sheet.level)
        decided = decisions_page(session, scored, words=words, failed=failed)
        components = component_sheets(row.score, words, {})
    last = sum_of(row.score)
    return render_template(
        "office/scoring/member.html",
        period=sheet.period,
        category=category,
        row=row,
        line=row.score,
        words=words,
        components=components,
        sum=last,
        steps=waterfall(components, last),
        remarks=[words.note(note) for note in row.score.notes["notes"]],
        **decided,
        **work_shown,
    )


def words_of(sheet: MemberSheet) -> ScoreWords:
    """Remarks on persons in words."""
    return ScoreWords(sheet.level, sheet.names, persons=True)
