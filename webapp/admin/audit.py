"""The audit log, and whether its chain is whole."""

import csv
import json
from dataclasses import dataclass
from io import StringIO

from flask import Response, render_template, request
from flask_babel import gettext

from surveys.accounts.listing import accounts
from surveys.audit_chain import acts_recorded, audit_records, verify_chain
from surveys.formulas import harmless
from surveys.models import Role
from webapp.access import role
from webapp.admin.blueprint import admin
from webapp.admin.words import ACTS
from webapp.context import database
from webapp.office.downloads import download

PAGE = 50
# What has a column of its own, and what would fill the page.
COMMON = frozenset({"act", "at", "by", "statement"})


@dataclass(frozen=True)
class Wanted:
    """Which records are asked for; what is None is not asked for."""

    act: str | None
    by: int | None
    before: int | None


@admin.get("/audit")
@role(Role.ADMIN, Role.AUDITOR)
def audit() -> str:
    """Show the newest records that are asked for, or those before a record."""
    wanted = _wanted()
    with database().transaction() as session:
        chain = verify_chain(session)
        records = audit_records(session, before=wanted.before, act=wanted.act, by=wanted.by, n=PAGE)
        names = {each.id: each.name for each in accounts(session)}
        recorded = acts_recorded(session)
    return render_template(
        "admin/audit.html",
        chain=chain,
        records=records,
        names=names,
        acts=ACTS,
        recorded=recorded,
        common=COMMON,
        wanted=wanted,
        older=records[-1].seq if len(records) == PAGE else None,
    )


@admin.get("/audit.csv")
@role(Role.ADMIN, Role.AUDITOR)
def audit_table() -> Response:
    """Give all records that are asked for as a table."""
    wanted = _wanted()
    with database().transaction() as session:
        records = audit_records(session, before=None, act=wanted.act, by=wanted.by, n=None)
        names = {each.id: each.name for each in accounts(session)}
    lines = StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(
        [gettext("No."), gettext("Time"), gettext("Act"), gettext("Account"), gettext("Facts")]
    )
    for record in records:
        body = record.body
        facts = {name: fact for name, fact in body.items() if name not in COMMON}
        act, by = str(ACTS.get(body["act"], body["act"])), names.get(body["by"], gettext("System"))
        told = json.dumps(facts, ensure_ascii=False)
        writer.writerow([record.seq, body["at"], harmless(act), harmless(by), harmless(told)])
    # With the mark that spreadsheet programs want to see.
    return download(lines.getvalue().encode("utf-8-sig"), "audit.csv", "text/csv")


def _wanted() -> Wanted:
    return Wanted(
        act=request.args.get("act") or None,
        by=request.args.get("by", type=int),
        before=request.args.get("before", type=int),
    )
