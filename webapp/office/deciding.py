"""What people decide about a unit or a person: points, a grade, and every proposal.

Each view has two addresses, one for units and one for members of leading groups.
"""

from decimal import Decimal
from typing import TypeAlias

from flask import flash, redirect
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from surveys.errors import NotFound
from surveys.models import Role, Ruling
from surveys.scoring.proposals import ProposalWord, decide_proposal
from surveys.scoring.rulings import Word, rule, withdraw_ruling
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.office.blueprint import office
from webapp.office.member_scores import member_page
from webapp.office.proposal_sheets import CONFIRM, ProposalForm
from webapp.office.ruling_forms import GRADE, GradeForm, PointsForm
from webapp.office.scored_targets import MEMBER, UNIT, page_of, scored_target
from webapp.office.scoring import score_again
from webapp.office.unit_scores import unit_page

Answer: TypeAlias = Response | tuple[str, int]


@office.post(f"{UNIT}/points/<component>")
@office.post(f"{MEMBER}/points/<component>")
@role(Role.ORGANIZER)
def rule_points(period_id: int, component: str, **code: str) -> Answer:
    """Record the points that a committee set for a component."""
    form = PointsForm(prefix=component)
    if not form.validate_on_submit():
        return filled_in_anew(period_id, form, **code)
    word = Word(
        component=component,
        points=Decimal(form.points.data),
        reason=form.reason.data,
        document=form.document.data,
    )
    return recorded(period_id, word, **code)


@office.post(f"{UNIT}/grade")
@office.post(f"{MEMBER}/grade")
@role(Role.ORGANIZER)
def rule_grade(period_id: int, **code: str) -> Answer:
    """Record the grade that a committee set."""
    form = GradeForm(prefix=GRADE)
    form.grade.validate_choice = False
    if not form.validate_on_submit():
        return filled_in_anew(period_id, form, **code)
    word = Word(grade=form.grade.data, reason=form.reason.data, document=form.document.data)
    return recorded(period_id, word, **code)


@office.post(f"{UNIT}/rulings/<int:ruling_id>/withdraw")
@office.post(f"{MEMBER}/rulings/<int:ruling_id>/withdraw")
@role(Role.ORGANIZER)
def withdraw_ruled(period_id: int, ruling_id: int, **code: str) -> Response:
    """Take a recorded decision back, and score anew."""
    with database().transaction() as session:
        target = scored_target(session, period_id, **code).target
        ruling = session.get(Ruling, ruling_id)
        if ruling is None or ruling.target_id != target.id:
            raise NotFound("no_ruling")
        withdraw_ruling(session, ruling_id=ruling_id, now=now(), by=current_account().id)
        score_again(session, period_id)
        page = page_of(target)
    flash(gettext("The decision is withdrawn. The scores are being computed anew."))
    return redirect(page)


@office.post(f"{UNIT}/proposals/<proposal>")
@office.post(f"{MEMBER}/proposals/<proposal>")
@role(Role.ORGANIZER)
def decide_on_proposal(period_id: int, proposal: str, **code: str) -> Answer:
    """Record what a named person decided on a proposal."""
    form = ProposalForm(prefix=proposal)
    if not form.validate_on_submit():
        return filled_in_anew(period_id, form, **code)
    word = ProposalWord(
        confirmed=form.verdict.data == CONFIRM,
        reason=form.reason.data,
        document=form.document.data,
        decided_on=form.decided_on.data,
    )
    with database().transaction() as session:
        target = scored_target(session, period_id, **code).target
        decide_proposal(
            session,
            target_id=target.id,
            proposal=proposal,
            word=word,
            now=now(),
            by=current_account().id,
        )
        page = page_of(target)
    flash(gettext("The decision on the proposal is recorded."))
    return redirect(f"{page}#proposals")


def recorded(period_id: int, word: Word, **code: str) -> Response:
    """Record a decision, and score anew."""
    with database().transaction() as session:
        target = scored_target(session, period_id, **code).target
        rule(session, target_id=target.id, word=word, now=now(), by=current_account().id)
        score_again(session, period_id)
        page = page_of(target)
    flash(gettext("The decision is recorded. The scores are being computed anew."))
    return redirect(page)


def filled_in_anew(
    period_id: int, form: FlaskForm, unit_code: str = "", member_code: str = ""
) -> tuple[str, int]:
    """The page with a form that is not complete."""
    page = (
        member_page(period_id, member_code, failed=form)
        if member_code
        else unit_page(period_id, unit_code, failed=form)
    )
    return page, 422
