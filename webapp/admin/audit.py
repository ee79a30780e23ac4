"""The audit log, and whether its chain is whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import Response, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.accounts.listing import accounts
from surveys.audit_chain import (
    Asked,
    acts_recorded,
    audit_records,
    n_audit_records,
    verify_chain,
)
from surveys.database.engine import Database
from surveys.models import AuditRecord, Role
from webapp.access import role
from webapp.admin.blueprint import admin
from webapp.admin.fact_words import facts_told
from webapp.admin.words import ACTS
from webapp.context import database
from webapp.languages import instant
from webapp.listings import Cell, ListTools, as_csv, words_wanted
from webapp.office.downloads import download

PAGE = 50
RECORDS_AT_ONCE: Final = 1_000
HEADERS: Final = (_("No."), _("Time"), _("Act"), _("Account"), _("Facts"))


@admin.get("/audit")
@role(Role.ADMIN, Role.AUDITOR)
def audit() -> str:
    """Show the newest records that are asked for, or those before a record."""
    asked, before = _asked(), request.args.get("before", type=int)
    with database().transaction() as session:
        chain = verify_chain(session)
        records = audit_records(session, before=before, asked=asked, n=PAGE)
        n_found = n_audit_records(session, asked=asked)
        names = {each.id: each.name for each in accounts(session)}
        recorded = acts_recorded(session)
    same: dict[str, Any] = {"act": asked.act, "by": asked.by, "q": asked.words or None}
    return render_template(
        "admin/audit.html",
        chain=chain,
        records=records,
        names=names,
        acts=ACTS,
        recorded=recorded,
        facts_told=facts_told,
        wanted=asked,
        same=same,
        before=before,
        older=records[-1].seq if len(records) == PAGE else None,
        tools=ListTools(
            n_rows=chain.n,
            n_found=n_found,
            wanted=asked.words,
            url=url_for("admin.audit"),
            files={"CSV": url_for("admin.audit_table", **same)},
        ),
    )


@admin.get("/audit.csv")
@role(Role.ADMIN, Role.AUDITOR)
def audit_table() -> Response:
    """Give all records that are asked for as a table, however many: a part of them at a time."""
    with database().transaction() as session:
        names = {each.id: each.name for each in accounts(session)}
    headers = [str(word) for word in HEADERS]
    system = gettext("System")
    rows = (_cells(record, names, system) for record in _all_records(_asked(), database()))
    body = stream_with_context(as_csv(headers, rows))
    return download(body, "audit.csv", "text/csv")


def _all_records(asked: Asked, here: Database) -> Iterator[AuditRecord]:
    before = None
    while True:
        with here.transaction() as session:
            records = audit_records(session, before=before, asked=asked, n=RECORDS_AT_ONCE)
        yield from records
        if len(records) < RECORDS_AT_ONCE:
            return
        before = records[-1].seq


def _cells(record: AuditRecord, names: Mapping[int, str], system: str) -> Sequence[Cell]:
    body = record.body
    facts = (f"{name}{gettext(': ')}{told}" for name, told in facts_told(body))
    return (
        record.seq,
        instant(body["at"]),
        str(ACTS.get(body["act"], body["act"])),
        names.get(body["by"], system),
        " · ".join(facts),
    )


def _asked() -> Asked:
    return Asked(
        act=request.args.get("act") or None,
        by=request.args.get("by", type=int),
        words=words_wanted(),
    )
