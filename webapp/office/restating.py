"""Corrected values: both versions side by side, and a form for another correction."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from flask import Response as File
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
from surveys.scoring.restating import (
    Correction,
    RestatedValue,
    restate,
    restated_values,
    value_of,
)
from surveys.scoring.rulings import LONGEST_DOCUMENT, LONGEST_REASON
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import error_text
from webapp.languages import name_of
from webapp.listings import KINDS, Cell, Columns, Listing, table_file, words_wanted
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


@office.get(f"{PAGE}.<{KINDS}>")
@role(*READERS)
def corrected_values_file(period_id: int, kind: str) -> File:
    """Give the corrected values as a file, one row for each version."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        listing = listed_values(restated_values(session, period=period))
        headers, rows = version_rows(listing.found)
    return table_file(f"values-{period.code}", kind, headers, rows)


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
        listing = listed_values(restated_values(session, period=period))
        shown: dict[str, Any] = {
            "period": period,
            "restated": listing.found,
            "tools": listing.tools("office.corrected_values", period_id=period_id),
            "used": {} if sheet is None else sheet.run.versions,
            "scored": sheet is not None,
            "signed": publication_of(session, period_id=period_id),
            "present": present_value(session, period_id, form),
        }
    return render_template(
        "office/scoring/values.html", form=form, written=written, **shown, **work_shown
    )


def listed_values(values: Sequence[RestatedValue]) -> Listing[RestatedValue]:
    """The corrected values, found by what all their versions say."""
    columns: Columns[RestatedValue] = {
        gettext("Unit"): lambda each: f"{each.unit.code} {name_of(each.unit)}",
        gettext("Indicator"): lambda each: f"{each.indicator.code} {name_of(each.indicator)}",
        gettext("Basis"): lambda each: "\n".join(
            f"{version.reason} {version.document}" for version in each.versions
        ),
        gettext("By"): lambda each: "\n".join(
            version.maker.name for version in each.versions if version.maker
        ),
    }
    return Listing(values, columns, words_wanted())


def version_rows(values: Iterable[RestatedValue]) -> tuple[list[str], list[list[Cell]]]:
    """Headers, and a row for each version of the values."""
    headers = [
        gettext("Unit"),
        gettext("Indicator"),
        gettext("Version"),
        gettext("Value"),
        gettext("Target"),
        gettext("Reason"),
        gettext("Document number"),
        gettext("By"),
        gettext("When"),
    ]
    return headers, [
        [
            name_of(each.unit),
            name_of(each.indicator),
            version.number,
            version.value,
            version.target,
            version.reason,
            version.document,
            version.maker.name if version.maker else "",
            version.made_at,
        ]
        for each in values
        for version in each.versions
    ]


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
