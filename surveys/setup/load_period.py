"""Writes what a workbook sets up into a draft period; loading again replaces it whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import (
    Account,
    Adjustment,
    Assessment,
    Campaign,
    CampaignKind,
    Category,
    Indicator,
    IndicatorValue,
    Period,
    PlannedSize,
    Questionnaire,
    RaterGroup,
    Unit,
    Veto,
)
from surveys.scoring.schemes import preset
from surveys.setup.sheets.indicators import DIRECT, FULL_MARKS, IndicatorRow
from surveys.setup.workbook import SetupWorkbook


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
    homes = _clear(session, period)
    units = _add_units(session, period, workbook)
    _add_campaigns(session, period, workbook, units=units)
    _add_figures(session, period, workbook, units=units)
    session.flush()
    for account_id, code in homes.items():
        if code in units:
            session.get_one(Account, account_id).unit_id = units[code].id
    session.flush()
    session.refresh(period)
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
    row = workbook.period
    if period_id is not None:
        meant = session.get_one(Period, period_id)
        if meant.code != row.code:
            raise Conflict("other_period", period=meant.code, found=row.code)
    period = session.scalars(
        select(Period).where(Period.code == row.code).with_for_update()
    ).one_or_none()
    if period is None:
        period = Period(code=row.code)
        session.add(period)
    elif period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
    period.name_zh, period.name_en = row.name_zh, row.name_en
    period.county_zh, period.county_en = row.county_zh, row.county_en
    period.starts_on, period.ends_on = row.starts_on, row.ends_on
    period.sample = row.sample
    scheme = preset(row.scheme)
    period.scheme = {
        "preset": row.scheme,
        "version": scheme.version,
        "name": {"zh": scheme.zh, "en": scheme.en},
    }
    session.flush()
    return period


def _clear(session: Session, period: Period) -> dict[int, str]:
    """Remove the draft's contents; returns the accounts of its units by the units' codes."""
    of_period = select(Unit.id).where(Unit.period_id == period.id)
    named = select(Account.id, Unit.code).join(Unit).where(Unit.period_id == period.id)
    homes = {row.id: row.code for row in session.execute(named)}
    session.execute(update(Account).where(Account.unit_id.in_(of_period)).values(unit_id=None))
    for table in (Indicator, Campaign, Questionnaire, Unit, Category):
        session.execute(delete(table).where(table.period_id == period.id))
    session.expire_all()
    return homes


def _add_units(session: Session, period: Period, workbook: SetupWorkbook) -> dict[str, Unit]:
    categories = {
        row.code: Category(
            period_id=period.id,
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            kind=row.kind,
            position=position,
        )
        for position, row in enumerate(workbook.categories, 1)
    }
    session.add_all(categories.values())
    session.flush()
    units = {
        row.code: Unit(
            period_id=period.id,
            category_id=categories[row.category].id,
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            position=position,
            n_staff=row.n_staff,
        )
        for position, row in enumerate(workbook.units, 1)
    }
    session.add_all(units.values())
    session.flush()
    session.add_all(
        Assessment(body_id=units[body].id, unit_id=units[unit].id)
        for body, unit in workbook.assessments
    )
    return units


def _add_campaigns(
    session: Session, period: Period, workbook: SetupWorkbook, *, units: dict[str, Unit]
) -> None:
    forms = {form.code: form for form in workbook.questionnaires}
    kept = {
        code: Questionnaire(period_id=period.id, code=code, content=form.model_dump(mode="json"))
        for code, form in forms.items()
    }
    session.add_all(kept.values())
    session.flush()
    campaigns = {
        row.code: Campaign(
            period_id=period.id,
            questionnaire_id=kept[row.form].id,
            code=row.code,
            kind=CampaignKind(forms[row.form].kind),
            name_zh=row.name_zh,
            name_en=row.name_en,
        )
        for row in workbook.campaigns
    }
    session.add_all(campaigns.values())
    session.flush()
    groups = {
        (row.campaign, row.code): RaterGroup(
            campaign_id=campaigns[row.campaign].id,
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            weight=row.weight,
            min_valid=row.min_valid,
            open_code=row.open_code,
            proof_of_work=row.proof_of_work,
            scope=row.scope,
            size=row.size,
            position=position,
        )
        for position, row in enumerate(workbook.groups, 1)
    }
    session.add_all(groups.values())
    session.flush()
    session.add_all(
        PlannedSize(
            group_id=groups[row.campaign, row.group].id, unit_id=units[row.unit].id, size=row.size
        )
        for row in workbook.sizes
    )


def _add_figures(
    session: Session, period: Period, workbook: SetupWorkbook, *, units: dict[str, Unit]
) -> None:
    rows = {row.code: row for row in workbook.indicators}
    indicators = {
        row.code: Indicator(
            period_id=period.id,
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            part=row.part,
            quarter=row.quarter,
            weight=row.weight,
            conversion=row.conversion,
            parameters=_parameters(row),
            body_id=units[row.body].id if row.body else None,
        )
        for row in workbook.indicators
    }
    session.add_all(indicators.values())
    session.flush()
    session.add_all(
        IndicatorValue(
            indicator_id=indicators[row.indicator].id,
            unit_id=units[row.unit].id,
            value=row.value,
            target=FULL_MARKS if rows[row.indicator].method == DIRECT else row.target,
        )
        for row in workbook.values
    )
    session.add_all(
        Adjustment(
            unit_id=units[row.unit].id,
            kind=row.kind,
            points=row.points,
            reason=row.reason,
            document=row.document,
        )
        for row in workbook.adjustments
    )
    session.add_all(
        Veto(unit_id=units[row.unit].id, item=row.item, major=row.major, document=row.document)
        for row in workbook.vetoes
    )


def _parameters(row: IndicatorRow) -> dict[str, Any]:
    """Exact numbers as text; the direction only where it is not the usual one."""
    direction = {"lower_is_better": True} if row.lower_is_better else {}
    return {**row.parameters, **direction}
