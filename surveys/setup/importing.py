"""A file becomes a change that waits: read, laid over what is stored, checked as a whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid
from surveys.models import ChangeKind, Period, SetupChange
from surveys.setup.cell_text import as_text, plain, word
from surveys.setup.cells import SheetCells
from surveys.setup.checking import checked
from surveys.setup.draft import (
    Cells,
    Draft,
    book_of,
    questionnaires_of,
)
from surveys.setup.headers import Table
from surveys.setup.merging import merged
from surveys.setup.problems import Problems
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.recognising import recognise
from surveys.setup.relations import NAMED, with_codes
from surveys.setup.settling import NOTHING, Proposal, lay_down, stored_draft
from surveys.setup.sheets import forms
from surveys.setup.sheets.period import CONTENT, FACT, PERIOD
from surveys.setup.workbook import read_forms

FORM_SHEETS = (forms.FORMS, forms.OPTIONS, forms.ITEMS, forms.ROUTES)


def propose_import(
    session: Session,
    *,
    sheets: Sequence[SheetCells],
    filename: str,
    period_id: int | None,
    meant: str | None = None,
    removes: bool = False,
    now: datetime,
    by: int | None,
) -> SetupChange:
    """Lay down what a file would change; nothing is written before it is accepted.

    Parameters
    ----------
    period_id : the period that is meant, or None for the one that the file names
    meant : the table that is meant where the file does not say it
    removes : rows that stand in none of the file's tables go

    Raises
    ------
    Invalid
        ``bad_rows`` (rows: tuple of RowProblem), ``nothing_recognised`` (sheets),
        ``period_not_named`` where neither the page nor the file says which period is meant
    Conflict
        ``other_period`` (period, found), and what :func:`surveys.setup.settling.lay_down` raises
    """
    problems = Problems()
    asked = stored_draft(session, period_id=period_id) if period_id is not None else NOTHING
    indicators = {row["指标代码"]: row["指标名称"] for row in asked["指标"]}
    found = recognise(sheets, problems, meant=meant, indicators=indicators)
    period = _period(session, found.tables, period_id)
    before = asked
    if period is not None and period_id is None:
        before = stored_draft(session, period_id=period.id)
    tables = with_codes(found.tables, _lookup(found.tables, before))
    book = dict(book_of(before))
    for name, table in tables.items():
        if name in book:
            book[name] = merged(name, before[name], table, removes=removes)
    questionnaires = _questionnaires(tables, before, problems, removes=removes)
    after = checked(book, questionnaires, problems).draft
    proposal = Proposal(ChangeKind.IMPORT, filename, before, after, found.notes)
    return lay_down(session, period=period, proposal=proposal, now=now, by=by)


def _period(session: Session, tables: Mapping[str, Table], period_id: int | None) -> Period | None:
    code = _code(tables)
    if period_id is not None:
        period = session.get_one(Period, period_id)
        if code and code != period.code:
            raise Conflict("other_period", period=period.code, found=code)
        return period
    if PERIOD.name not in tables:
        raise Invalid("period_not_named")
    return session.scalars(select(Period).where(Period.code == code)).one_or_none()


def _code(tables: Mapping[str, Table]) -> str:
    lines = tables[PERIOD.name].lines if PERIOD.name in tables else ()
    said = {plain(as_text(line.cells[FACT])): as_text(line.cells[CONTENT]) for line in lines}
    return word(said.get("周期代码", ""))


def _lookup(tables: Mapping[str, Table], before: Draft) -> dict[str, list[Cells]]:
    """Where codes are looked up by name: in what is stored, and in the file itself."""
    rows: dict[str, list[Cells]] = {}
    for name, (code, _named) in NAMED.items():
        told = [
            {header: as_text(cell) for header, cell in line.cells.items()}
            for line in (tables[name].lines if name in tables else ())
        ]
        # Of two rows with one code both stay: that is one mistake, and no second one elsewhere.
        own: list[Cells] = [{**cells, code: word(cells.get(code, ""))} for cells in told]
        codes = {row[code] for row in own}
        rows[name] = [row for row in before.get(name, []) if row[code] not in codes] + own
    return rows


def _questionnaires(
    tables: Mapping[str, Table], before: Draft, problems: Problems, *, removes: bool
) -> list[QuestionnaireContent]:
    stored = {form.code: form for form in questionnaires_of(before)}
    if not any(sheet.name in tables for sheet in FORM_SHEETS):
        return list(stored.values())
    book = {forms.ROUTES.name: Table({}, []), **tables}
    built = read_forms(book, problems).built
    kept = {} if removes else stored
    return list({**kept, **{form.code: form for form in built}}.values())
