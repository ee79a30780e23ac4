"""Corrected values: both versions side by side, and a form for another correction."""

from decimal import Decimal
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from surveys.errors import DomainError, NotFound
from surveys.models import Indicator, IndicatorValue, Period, Role
from surveys.publishing.certify import publication_of
from surveys.publishing.score_sheet import score_sheet
from surveys.scoring.restating import Correction, restate, restated_values, value_of
from surveys.scoring.rulings import LONGEST_DOCUMENT, LONGEST_REASON
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import error_text
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.office.figure_words import written
from webapp.office.scoring import READERS, score_again, scoring_work_shown

PAGE: Final = "/periods/<int:period_id>/scores/values"
CHANGEABLE: Final = frozenset({"no_value", "value_stands_already", "value_out_of_range"})


class CorrectionForm(FlaskForm):  # type: ignore[misc]
    """What a value is by now, and what says so."""

    unit = SelectField(_("Unit"), validate_choice=False)
    indicator = SelectField(_("Indicator"), validate_choice=False)
    value = DecimalField(
        _("Corrected value"), [InputRequired(_("Please give the value."))], places=None
    )
    target = DecimalField(
        _("Corrected target"),
        [Optional()],
        places=None,
        description=_("Leave empty where the target stays as it is."),
    )
    reason = TextAreaField(
        _("Reason"), [InputRequired(_("Please give the reason.")), Length(max=LONGEST_REASON)]
    )
    document = StringField(
        _("Document number"),
        [InputRequired(_("Please give the document.")), Length(max=LONGEST_DOCUMENT)],
        description=_("The paper that the correction rests on."),
    )


@office.get(PAGE)
@role(*READERS)
def corrected_values(period_id: int) -> str:
    """Show every version of the corrected values, and which of them the scores took."""
    form = CorrectionForm(formdata=None)
    form.unit.data, form.indicator.data = request.args.get("unit"), request.args.get("indicator")
    return values_page(period_id, form)


@office.post(PAGE)
@role(Role.ORGANIZER)
def correct_value(period_id: int) -> Response | tuple[str, int]:
    """Keep a correction beside what it corrects, and score anew."""
    form = CorrectionForm()
    if not form.validate_on_submit():
        return values_page(period_id, form), 422
    try:
        with database().transaction() as session:
            restate_by(session, period_id, form)
            scored = score_sheet(session, period_id=period_id) is not None
            if scored:
                score_again(session, period_id)
    except DomainError as error:
        if error.code not in CHANGEABLE:
            raise
        form.value.errors = [*form.value.errors, error_text(error)]
        return values_page(period_id, form), 422
    flash(
        gettext("Both versions are kept. The scores are being computed anew.")
        if scored
        else gettext("Both versions are kept. The first scoring takes the corrected one.")
    )
    return redirect(url_for("office.corrected_values", period_id=period_id))


def restate_by(session: Session, period_id: int, form: CorrectionForm) -> None:
    """Take what the form says; a target that was left empty stays."""
    unit, indicator = form.unit.data or "", form.indicator.data or ""
    found = value_of(session, period_id=period_id, unit=unit, indicator=indicator)
    target = form.target.data
    restate(
        session,
        period_id=period_id,
        unit_code=unit,
        indicator_code=indicator,
        correction=Correction(
            value=Decimal(form.value.data),
            target=found.target if target is None else Decimal(target),
            reason=form.reason.data,
            document=form.document.data,
        ),
        now=now(),
        by=current_account().id,
    )


def values_page(period_id: int, form: CorrectionForm) -> str:
    """Render the page."""
    with database().transaction() as session:
        work_shown = scoring_work_shown(session, period_id)
        period = session.get_one(Period, period_id)
        offer(session, period, form)
        sheet = score_sheet(session, period_id=period_id)
        shown: dict[str, Any] = {
            "period": period,
            "restated": restated_values(session, period=period),
            "used": {} if sheet is None else sheet.run.versions,
            "scored": sheet is not None,
            "signed": publication_of(session, period_id=period_id),
            "present": present_value(session, period_id, form),
        }
    return render_template(
        "office/scoring/values.html", form=form, written=written, **shown, **work_shown
    )


def offer(session: Session, period: Period, form: CorrectionForm) -> None:
    """Offer the units, and the indicators that have figures."""
    form.unit.choices = [(unit.code, name_of(unit)) for unit in period.units]
    valued = select(IndicatorValue.indicator_id)
    indicators = session.scalars(
        select(Indicator)
        .where(Indicator.period_id == period.id, Indicator.id.in_(valued))
        .order_by(Indicator.code)
    )
    form.indicator.choices = [(each.code, f"{each.code} {name_of(each)}") for each in indicators]


def present_value(session: Session, period_id: int, form: CorrectionForm) -> IndicatorValue | None:
    """The value in force that the form is about, where it names one."""
    unit, indicator = form.unit.data or "", form.indicator.data or ""
    try:
        return value_of(session, period_id=period_id, unit=unit, indicator=indicator)
    except NotFound:
        return None
