"""Rows of a set-up added, changed and removed by hand; each time the whole is checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from surveys.errors import Conflict, NotFound
from surveys.models import Account, ChangeKind, Period, SetupChange, Unit
from surveys.setup.checking import checked
from surveys.setup.draft import TABLES, Cells, Draft, book_of, questionnaires_of
from surveys.setup.headers import Line, Table
from surveys.setup.relations import NAMED, dependents, released, with_new_code, without_name
from surveys.setup.settling import Proposal, lay_down, stored_draft, write_change
from surveys.setup.sheets.units import UNITS

Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """A draft after an edit; problems of the rows at these positions are told by their number."""

    draft: Draft
    edited: Sequence[int] = ()


def save_row(
    session: Session,
    *,
    period_id: int,
    table: str,
    key: Key | None,
    cells: Cells,
    now: datetime,
    by: int | None,
) -> SetupChange:
    """Add a row, or put another in the place of the one with `key`.

    A new code is taken over wherever the old one stood.

    Raises
    ------
    Invalid : ``bad_rows`` (rows); those about this row have the number 1
    NotFound : ``row_not_found``
    Conflict
        ``row_exists`` (key), and what :func:`surveys.setup.settling.lay_down` raises
    """

    def edit(draft: Draft) -> Edit:
        present = [TABLES[table].key_of(row) for row in draft[table]]
        if key is not None and key not in present:
            raise NotFound("row_not_found", table=table)
        new = TABLES[table].key_of(cells)
        if new != key and new in present:
            raise Conflict("row_exists", key=" · ".join(new))
        at = len(present) if key is None else present.index(key)
        if key is not None:
            draft = with_new_code(draft, table, draft[table][at], cells)
        rows = [*draft[table][:at], dict(cells), *draft[table][at + 1 :]]
        return Edit({**draft, table: rows}, [at])

    at_home = _accounts_of(session, period_id, key[0]) if table == UNITS.name and key else []
    change = _change(
        session, period_id=period_id, kind=ChangeKind.EDIT, table=table, edit=edit, now=now, by=by
    )
    if at_home:
        unit_id = session.scalars(_unit_id(period_id, TABLES[table].key_of(cells)[0])).one()
        session.execute(update(Account).where(Account.id.in_(at_home)).values(unit_id=unit_id))
    return change


def _accounts_of(session: Session, period_id: int, code: str) -> Sequence[int]:
    """Accounts that belong to a unit: they go along when it gets a new code."""
    unit_id = _unit_id(period_id, code).scalar_subquery()
    return session.scalars(select(Account.id).where(Account.unit_id == unit_id)).all()


def _unit_id(period_id: int, code: str) -> Select[int]:
    return select(Unit.id).where(Unit.period_id == period_id, Unit.code == code)


def replace_rows(
    session: Session,
    *,
    period_id: int,
    table: str,
    where: Mapping[str, str],
    rows: Sequence[Cells],
    now: datetime,
    by: int | None,
) -> SetupChange:
    """Put `rows` in the place of those that hold `where`: the figures of one indicator, at once.

    Raises what :func:`save_row` raises; the rows are numbered from 1 in the order given.
    """

    def edit(draft: Draft) -> Edit:
        kept = [
            row for row in draft[table] if any(row[name] != said for name, said in where.items())
        ]
        together = [*kept, *(dict(row) for row in rows)]
        return Edit({**draft, table: together}, range(len(kept), len(together)))

    return _change(
        session, period_id=period_id, kind=ChangeKind.EDIT, table=table, edit=edit, now=now, by=by
    )


@dataclass(frozen=True)
class Removal:
    """A row, the rows of other tables that go with it, and those that stay without naming it."""

    row: Cells
    gone: Draft
    released: Draft


def what_goes(session: Session, *, period_id: int, table: str, key: Key) -> Removal:
    """What removing the row with `key` would do.

    Raises
    ------
    NotFound : ``row_not_found``
    """
    draft = stored_draft(session, period_id=period_id)
    row = row_with(draft, table, key)
    return Removal(row, dependents(draft, table, row), released(draft, table, row))


def remove_row(
    session: Session, *, period_id: int, table: str, key: Key, now: datetime, by: int | None
) -> SetupChange:
    """Remove a row and what :func:`what_goes` names; raises as :func:`save_row`."""

    def edit(draft: Draft) -> Edit:
        row = row_with(draft, table, key)
        gone = {table: [row], **dependents(draft, table, row)}
        left = {
            name: [each for each in rows if each not in gone.get(name, [])]
            for name, rows in draft.items()
        }
        return Edit(without_name(left, table, row))

    return _change(
        session,
        period_id=period_id,
        kind=ChangeKind.REMOVAL,
        table=table,
        edit=edit,
        now=now,
        by=by,
    )


def row_with(draft: Draft, table: str, key: Key) -> dict[str, str]:
    """The row with `key`; raises ``row_not_found``."""
    for row in draft[table]:
        if TABLES[table].key_of(row) == key:
            return row
    raise NotFound("row_not_found", table=table)


def _change(
    session: Session,
    *,
    period_id: int,
    kind: ChangeKind,
    table: str,
    edit: Callable[[Draft], Edit],
    now: datetime,
    by: int | None,
) -> SetupChange:
    period = session.scalars(select(Period).where(Period.id == period_id).with_for_update()).one()
    before = stored_draft(session, period_id=period_id)
    edited = edit(before)
    book = dict(book_of(edited.draft))
    book[table] = Table(
        dict.fromkeys(TABLES[table].headers, ""),
        [
            Line(edited.edited.index(at) + 1 if at in edited.edited else 0, dict(row))
            for at, row in enumerate(edited.draft[table])
        ],
    )
    after = checked(book, questionnaires_of(edited.draft)).draft
    proposal = Proposal(kind, table, before, after)
    change = lay_down(session, period=period, proposal=proposal, now=now, by=by)
    write_change(session, change=change, now=now, by=by)
    return change


def name_of_row(table: str, row: Cells) -> str:
    """What a row is called: its name, else what tells it from others."""
    if table in NAMED and (name := row.get(NAMED[table][1])):
        return name
    return " · ".join(said for said in TABLES[table].key_of(row) if said)
