"""Files of the set-up to keep: templates to fill in, tables as they stand, the rules as PDF."""

from importlib import resources
from typing import Final

from flask import Response, request
from werkzeug.exceptions import NotFound

from surveys.models import Period, Role
from surveys.setup.draft import QUESTIONNAIRES, TABLES
from surveys.setup.rules_document import rules_document
from surveys.setup.settling import stored_draft
from surveys.setup.table_files import table_as_csv, tables_as_workbook
from webapp.access import role
from webapp.context import database
from webapp.languages import language, moment
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.setup_columns import BY_SLUG, SLUGS
from webapp.office.setup_imports import XLSX

READERS: Final = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)
WORKBOOKS: Final = {
    "template": "空白模板.xlsx",
    "sample-year": "样例县2025年度.xlsx",
    "sample-quarter": "样例县2026年第一季度.xlsx",
    "sample-leaders": "样例县2025年度领导班子和项目.xlsx",
    "sample-projects": "样例县项目台账.xlsx",
    "sample-faulty": "有错误的样例.xlsx",
}
WHOLE: Final = tuple(name for name in TABLES if name != QUESTIONNAIRES.name)


@office.get("/workbooks/<name>.xlsx")
@role(*READERS)
def workbook(name: str) -> Response:
    """Send the blank template or one of the sample workbooks."""
    if name not in WORKBOOKS:
        raise NotFound
    file = resources.files("surveys.sample") / "workbooks" / WORKBOOKS[name]
    return download(file.read_bytes(), WORKBOOKS[name], XLSX)


@office.get(f"/periods/<int:period_id>/setup/<any({SLUGS},workbook):table>.xlsx")
@role(*READERS)
def setup_workbook(period_id: int, table: str) -> Response:
    """Send a table, or all of them, as a workbook; ``?blank=1`` without its rows."""
    names = (BY_SLUG[table].sheet,) if table in BY_SLUG else WHOLE
    blank = "blank" in request.args
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        draft = stored_draft(session, period_id=period_id)
    what = names[0] if len(names) == 1 else "设置"
    body = tables_as_workbook(draft, names, filled=not blank)
    return download(body, f"{period.code} {what}{' 模板' if blank else ''}.xlsx", XLSX)


@office.get(f"/periods/<int:period_id>/setup/<any({SLUGS}):table>.csv")
@role(*READERS)
def setup_csv(period_id: int, table: str) -> Response:
    """Send a table as text."""
    sheet = BY_SLUG[table].sheet
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        draft = stored_draft(session, period_id=period_id)
    return download(table_as_csv(draft, sheet), f"{period.code} {sheet}.csv", "text/csv")


@office.get("/periods/<int:period_id>/setup/rules.pdf")
@role(*READERS)
def setup_rules(period_id: int) -> Response:
    """Send the rules as a document: a draft says so, a frozen period's carries its fingerprint."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        body = rules_document(
            session,
            period_id=period_id,
            language=language(),
            frozen_at=moment(period.frozen_at),
        )
    return download(body, f"{period.code} 考核规则.pdf", "application/pdf")
