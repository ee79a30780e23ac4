"""Changes of a set-up: laid down, accepted or dropped, undone while nothing is built on them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, Invalid
from surveys.models import ChangeKind, ChangeState, Period, Publication, ScoreRun, SetupChange
from surveys.setup.checking import Checked, checked_draft
from surveys.setup.differences import Difference, differences, only
from surveys.setup.draft import FIGURES, TABLES, Draft, draft_of
from surveys.setup.recognising import Note
from surveys.setup.sheets.indicators import VALUES
from surveys.setup.sheets.period import PERIOD
from surveys.setup.stored import stored_workbook
from surveys.setup.writing import write_period, write_setup

NOTHING: Final[Draft] = {name: [] for name in TABLES}


def stored_draft(session: Session, *, period_id: int) -> Draft:
    """What is set up for a period, as rows of text."""
    return draft_of(stored_workbook(session, period_id=period_id))


@dataclass(frozen=True)
class Proposal:
    """What is to be changed, how it came about, and what of a file was passed over."""

    kind: ChangeKind
    source: str
    before: Draft
    after: Draft
    notes: tuple[Note, ...] = ()


def lay_down(
    session: Session, *, period: Period | None, proposal: Proposal, now: datetime, by: int | None
) -> SetupChange:
    """Keep a change that waits to be accepted; nothing of the set-up is touched.

    Raises
    ------
    Conflict
        ``nothing_changes``, ``period_frozen`` (period, sheets), ``results_certified`` (period),
        ``values_scored`` (n, rows)
    """
    found = differences(proposal.before, proposal.after)
    if not found:
        raise Conflict("nothing_changes")
    refuse_what_stands_still(session, period, found)
    sheets = [each.sheet for each in found]
    change = SetupChange(
        period_id=period.id if period else None,
        kind=proposal.kind,
        state=ChangeState.WAITING,
        source=proposal.source,
        before=only(proposal.before, sheets),
        after=only(proposal.after, sheets),
        notes={"notes": [asdict(note) for note in proposal.notes]},
        made_at=now,
        made_by=by,
    )
    session.add(change)
    session.flush()
    return change


def accept(session: Session, *, change_id: int, now: datetime, by: int | None) -> SetupChange:
    """Write a waiting change into the set-up.

    Raises
    ------
    Conflict
        ``change_settled``, ``setup_changed_meanwhile`` where what it starts from has changed,
        ``period_exists`` where somebody began the same period meanwhile, and what
        :func:`lay_down` raises
    """
    change = _locked(session, change_id)
    if change.state is not ChangeState.WAITING:
        raise Conflict("change_settled", state=change.state.value)
    write_change(session, change=change, now=now, by=by)
    return change


def write_change(
    session: Session, *, change: SetupChange, now: datetime, by: int | None
) -> Checked:
    """Write what a change says, and put it on record; raises as :func:`accept`."""
    period = _period(session, change)
    present = stored_draft(session, period_id=period.id) if period else NOTHING
    if differences(only(present, list(change.before)), change.before):
        raise Conflict("setup_changed_meanwhile")
    result = _write(session, period, {**present, **change.after})
    change.period_id = _id_of(session, result)
    _settle(session, change, ChangeState.ACCEPTED, now=now, by=by)
    return result


def drop(session: Session, *, change_id: int, now: datetime, by: int | None) -> SetupChange:
    """Give a waiting change up; raises ``change_settled``."""
    change = _locked(session, change_id)
    if change.state is not ChangeState.WAITING:
        raise Conflict("change_settled", state=change.state.value)
    _settle(session, change, ChangeState.DROPPED, now=now, by=by)
    return change


def undo(session: Session, *, change_id: int, now: datetime, by: int | None) -> SetupChange:
    """Put back what stood before an accepted change.

    Raises
    ------
    Conflict
        ``change_settled``, ``undo_too_late`` where something was changed afterwards in the same
        tables, or depends on what would go, and what :func:`lay_down` raises
    """
    change = _locked(session, change_id)
    if change.state is not ChangeState.ACCEPTED or not undoable(change):
        raise Conflict("change_settled", state=change.state.value)
    period = _period(session, change)
    present = stored_draft(session, period_id=period.id) if period else NOTHING
    if period is None or differences(only(present, list(change.after)), change.after):
        raise Conflict("undo_too_late")
    try:
        _write(session, period, {**present, **change.before})
    except Invalid as error:
        raise Conflict("undo_too_late") from error
    _settle(session, change, ChangeState.UNDONE, now=now, by=by)
    return change


def undoable(change: SetupChange) -> bool:
    """Whether a change can be taken back at all: what began a period ends with it."""
    return change.state is ChangeState.ACCEPTED and bool(change.before.get(PERIOD.name, True))


def is_certified(session: Session, *, period_id: int) -> bool:
    """Whether somebody has certified the period's results: figures stand still from then on."""
    return bool(session.scalar(select(exists().where(Publication.period_id == period_id))))


