"""Tables of a set-up in the browser: look through, search, add, change, remove."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.errors import Conflict, Invalid
from surveys.models import Period, Role
from surveys.setup.draft import FIGURES, TABLES, Cells, Draft
from surveys.setup.editing import name_of_row, remove_row, row_with, save_row, what_goes
from surveys.setup.settling import is_certified, stored_draft
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import words_of
from webapp.listings import ListTools
from webapp.office.blueprint import office
from webapp.office.setup_columns import (
    BY_SHEET,
    BY_SLUG,
    SLUGS,
    columns_of,
    names_of,
    shown_headers,
    word_for,
)
from webapp.office.setup_forms import cells_in, row_form, show_problems
from webapp.office.setup_imports import FileForm
from webapp.office.setup_refusals import rows_of
from webapp.office.setup_words import SHEETS, problem_words

ROWS_ON_A_PAGE: Final = 100
TABLE: Final = f"/periods/<int:period_id>/setup/<any({SLUGS}):table>"


@office.get(TABLE)
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)
def setup_table(period_id: int, table: str) -> str:
    """Show a table, or what of it holds the words searched for."""
    page = BY_SLUG[table]
    wanted = request.args.get("q", "").strip()
    first = max(request.args.get("from", 0, type=int), 0)
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        draft = stored_draft(session, period_id=period_id)
        certified = is_certified(session, period_id=period_id)
    names = names_of(page.sheet, draft)
    rows = [row for row in draft[page.sheet] if _holds(row, names, wanted)]
    return render_template(
        "office/setup/table.html",
        period=period,
        page=page,
        columns=[
            column
            for column in columns_of(page.sheet, draft)
            if column.header in shown_headers(page.sheet)
        ],
        names=names,
        rows=[
            (TABLES[page.sheet].key_of(row), row) for row in rows[first : first + ROWS_ON_A_PAGE]
        ],
        n_rows=len(draft[page.sheet]),
        n_found=len(rows),
        wanted=wanted,
        tools=_tools(period_id, table, len(draft[page.sheet]), len(rows), wanted),
        first=first,
        size=ROWS_ON_A_PAGE,
        certified=certified and page.sheet in FIGURES,
        open=_open(period, page.sheet, certified=certified),
        form=FileForm(formdata=None),
        word_for=word_for,
        name_of_row=name_of_row,
    )


def _tools(period_id: int, table: str, n_rows: int, n_found: int, wanted: str) -> ListTools:
    """Search, and the whole table as a file that can be loaded again."""
    return ListTools(
        n_rows=n_rows,
        n_found=n_found,
        wanted=wanted,
        url=url_for("office.setup_table", period_id=period_id, table=table),
        files={
            "Excel": url_for("office.setup_workbook", period_id=period_id, table=table),
            "CSV": url_for("office.setup_csv", period_id=period_id, table=table),
        },
    )


def _open(period: Period, sheet: str, *, certified: bool) -> bool:
    return not certified if sheet in FIGURES else period.frozen_at is None


def _holds(row: Cells, names: Mapping[str, Mapping[str, str]], wanted: str) -> bool:
    said = [names.get(header, {}).get(text, text) for header, text in row.items()]
    return all(word.lower() in " ".join(said).lower() for word in wanted.split())


@office.get(f"{TABLE}/row")
@role(Role.ORGANIZER)
def setup_row(period_id: int, table: str) -> str:
    """Show a form for a new row, or for the one that the address names."""
    key = _key()
    period, draft = _draft(period_id)
    sheet = BY_SLUG[table].sheet
    columns = columns_of(sheet, draft)
    form = row_form(columns, row_with(draft, sheet, key) if key else _usual(sheet, request.args))
    return _row_page(period, table, form, ())


@office.post(f"{TABLE}/row")
@role(Role.ORGANIZER)
def save_setup_row(period_id: int, table: str) -> Response | tuple[str, int]:
    """Save a row; what is wrong with it stands at its fields."""
    sheet = BY_SLUG[table].sheet
    period, draft = _draft(period_id)
    columns = columns_of(sheet, draft)
    form = row_form(columns)
    elsewhere: Sequence[Any] = ()
    try:
        with database().transaction() as session:
            save_row(
                session,
                period_id=period_id,
                table=sheet,
                key=_key(),
                cells=cells_in(form, columns),
                now=now(),
                by=current_account().id,
            )
    except Invalid as error:
        elsewhere = show_problems(form, columns, rows_of(error), sheet=sheet)
    except Conflict as error:
        if error.code == "nothing_changes":
            return redirect(url_for("office.setup_table", period_id=period_id, table=table))
        if error.code != "row_exists":
            raise
        form.c0.errors = [*form.c0.errors, words_of(error).what]
    else:
        flash(gettext("Saved."), "good")
        if "another" in request.form:
            return redirect(url_for("office.setup_row", period_id=period_id, table=table))
        return redirect(url_for("office.setup_table", period_id=period_id, table=table))
    return _row_page(period, table, form, elsewhere), 422


def _row_page(period: Period, table: str, form: Any, elsewhere: Sequence[Any]) -> str:
    return render_template(
        "office/setup/row.html",
        period=period,
        page=BY_SLUG[table],
        form=form,
        key=_key(),
        elsewhere=[problem_words(problem) for problem in elsewhere],
    )


@office.get(f"{TABLE}/remove")
@role(Role.ORGANIZER)
def ask_remove(period_id: int, table: str) -> str:
    """Say what goes when a row is removed."""
    sheet = BY_SLUG[table].sheet
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        removal = what_goes(session, period_id=period_id, table=sheet, key=_key() or ())
    return render_template(
        "office/setup/remove.html",
        period=period,
        page=BY_SLUG[table],
        name=name_of_row(sheet, removal.row),
        key=_key(),
        gone={SHEETS[name]: rows for name, rows in removal.gone.items()},
        released={SHEETS[name]: rows for name, rows in removal.released.items()},
        name_of_row=name_of_row,
        BY_SHEET=BY_SHEET,
    )


@office.post(f"{TABLE}/remove")
@role(Role.ORGANIZER)
def remove_setup_row(period_id: int, table: str) -> Response:
    """Remove a row and what cannot stay without it."""
    with database().transaction() as session:
        change = remove_row(
            session,
            period_id=period_id,
            table=BY_SLUG[table].sheet,
            key=_key() or (),
            now=now(),
            by=current_account().id,
        )
    flash(gettext("Removed. It can be undone on this page."), "good")
    return redirect(url_for("office.setup_change", change_id=change.id))


def _draft(period_id: int) -> tuple[Period, Draft]:
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        return period, stored_draft(session, period_id=period_id)


def _key() -> tuple[str, ...] | None:
    return tuple(request.args.getlist("key")) or None


def _usual(sheet: str, given: Mapping[str, str]) -> dict[str, str]:
    """What a new row usually says, and what the address says of it."""
    usual = {"最低有效票": "5", "方向": "越高越好", "开放扫码": "否", "是否重大": "否"}
    return {header: given.get(header, usual.get(header, "")) for header in TABLES[sheet].headers}
