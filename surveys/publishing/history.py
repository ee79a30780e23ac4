"""Who scored, decided, certified and published a period, and when: read from the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Account, AuditRecord

ACTS = (
    "period_scored",
    "ruling_recorded",
    "ruling_withdrawn",
    "proposal_confirmed",
    "proposal_declined",
    "adjustment_proposed",
    "adjustment_approved",
    "adjustment_withdrawn",
    "scores_certified",
    "certification_withdrawn",
    "scores_countersigned",
    "keys_destroyed",
    "scores_published",
)


@dataclass(frozen=True)
class Deed:
    """One act: its stable name, when, by whom (None: the system), and its facts."""

    act: str
    at: datetime
    name: str | None
    facts: Mapping[str, Any]


def history(session: Session, *, period_id: int) -> tuple[Deed, ...]:
    """The acts on a period's results, the latest first."""
    body = AuditRecord.body
    records = session.scalars(
        select(AuditRecord)
        .where(body["act"].astext.in_(ACTS), body["period"].astext == str(period_id))
        .order_by(AuditRecord.seq.desc())
    ).all()
    names = {each.id: each.name for each in session.scalars(select(Account))}
    return tuple(
        Deed(
            act=record.body["act"],
            at=datetime.fromisoformat(record.body["at"]),
            name=names.get(record.body["by"]),
            facts=record.body,
        )
        for record in records
    )
