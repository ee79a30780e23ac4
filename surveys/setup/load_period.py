"""Writes a whole workbook into a draft period, without asking; loading again replaces it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import Period
from surveys.setup.workbook import SetupWorkbook
from surveys.setup.writing import write_period, write_setup


def load_period(
    session: Session,
    *,
    workbook: SetupWorkbook,
    now: datetime,
    by: int | None,
    period_id: int | None = None,
) -> Period:
    """Load a workbook into the period of its code, a new one or a draft.

    Parameters
    ----------
    period_id : the period that is meant, or None for the one of the workbook's code

    Raises
    ------
    Conflict
        ``period_frozen`` (period), ``other_period`` (period, found) where the workbook sets up
        another period than the one that is meant
    """
    period = _period(session, workbook, period_id=period_id)
    write_period(session, period=period, row=workbook.period)
    write_setup(session, period=period, workbook=workbook)
    record(
        session,
        "period_loaded",
        at=now,
        by=by,
        period=workbook.period.code,
        units=len(workbook.units),
        campaigns=len(workbook.campaigns),
    )
    return period


def _period(session: Session, workbook: SetupWorkbook, *, period_id: int | None) -> Period:
    code = workbook.period.code
    if period_id is not None:
        meant = session.get_one(Period, period_id)
        if meant.code != code:
            raise Conflict("other_period", period=meant.code, found=code)
    period = session.scalars(
        select(Period).where(Period.code == code).with_for_update()
    ).one_or_none()
    if period is None:
        period = Period(code=code)
        session.add(period)
    elif period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
    return period
