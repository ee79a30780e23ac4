"""Reads the audit log, and proves that its chain is whole."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Text, cast, func, select, text
from sqlalchemy.orm import Session

from surveys.models import AuditRecord

# The database wrote the hashes, over its own text form of the body, so it reckons them again.
_CHECK: Final = text("""
    WITH chain AS (
        SELECT seq, h,
               sha256(coalesce(lag(h) OVER (ORDER BY seq), decode(repeat('00', 32), 'hex'))
                      || convert_to(body::text, 'UTF8')) AS expected,
               row_number() OVER (ORDER BY seq) AS place
        FROM audit.log
    )
    SELECT count(*) AS n, min(seq) FILTER (WHERE h <> expected OR seq <> place) AS broken_at
    FROM chain
""")


@dataclass(frozen=True)
class ChainCheck:
    """How the log stands.

    Parameters
    ----------
    n : records in the log
    head : hash of the last record, or of nothing 32 zero bytes; the anchor printed on minutes
    broken_at : the first record that does not follow from the one before it, or None
    """

    n: int
    head: bytes
    broken_at: int | None

    @property
    def whole(self) -> bool:
        """Whether every record follows from the one before it."""
        return self.broken_at is None


def verify_chain(session: Session) -> ChainCheck:
    """Reckon every hash of the log again.

    Whoever rewrites the whole chain, or cuts its end off, passes: only a head that was written
    down elsewhere shows that.
    """
    found = session.execute(_CHECK).one()
    head = session.scalar(select(AuditRecord.h).order_by(AuditRecord.seq.desc()).limit(1))
    return ChainCheck(n=found.n, head=head or bytes(32), broken_at=found.broken_at)


@dataclass(frozen=True)
class Asked:
    """Which records are asked for.

    Parameters
    ----------
    act, by : of that act, of that account; None for any
    words : that all stand in the record's body, as the log holds it
    """

    act: str | None = None
    by: int | None = None
    words: str = ""

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """For a query."""
        body = AuditRecord.body
        found = [cast(body, Text).icontains(each, autoescape=True) for each in self.words.split()]
        if self.act is not None:
            found.append(body["act"].as_string() == self.act)
        if self.by is not None:
            found.append(body["by"].as_integer() == self.by)
        return found


def audit_records(
    session: Session, *, before: int | None, asked: Asked | None = None, n: int = 50
) -> list[AuditRecord]:
    """Return the newest `n` records asked for, or the newest before record number `before`."""
    query = select(AuditRecord).where(*(asked or Asked()).conditions)
    if before is not None:
        query = query.where(AuditRecord.seq < before)
    return list(session.scalars(query.order_by(AuditRecord.seq.desc()).limit(n)))


def n_audit_records(session: Session, *, asked: Asked) -> int:
    """How many records there are of those asked for."""
    query = select(func.count()).select_from(AuditRecord).where(*asked.conditions)
    return session.scalars(query).one()


def acts_recorded(session: Session) -> list[str]:
    """The names of all acts that the log has, in order."""
    act = AuditRecord.body["act"].as_string()
    return list(session.scalars(select(act).distinct().order_by(act)))
