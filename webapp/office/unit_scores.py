"""One unit's score: its whole arithmetic, and what a committee decides where the rules do not."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from surveys.errors import NotFound
from surveys.models import Role
from surveys.publishing.certify import publication_of
from surveys.publishing.score_sheet import Row, ScoreSheet, adjustments_of, score_sheet
from surveys.scoring.adjustment_claims import claims_of
from surveys.scoring.proposals import decisions_on_proposals
from surveys.scoring.raw_figures import raw_figures
from surveys.scoring.rulings import (
    LONGEST_DOCUMENT,
    LONGEST_REASON,
    Word,
    rule,
    withdraw_ruling,
)
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.office.proposal_sheets import proposal_sheets
from webapp.office.score_lines import component_sheets, sum_of
from webapp.office.scoring import READERS, score_again, scoring_work_shown, sheet_page
from webapp.office.waterfall import waterfall


class RulingForm(FlaskForm):  # type: ignore[misc]
    """What a committee decided, with its paper."""

    reason = TextAreaField(
        _("Reason"), [InputRequired(_("Please give the reason.")), Length(max=LONGEST_REASON)]
    )
    document = StringField(
        _("Document number"),
        [InputRequired(_("Please give the document.")), Length(max=LONGEST_DOCUMENT)],
    )


class PointsForm(RulingForm):
    """Points for a component with too few votes."""

    points = DecimalField(
        _("Points (0 to 100)"),
        [
            InputRequired(_("Please give the points.")),
            NumberRange(0, 100, _("Between 0 and 100.")),
        ],
        places=None,
    )


class GradeForm(RulingForm):
    """A grade other than the one reckoned."""

    grade = SelectField(_("Grade"))


GRADE = "grade"
UNIT = "/periods/<int:period_id>/scores/<unit_code>"


@office.get(UNIT)
@role(*READERS)
def unit_score(period_id: int, unit_code: str) -> str:
    """Show a unit's whole arithmetic, so that it can be added up again by hand."""
    return unit_page(period_id, unit_code)


@office.post(f"{UNIT}/points/<component>")
@role(Role.ORGANIZER)
def rule_points(period_id: int, unit_code: str, component: str) -> Response | tuple[str, int]:
    """Record the points that a committee set for a component."""
    form = PointsForm(prefix=component)
    if not form.validate_on_submit():
        return unit_page(period_id, unit_code, failed=form), 422
    word = Word(
        component=component,
        points=Decimal(form.points.data),
        reason=form.reason.data,
        document=form.document.data,
    )
    return recorded(period_id, unit_code, word)


@office.post(f"{UNIT}/grade")
@role(Role.ORGANIZER)
def rule_grade(period_id: int, unit_code: str) -> Response | tuple[str, int]:
    """Record the grade that a committee set."""
    form = GradeForm(prefix=GRADE)
    form.grade.validate_choice = False
    if not form.validate_on_submit():
        return unit_page(period_id, unit_code, failed=form), 422
    word = Word(grade=form.grade.data, reason=form.reason.data, document=form.document.data)
    return recorded(period_id, unit_code, word)


@office.post(f"{UNIT}/rulings/<int:ruling_id>/withdraw")
@role(Role.ORGANIZER)
def withdraw_ruled(period_id: int, unit_code: str, ruling_id: int) -> Response:
    """Take a recorded decision back, and score anew."""
    with database().transaction() as session:
        withdraw_ruling(session, ruling_id=ruling_id, now=now(), by=current_account().id)
        score_again(session, period_id)
    flash(gettext("The decision is withdrawn. The scores are being computed anew."))
    return redirect(url_for("office.unit_score", period_id=period_id, unit_code=unit_code))


def recorded(period_id: int, unit_code: str, word: Word) -> Response:
    """Record a decision, and score anew."""
    with database().transaction() as session:
        _category, row = scored(score_sheet(session, period_id=period_id)).row(unit_code)
        rule(session, unit_id=row.line.unit_id, word=word, now=now(), by=current_account().id)
        score_again(session, period_id)
    flash(gettext("The decision is recorded. The scores are being computed anew."))
    return redirect(url_for("office.unit_score", period_id=period_id, unit_code=unit_code))


def scored(sheet: ScoreSheet | None) -> ScoreSheet:
    """The sheet; NotFound ``no_scores`` where nothing is scored yet."""
    if sheet is None:
        raise NotFound("no_scores")
    return sheet


def unit_page(period_id: int, unit_code: str, *, failed: FlaskForm | None = None) -> str:
    """The page of a unit; `failed` is a form that must be filled in anew."""
    with database().transaction() as session:
        # The job first: one that ends meanwhile shows as under way, never as neither.
        work_shown = scoring_work_shown(session, period_id)
        sheet = scored(score_sheet(session, period_id=period_id))
        category, row = sheet.row(unit_code)
        adjustments = adjustments_of(session, unit_id=row.line.unit_id)
        claims = claims_of(session, period_id=period_id)
        signed = publication_of(session, period_id=period_id)
        figures = raw_figures(
            session, unit_id=row.line.unit_id, used=sheet.run.versions.get(unit_code, {})
        )
        decisions = decisions_on_proposals(session, unit_id=row.line.unit_id)
        shown = sheet_page(session, sheet)
        components = component_sheets(row.line, shown["words"], figures)
    last = sum_of(row.line)
    return render_template(
        "office/scoring/unit.html",
        period=sheet.period,
        category=category,
        row=row,
        line=row.line,
        adjustments=adjustments,
        claims=[each for each in claims if each.unit_id == row.line.unit_id],
        rulings=[each for each in sheet.rulings if each.unit_id == row.line.unit_id],
        components=components,
        sum=last,
        steps=waterfall(components, last),
        scheme=sheet.scheme,
        proposals=proposal_sheets(row.line, shown["words"], decisions, failed),
        signed=signed,
        forms=ruling_forms(sheet, row, failed),
        **work_shown,
        **shown,
    )


def ruling_forms(sheet: ScoreSheet, row: Row, failed: FlaskForm | None) -> dict[str, Any]:
    """The forms that the unit needs: points for each component without, and the grade."""
    grade = failed if isinstance(failed, GradeForm) else GradeForm(formdata=None, prefix=GRADE)
    grade.grade.choices = [
        (each.key, name_of({"zh": each.zh, "en": each.en})) for each in sheet.scheme.grades
    ]
    if failed is not grade:
        grade.grade.data = row.line.grade
    return {
        "grade": grade,
        "points": {
            each["key"]: points_form(each["key"], failed)
            for each in row.line.components["lines"]
            if each["points"] is None
        },
    }


def points_form(component: str, failed: FlaskForm | None) -> PointsForm:
    """The form of one component."""
    fresh = PointsForm(formdata=None, prefix=component)
    return (
        failed
        if isinstance(failed, PointsForm) and failed.points.name == fresh.points.name
        else fresh
    )
