"""Set-up: a workbook is loaded, read over, loaded again, and at last frozen."""

from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any, Final

from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveys.errors import Conflict, DomainError, Invalid
from surveys.models import Period, Role
from surveys.setup.freeze import freeze_period
from surveys.setup.load_period import load_period
from surveys.setup.overview import period_overview
from surveys.setup.workbook import read_setup_workbook
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import status_of, words_of
from webapp.office.blueprint import office
from webapp.office.setup_words import (
    CONVERSIONS,
    PARTS,
    SCOPES,
    ProblemWords,
    problem_words,
    question_words,
)

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOKS: Final = {
    "template": "空白模板.xlsx",
    "sample-year": "样例县2025年度.xlsx",
    "sample-quarter": "样例县2026年第一季度.xlsx",
    "sample-faulty": "有错误的样例.xlsx",
}


class WorkbookForm(FlaskForm):  # type: ignore[misc]
    """One workbook."""

    workbook = FileField(
        _("Workbook (.xlsx)"),
        [FileRequired(_("Please choose a file."))],
        description=_("Choose a file or drop it here. Up to 5 MB."),
        render_kw={"accept": f".xlsx,{XLSX}", "class": "drop"},
    )


@dataclass(frozen=True)
class Refusal:
    """Why a file was not loaded; the status goes out with the page."""

    filename: str
    words: Any
    problems: tuple[ProblemWords, ...]
    status: int


def refusal(filename: str, error: DomainError) -> Refusal:
    """Put a refused workbook into words."""
    rows = error.facts.get("rows", ())
    problems = tuple(problem_words(row) for row in rows) if isinstance(rows, tuple) else ()
    return Refusal(filename, words_of(error), problems, status_of(error))


def loaded(form: WorkbookForm, *, period_id: int | None = None) -> Period:
    """Load the form's workbook; raises what reading and loading raise."""
    # Reading takes a child process: no transaction stays open meanwhile.
    workbook = read_setup_workbook(form.workbook.data.read())
    with database().transaction() as session:
        return load_period(
            session,
            workbook=workbook,
            now=now(),
            by=current_account().id,
            period_id=period_id,
        )


@office.get("/periods/new")
@role(Role.ORGANIZER)
def new_period() -> str:
    """Ask for a workbook."""
    return render_template("office/setup/new.html", form=WorkbookForm(), refusal=None)


@office.post("/periods/new")
@role(Role.ORGANIZER)
def load_new_period() -> Response | tuple[str, int]:
    """Load the workbook, or say what is wrong with it."""
    form = WorkbookForm()
    refused = None
    if form.validate():
        try:
            period = loaded(form)
        except (Invalid, Conflict) as error:
            refused = refusal(form.workbook.data.filename, error)
        else:
            flash(gettext("The workbook is loaded. Read it over, then freeze it."), "good")
            return redirect(url_for("office.setup", period_id=period.id))
    page = render_template("office/setup/new.html", form=form, refusal=refused)
    return page, refused.status if refused else 422


@office.get("/periods/<int:period_id>/setup")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)
def setup(period_id: int) -> str:
    """Show what is set up."""
    return _setup_page(period_id, WorkbookForm(), None)


@office.post("/periods/<int:period_id>/setup")
@role(Role.ORGANIZER)
def load_again(period_id: int) -> Response | tuple[str, int]:
    """Replace a draft by another workbook; what was loaded stays when that is refused."""
    form = WorkbookForm()
    refused = None
    if form.validate():
        try:
            loaded(form, period_id=period_id)
        except (Invalid, Conflict) as error:
            refused = refusal(form.workbook.data.filename, error)
        else:
            flash(gettext("The workbook has replaced the one before."), "good")
            return redirect(url_for("office.setup", period_id=period_id))
    return _setup_page(period_id, form, refused), refused.status if refused else 422


@office.post("/periods/<int:period_id>/freeze")
@role(Role.ORGANIZER)
def freeze(period_id: int) -> Response:
    """Freeze the period."""
    with database().transaction() as session:
        freeze_period(session, period_id=period_id, now=now(), by=current_account().id)
    flash(gettext("The period is frozen. Next, codes are issued."), "good")
    return redirect(url_for("office.setup", period_id=period_id))


@office.get("/workbooks/<name>.xlsx")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)
def workbook(name: str) -> Response:
    """Send the blank template or one of the sample workbooks."""
    if name not in WORKBOOKS:
        raise NotFound
    file = resources.files("surveys.sample") / "workbooks" / WORKBOOKS[name]
    return send_file(
        BytesIO(file.read_bytes()),
        mimetype=XLSX,
        as_attachment=True,
        download_name=WORKBOOKS[name],
    )


def _setup_page(period_id: int, form: WorkbookForm, refused: Refusal | None) -> str:
    with database().transaction() as session:
        overview = period_overview(session, period_id=period_id)
    return render_template(
        "office/setup/setup.html",
        overview=overview,
        period=overview.period,
        form=form,
        refusal=refused,
        SCOPES=SCOPES,
        PARTS=PARTS,
        CONVERSIONS=CONVERSIONS,
        question_words=question_words,
    )
