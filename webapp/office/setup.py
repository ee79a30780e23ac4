"""Set-up: what is there, what is missing, what was changed last; at the end it is frozen."""

from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from surveys.models import ChangeState, Period, Role, SetupChange
from surveys.setup.checklist import StepState, checklist
from surveys.setup.freeze import freeze_period
from surveys.setup.overview import period_overview
from surveys.setup.settling import is_certified, undoable
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.office.blueprint import office
from webapp.office.figure_words import conversion_words
from webapp.office.setup_columns import BY_SHEET
from webapp.office.setup_words import (
    CHANGES,
    PARTS,
    SCOPES,
    SHEETS,
    STEPS,
    question_words,
)

MOST_CHANGES: Final = 8
READERS: Final = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)


@office.get("/periods/<int:period_id>/setup")
@role(*READERS)
def setup(period_id: int) -> str:
    """Show the checklist."""
    with database().transaction() as session:
        certified = is_certified(session, period_id=period_id)
        steps = checklist(session, period_id=period_id, certified=certified)
        changes = session.scalars(
            select(SetupChange)
            .where(SetupChange.period_id == period_id, SetupChange.state != ChangeState.DROPPED)
            .order_by(SetupChange.id.desc())
            .limit(MOST_CHANGES)
        ).all()
        makers = {change.id: change.maker.name if change.maker else "" for change in changes}
        others = session.scalars(
            select(Period).where(Period.id != period_id).order_by(Period.starts_on.desc())
        ).all()
    return render_template(
        "office/setup/hub.html",
        period=steps.period,
        steps=steps,
        certified=certified,
        changes=changes,
        makers=makers,
        others=others,
        undoable=undoable,
        addresses=_addresses(period_id),
        SHEETS=SHEETS,
        STEPS=STEPS,
        CHANGES=CHANGES,
        State=StepState,
        ChangeState=ChangeState,
        question_words=question_words,
    )


def _addresses(period_id: int) -> dict[str, str]:
    """Where each table is shown, by sheet."""
    tables = {
        sheet: url_for("office.setup_table", period_id=period_id, table=page.slug)
        for sheet, page in BY_SHEET.items()
    }
    overview = url_for("office.setup_overview", period_id=period_id)
    if not current_account().holds(Role.ORGANIZER):
        return {**tables, "考核周期": overview, "测评表": f"{overview}#forms-title"}
    facts = url_for("office.period_facts", period_id=period_id)
    return {**tables, "考核周期": facts, "测评表": url_for("office.questionnaires")}


@office.get("/periods/<int:period_id>/setup/overview")
@role(*READERS)
def setup_overview(period_id: int) -> str:
    """Show all that is set up on one page, to be read over and printed."""
    with database().transaction() as session:
        overview = period_overview(session, period_id=period_id)
    words: dict[str, Any] = {"SCOPES": SCOPES, "PARTS": PARTS}
    return render_template(
        "office/setup/overview.html",
        overview=overview,
        period=overview.period,
        question_words=question_words,
        conversion_words=conversion_words,
        **words,
    )


@office.post("/periods/<int:period_id>/freeze")
@role(Role.ORGANIZER)
def freeze(period_id: int) -> Response:
    """Freeze the period."""
    with database().transaction() as session:
        freeze_period(session, period_id=period_id, now=now(), by=current_account().id)
    flash(gettext("The period is frozen. Next, codes are issued."), "good")
    return redirect(url_for("office.setup", period_id=period_id))
