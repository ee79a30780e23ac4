"""Values that are corrected after they were scored: both versions are kept, with their basis.

Until the first scoring a value is simply changed in the set-up, which keeps what stood before. From
then on a correction is a version of its own, with reason, document, person and moment, and every
scoring says which version it took.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from surveys.auditing import record
from surveys.errors import Conflict, Invalid, NotFound
from surveys.models import (
    ChangeState,
    Indicator,
    IndicatorValue,
    Period,
    SetupChange,
    Unit,
    ValueVersion,
)
from surveys.scoring.rulings import require_basis, require_uncertified

MOST = Decimal(10) ** 13
# The sheet of values in the set-up, and its columns.
VALUES, UNIT, INDICATOR, VALUE = "指标值", "单位代码", "指标代码", "完成值"


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a value is by now.

    Parameters
    ----------
    target : the target; None where the indicator has none
    reason : 1..1000 characters
    document : number of the paper that it rests on, 1..200 characters
    """

    value: Decimal
    target: Decimal | None
    reason: str
    document: str


@dataclass(frozen=True)
class RestatedValue:
    """A corrected value: all its versions, the first one first."""

    unit: Unit
    indicator: Indicator
    versions: tuple[ValueVersion, ...]


def restate(
    session: Session,
    *,
    period_id: int,
    unit_code: str,
    indicator_code: str,
    correction: Correction,
    now: datetime,
    by: int,
) -> ValueVersion:
    """Put a corrected value in the place of the one that was scored; the next scoring takes it.

    Raises
    ------
    NotFound : ``no_value``, where the unit has no figure on this indicator
    Conflict : ``already_certified``, ``value_stands_already``
    Invalid : ``reason_missing``, ``reason_too_long`` (length, most), ``document_missing``,
        ``value_out_of_range``
    """
    require_uncertified(session, period_id)
    require_sound(correction)
    found = value_of(session, period_id=period_id, unit=unit_code, indicator=indicator_code)
    # Of two corrections at once, the second waits and then sees the first.
    session.refresh(found, with_for_update=True)
    if (found.value, found.target) == (correction.value, correction.target):
        raise Conflict("value_stands_already")
    number = keep_first(session, found, period_id=period_id, unit_code=unit_code)
    version = ValueVersion(
        indicator_id=found.indicator_id,
        unit_id=found.unit_id,
        number=number + 1,
        value=correction.value,
        target=correction.target,
        reason=correction.reason.strip(),
        document=correction.document.strip(),
        made_at=now,
        made_by=by,
    )
    record(
        session,
        "value_restated",
        at=now,
        by=by,
        period=period_id,
        unit=unit_code,
        indicator=indicator_code,
        version=version.number,
        before=format(found.value, "f"),
        after=format(correction.value, "f"),
        document=version.document,
    )
    found.value, found.target = correction.value, correction.target
    session.add(version)
    session.flush()
    return version


def value_of(session: Session, *, period_id: int, unit: str, indicator: str) -> IndicatorValue:
    """The value in force; NotFound ``no_value``."""
    query = (
        select(IndicatorValue)
        .join(Indicator, Indicator.id == IndicatorValue.indicator_id)
        .join(Unit, Unit.id == IndicatorValue.unit_id)
        .where(Indicator.period_id == period_id, Unit.period_id == period_id)
        .where(Unit.code == unit, Indicator.code == indicator)
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_value", unit=unit, indicator=indicator)
    return found


def keep_first(session: Session, found: IndicatorValue, *, period_id: int, unit_code: str) -> int:
    """Keep what was handed in as version 1, once; the number of the version in force."""
    own = (
        ValueVersion.indicator_id == found.indicator_id,
        ValueVersion.unit_id == found.unit_id,
    )
    number = session.scalar(select(func.max(ValueVersion.number)).where(*own))
    if number is not None:
        return number
    change = handed_in_by(
        session, period_id=period_id, unit=unit_code, indicator=found.indicator.code
    )
    first = ValueVersion(
        indicator_id=found.indicator_id,
        unit_id=found.unit_id,
        number=1,
        value=found.value,
        target=found.target,
        reason="",
        document="" if change is None else change.source,
        made_at=None if change is None else change.settled_at,
        made_by=None if change is None else change.made_by,
    )
    session.add(first)
    return 1


def handed_in_by(
    session: Session, *, period_id: int, unit: str, indicator: str
) -> SetupChange | None:
    """The change of the set-up from which a value comes; None where none is kept."""
    changes = session.scalars(
        select(SetupChange)
        .where(SetupChange.period_id == period_id, SetupChange.state == ChangeState.ACCEPTED)
        .order_by(SetupChange.id.desc())
    )
    for change in changes:
        before = _said(change.before, unit, indicator)
        after = _said(change.after, unit, indicator)
        if after and after != before:
            return change
    return None


def _said(tables: Mapping[str, Sequence[Mapping[str, str]]], unit: str, indicator: str) -> str:
    rows = tables.get(VALUES, ())
    return next(
        (row[VALUE] for row in rows if (row[UNIT], row[INDICATOR]) == (unit, indicator)), ""
    )


def require_sound(correction: Correction) -> None:
    """Refuse a correction without reason or document, or with a figure that cannot be one."""
    require_basis(correction.reason, correction.document)
    if any(abs(each) > MOST for each in (correction.value, correction.target or Decimal(0))):
        raise Invalid("value_out_of_range")


def versions_in_force(session: Session, *, period_id: int) -> dict[str, dict[str, int]]:
    """The version in force of every corrected value: unit → indicator → number."""
    rows = session.execute(
        select(Unit.code, Indicator.code, func.max(ValueVersion.number))
        .join(Unit, Unit.id == ValueVersion.unit_id)
        .join(Indicator, Indicator.id == ValueVersion.indicator_id)
        .where(Indicator.period_id == period_id)
        .group_by(Unit.code, Indicator.code)
        .order_by(Unit.code, Indicator.code)
    )
    found: dict[str, dict[str, int]] = {}
    for unit, indicator, number in rows:
        found.setdefault(unit, {})[indicator] = number
    return found


def restated_values(session: Session, *, period: Period) -> tuple[RestatedValue, ...]:
    """All corrected values of a period, in the order of units and indicators."""
    rows = session.execute(
        select(Unit, Indicator, ValueVersion)
        .join(ValueVersion, ValueVersion.unit_id == Unit.id)
        .join(Indicator, Indicator.id == ValueVersion.indicator_id)
        .where(Indicator.period_id == period.id)
        .order_by(Unit.position, Indicator.code, ValueVersion.number)
        .options(joinedload(ValueVersion.maker))
    )
    return tuple(
        RestatedValue(unit, indicator, tuple(row[2] for row in versions))
        for (unit, indicator), versions in groupby(rows, key=lambda row: (row[0], row[1]))
    )