def stands_still(session: Session, period: Period | None, found: tuple[Difference, ...]) -> bool:
    """Whether what a change touched may not be touched any more, so that it stays as it is."""
    try:
        refuse_what_stands_still(session, period, found)
    except Conflict:
        return True
    return False


def refuse_what_stands_still(
    session: Session, period: Period | None, found: tuple[Difference, ...]
) -> None:
    """Refuse to touch the rules of a frozen period, or the figures of a certified one."""
    if period is None or not found:
        return
    sheets = tuple(each.sheet for each in found)
    if period.frozen_at is not None and not FIGURES.issuperset(sheets):
        raise Conflict("period_frozen", period=period.code, sheets=sheets)
    if is_certified(session, period_id=period.id):
        raise Conflict("results_certified", period=period.code)
    refuse_restating(session, period, found)


def refuse_restating(session: Session, period: Period, found: tuple[Difference, ...]) -> None:
    """Refuse to write over values that were scored: both versions are kept, with their basis."""
    touched = [
        key
        for each in found
        if each.sheet == VALUES.name
        for key in (
            *(row.key for row in each.changed),
            *(VALUES.key_of(row) for row in each.removed),
        )
    ]
    scored = select(exists().where(ScoreRun.period_id == period.id))
    if touched and session.scalar(scored):
        rows = tuple(" · ".join(key) for key in touched[:5])
        raise Conflict("values_scored", n=len(touched), rows=rows)


def _write(session: Session, period: Period | None, draft: Draft) -> Checked:
    result = checked_draft(draft)
    if period is None:
        code = result.workbook.period.code
        if session.scalar(select(exists().where(Period.code == code))):
            raise Conflict("period_exists", period=code)
        period = Period(code=code)
        session.add(period)
    else:
        found = differences(stored_draft(session, period_id=period.id), draft)
        refuse_what_stands_still(session, period, found)
    write_period(session, period=period, row=result.workbook.period)
    write_setup(session, period=period, workbook=result.workbook)
    return result


def _locked(session: Session, change_id: int) -> SetupChange:
    return session.scalars(
        select(SetupChange).where(SetupChange.id == change_id).with_for_update()
    ).one()


def _period(session: Session, change: SetupChange) -> Period | None:
    """The period, locked: the lock keeps out a second change between reading and writing."""
    if change.period_id is None:
        return None
    return session.scalars(
        select(Period).where(Period.id == change.period_id).with_for_update()
    ).one()


def _id_of(session: Session, result: Checked) -> int:
    return session.scalars(
        select(Period.id).where(Period.code == result.workbook.period.code)
    ).one()


def _settle(
    session: Session, change: SetupChange, state: ChangeState, *, now: datetime, by: int | None
) -> None:
    change.state = state
    change.settled_at = now
    change.settled_by = by
    session.flush()
    found = differences(change.before, change.after)
    record(
        session,
        f"setup_change_{state.value}",
        at=now,
        by=by,
        change=change.id,
        period=change.period_id,
        kind=change.kind.value,
        sheets="、".join(each.sheet for each in found),
        added=sum(len(each.added) for each in found),
        changed=sum(len(each.changed) for each in found),
        removed=sum(len(each.removed) for each in found),
    )
