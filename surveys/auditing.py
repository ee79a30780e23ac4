"""Who did what, when: one line appended to the hash chain in the same transaction."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

APPEND = text("SELECT audit.append(:body)").bindparams(bindparam("body", type_=JSONB))


def record(
    session: Session, act: str, *, at: datetime, by: int | None, **facts: str | int | None
) -> None:
    """Append one act: its stable name, the account, the moment, and facts (never a code or answer).

    Parameters
    ----------
    act : past tense with underscores: ``"campaign_closed"``
    by : id of the account, or None for the system itself
    """
    body = {"act": act, "at": at.isoformat(), "by": by, **facts}
    session.execute(APPEND, {"body": body})
