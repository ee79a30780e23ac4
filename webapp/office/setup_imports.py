"""A file is read and shown as a preview; it is accepted or dropped, and may be undone."""

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField

from surveys.errors import Conflict, Invalid
from surveys.models import ChangeState, Period, Role, SetupChange
from surveys.setup.beginning import COPIED, propose_copy
from surveys.setup.cells import read_file
from surveys.setup.choosing_scheme import scheme_text_in
from surveys.setup.differences import differences
from surveys.setup.importing import propose_import
from surveys.setup.settling import accept, drop, stands_still, stored_draft, undo, undoable
from surveys.setup.sheets.period import PERIOD
from surveys.setup.text_differences import LineState, TextLine, line_differences
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.office.blueprint import office
from webapp.office.form_difference_words import form_lines
from webapp.office.setup_columns import (
    BY_SHEET,
    BY_SLUG,
    key_words,
    label_of,
    names_of,
    shown_headers,
)
from webapp.office.setup_refusals import refusal
from webapp.office.setup_words import SHEETS, note_words

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS_SHOWN: Final = 200


class FileForm(FlaskForm):  # type: ignore[misc]
    """One file, and what happens to rows that it does not have."""

    workbook = FileField(
        _("Workbook (.xlsx) or text file (.csv)"),
        [FileRequired(_("Please choose a file."))],
        description=_("Choose a file or drop it here. Up to 5 MB."),
        render_kw={"accept": f".xlsx,.csv,.txt,{XLSX},text/csv", "class": "drop"},
    )
    removes = BooleanField(
        _("Also remove rows that the file does not have"),
        description=_("Without this, rows that are only here stay as they are."),
    )


def proposed(
    form: FileForm, *, period_id: int | None = None, meant: str | None = None
) -> SetupChange:
    """Lay down what the form's file would change; raises what reading and checking raise."""
    # Reading takes a child process: no transaction stays open meanwhile.
    sheets = read_file(form.workbook.data.read())
    with database().transaction() as session:
        return propose_import(
            session,
            sheets=sheets,
            filename=form.workbook.data.filename or "",
            period_id=period_id,
            meant=meant,
            removes=bool(form.removes.data),
            now=now(),
            by=current_account().id,
        )


@office.get("/periods/<int:period_id>/setup/import")
@role(Role.ORGANIZER)
def import_page(period_id: int) -> str:
    """Ask for a file."""
    return _import_page(period_id, FileForm(formdata=None), None)


@office.post("/periods/<int:period_id>/setup/import")
@role(Role.ORGANIZER)
def import_file(period_id: int) -> AnyResponse | tuple[str, int]:
    """Show what the file would change, or what is wrong with it."""
    form = FileForm()
    refused = None
    if form.validate():
        page = BY_SLUG.get(request.args.get("table", ""))
        try:
            change = proposed(form, period_id=period_id, meant=page.sheet if page else None)
        except (Invalid, Conflict) as error:
            refused = refusal(form.workbook.data.filename, error)
        else:
            return redirect(url_for("office.setup_change", change_id=change.id))
    return _import_page(period_id, form, refused), refused.status if refused else 422


def _import_page(period_id: int, form: FileForm, refused: Any) -> str:
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
    return render_template(
        "office/setup/import.html",
        period=period,
        form=form,
        refusal=refused,
        table=BY_SLUG.get(request.args.get("table", "")),
    )


@office.post("/periods/<int:period_id>/setup/copy")
@role(Role.ORGANIZER)
def copy_tables(period_id: int) -> AnyResponse:
    """Show what taking tables over from another period would change."""
    like = request.form.get("like", type=int)
    page = BY_SLUG.get(request.form.get("table", ""))
    with database().transaction() as session:
        change = propose_copy(
            session,
            period_id=period_id,
            like=session.get_one(Period, like).id,
            tables=(page.sheet,) if page else COPIED,
            now=now(),
            by=current_account().id,
        )
    return redirect(url_for("office.setup_change", change_id=change.id))


@office.get("/setup-changes/<int:change_id>")
@role(Role.ORGANIZER, Role.AUDITOR)
def setup_change(change_id: int) -> str:
    """Show a change: what is added, changed, removed and left."""
    with database().transaction() as session:
        change = session.get_one(SetupChange, change_id)
        period = session.get(Period, change.period_id) if change.period_id else None
        draft = stored_draft(session, period_id=period.id) if period else {}
        found = differences(change.before, change.after)
        may_be_undone = undoable(change) and not stands_still(session, period, found)
    draft = {**draft, **change.before, **change.after}
    return render_template(
        "office/setup/change.html",
        change=change,
        period=period,
        found=found,
        forms=form_lines(found),
        scheme_lines=scheme_lines(change),
        names={each.sheet: names_of(each.sheet, draft) for each in found},
        notes=[note_words(note) for note in change.notes.get("notes", ())],
        undoable=may_be_undone,
        SHEETS=SHEETS,
        BY_SHEET=BY_SHEET,
        label_of=label_of,
        shown_headers=shown_headers,
        key_words=key_words,
        State=ChangeState,
        LineState=LineState,
        most=MOST_ROWS_SHOWN,
    )


def scheme_lines(change: SetupChange) -> tuple[TextLine, ...]:
    """What differs between the files of two schemes; nothing where there was none before."""
    before, after = (
        scheme_text_in(tables.get(PERIOD.name, ())) for tables in (change.before, change.after)
    )
    return line_differences(before, after) if before and after else ()


@office.post("/setup-changes/<int:change_id>/accept")
@role(Role.ORGANIZER)
def accept_change(change_id: int) -> AnyResponse:
    """Write the change into the set-up."""
    with database().transaction() as session:
        change = accept(session, change_id=change_id, now=now(), by=current_account().id)
    flash(gettext("Taken over. You can undo it as long as nothing is built on it."), "good")
    return redirect(url_for("office.setup", period_id=change.period_id))


@office.post("/setup-changes/<int:change_id>/drop")
@role(Role.ORGANIZER)
def drop_change(change_id: int) -> AnyResponse:
    """Give the change up."""
    with database().transaction() as session:
        change = drop(session, change_id=change_id, now=now(), by=current_account().id)
    flash(gettext("Given up. Nothing was changed."), "good")
    return _home_of(change)


@office.post("/setup-changes/<int:change_id>/undo")
@role(Role.ORGANIZER)
def undo_change(change_id: int) -> AnyResponse:
    """Put back what stood before."""
    with database().transaction() as session:
        change = undo(session, change_id=change_id, now=now(), by=current_account().id)
    flash(gettext("Undone: what stood before is back."), "good")
    return _home_of(change)


def _home_of(change: SetupChange) -> Response | AnyResponse:
    if change.period_id is None:
        return redirect(url_for("office.new_period"))
    return redirect(url_for("office.setup", period_id=change.period_id))
