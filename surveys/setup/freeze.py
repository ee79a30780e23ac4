"""Freezes a period: from here on nobody changes its rules, and a hash binds them.

Figures stay open: values of indicators, bonus, deduction and vetoes arrive until the results are
certified.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import Period
from surveys.setup.manifest import manifest_hash, period_manifest
from surveys.setup.open_questions import open_questions


def freeze_period(session: Session, *, period_id: int, now: datetime, by: int | None) -> bytes:
    """Freeze a draft; there is no way back, in the database neither.

    Returns
    -------
    The SHA-256 of the manifest.

    Raises
    ------
    Conflict
        ``period_frozen`` (period), ``setup_incomplete`` (questions: codes)
    """
    # The lock keeps out a second upload between the reading and the freezing.
    period = session.scalars(select(Period).where(Period.id == period_id).with_for_update()).one()
    if period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
    blocking = [
        question for question in open_questions(session, period_id=period_id) if question.blocks
    ]
    if blocking:
        codes = tuple(question.code for question in blocking)
        raise Conflict("setup_incomplete", questions=codes)
    digest = manifest_hash(period_manifest(session, period_id=period_id))
    period.frozen_at = now
    period.manifest_hash = digest
    session.flush()
    record(session, "period_frozen", at=now, by=by, period=period.code, manifest=digest.hex())
    return digest
