"""The audit log, and whether its chain is whole."""

from flask import render_template, request

from surveys.accounts.listing import accounts
from surveys.audit_chain import audit_records, verify_chain
from surveys.models import Role
from webapp.access import role
from webapp.admin.blueprint import admin
from webapp.admin.words import ACTS
from webapp.context import database

PAGE = 50
# What every record has stands in columns of its own.
# What has a column of its own, and what would fill the page.
COMMON = frozenset({"act", "at", "by", "statement"})


@admin.get("/audit")
@role(Role.ADMIN, Role.AUDITOR)
def audit() -> str:
    """Show the newest records, or those before a record."""
    before = request.args.get("before", type=int)
    with database().transaction() as session:
        chain = verify_chain(session)
        records = audit_records(session, before=before, n=PAGE)
        names = {each.id: each.name for each in accounts(session)}
    return render_template(
        "admin/audit.html",
        chain=chain,
        records=records,
        names=names,
        acts=ACTS,
        common=COMMON,
        before=before,
        older=records[-1].seq if len(records) == PAGE else None,
    )
