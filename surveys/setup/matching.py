"""Makes the rows of a table say what is wanted, and touches no row that already says it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys.models import Base, Period

K = TypeVar("K")
M = TypeVar("M", bound=Base)


def match(
    session: Session,
    present: Mapping[K, M],
    wanted: Mapping[K, Mapping[str, Any]],
    make: Callable[[K], M],
    *,
    delete_others: bool = False,
) -> dict[K, M]:
    """Rows by key, made or changed so that they say what is wanted."""
    rows: dict[K, M] = {}
    for key, facts in wanted.items():
        row = present.get(key)
        if row is None:
            row = make(key)
            session.add(row)
        set_facts(row, facts)
        rows[key] = row
    if delete_others:
        for key in present.keys() - wanted.keys():
            session.delete(present[key])
    session.flush()
    return rows


def set_facts(row: Base, facts: Mapping[str, Any]) -> None:
    """Set the columns that say something else."""
    for name, fact in facts.items():
        # A column that is set to what it holds would still be written, and a frozen one refuses.
        if getattr(row, name) != fact:
            setattr(row, name, fact)


def of_period(session: Session, table: type[M], period: Period) -> Sequence[M]:
    """The rows of a period in the order in which they were made."""
    columns = table.__table__.c
    return session.scalars(
        select(table).where(columns.period_id == period.id).order_by(columns.id)
    ).all()


def delete_others_of(session: Session, table: type[M], period: Period, kept: Iterable[M]) -> None:
    """Delete the rows of a period that are not kept."""
    columns = table.__table__.c
    ids = [row.id for row in kept]  # type: ignore[attr-defined]
    session.execute(delete(table).where(columns.period_id == period.id, columns.id.not_in(ids)))
