"""Writes a set-up into its period's tables: only what differs is added, changed or deleted.

Rows keep their identity by their codes, so that a reviewer's account stays with its unit, and a
change of one weight leaves everything else untouched.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

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
from surveys.scoring.period_scheme import kept_scheme
from surveys.setup.matching import delete_others_of, match, of_period, set_facts
from surveys.setup.sheets.indicators import DIRECT, FULL_MARKS, IndicatorRow
from surveys.setup.sheets.period import PeriodRow
from surveys.setup.workbook import SetupWorkbook
from surveys.setup.writing_members import write_member_figures, write_members


def write_setup(session: Session, *, period: Period, workbook: SetupWorkbook) -> None:
    """Make the period's tables say what the workbook says; of a frozen one only its figures."""
    if period.frozen_at is None:
        _write_rules(session, period, workbook)
    units = {row.code: row for row in of_period(session, Unit, period)}
    indicators = {row.code: row for row in of_period(session, Indicator, period)}
    _write_values(session, workbook, units, indicators)
    _write_listed(session, workbook, units)
    write_member_figures(session, period=period, workbook=workbook)
    session.flush()
    session.expire_all()


def _write_rules(session: Session, period: Period, workbook: SetupWorkbook) -> None:
    categories, units = _write_units(session, period, workbook)
    write_members(session, period=period, workbook=workbook, units=units)
    forms, campaigns, groups = _write_campaigns(session, period, workbook)
    indicators = _write_indicators(session, period, workbook, units)
    _write_relations(session, workbook, units, groups)
    delete_others_of(session, Indicator, period, indicators.values())
    delete_others_of(session, Campaign, period, campaigns.values())
    _forget_homes(session, period, units.values())
    delete_others_of(session, Unit, period, units.values())
    delete_others_of(session, Questionnaire, period, forms.values())
    delete_others_of(session, Category, period, categories.values())
    session.flush()
    session.expire_all()


def write_period(session: Session, *, period: Period, row: PeriodRow) -> None:
    """The facts of the period itself; its code stays."""
    facts: dict[str, Any] = {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "county_zh": row.county_zh,
        "county_en": row.county_en,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "sample": row.sample,
        "scheme": kept_scheme(row.scheme, row.own_scheme),
    }
    set_facts(period, facts)
    session.flush()


def _write_units(
    session: Session, period: Period, workbook: SetupWorkbook
) -> tuple[dict[str, Category], dict[str, Unit]]:
    categories = match(
        session,
        {row.code: row for row in period.categories},
        {
            row.code: {
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "kind": row.kind,
                "position": position,
            }
            for position, row in enumerate(workbook.categories, 1)
        },
        lambda code: Category(period_id=period.id, code=code),
    )
    units = match(
        session,
        {row.code: row for row in period.units},
        {
            row.code: {
                "category_id": categories[row.category].id,
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "n_staff": row.n_staff,
                "position": position,
            }
            for position, row in enumerate(workbook.units, 1)
        },
        lambda code: Unit(period_id=period.id, code=code),
    )
    return categories, units


def _write_campaigns(
    session: Session, period: Period, workbook: SetupWorkbook
) -> tuple[dict[str, Questionnaire], dict[str, Campaign], dict[tuple[str, str], RaterGroup]]:
    forms = match(
        session,
        {row.code: row for row in of_period(session, Questionnaire, period)},
        {form.code: {"content": form.model_dump(mode="json")} for form in workbook.questionnaires},
        lambda code: Questionnaire(period_id=period.id, code=code),
    )
    kinds = {form.code: CampaignKind(form.kind) for form in workbook.questionnaires}
    campaigns = match(
        session,
        {row.code: row for row in period.campaigns},
        {
            row.code: {
                "questionnaire_id": forms[row.form].id,
                "kind": kinds[row.form],
                "name_zh": row.name_zh,
                "name_en": row.name_en,
            }
            for row in workbook.campaigns
        },
        lambda code: Campaign(period_id=period.id, code=code),
    )
    groups = match(
        session,
        {(row.code, group.code): group for row in period.campaigns for group in row.groups},
        {
            (row.campaign, row.code): {
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "weight": row.weight,
                "head_weight": row.head_weight,
                "min_valid": row.min_valid,
                "open_code": row.open_code,
                "proof_of_work": row.proof_of_work,
                "asks_age": row.asks_age,
                "scope": row.scope,
                "size": row.size,
                "position": position,
            }
            for position, row in enumerate(workbook.groups, 1)
        },
        lambda key: RaterGroup(campaign_id=campaigns[key[0]].id, code=key[1]),
    )
    gone = {group.id for row in campaigns.values() for group in row.groups} - {
        group.id for group in groups.values()
    }
    session.execute(delete(RaterGroup).where(RaterGroup.id.in_(gone)))
    return forms, campaigns, groups


def _write_indicators(
    session: Session, period: Period, workbook: SetupWorkbook, units: Mapping[str, Unit]
) -> dict[str, Indicator]:
    return match(
        session,
        {row.code: row for row in of_period(session, Indicator, period)},
        {
            row.code: {
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "part": row.part,
                "quarter": row.quarter,
                "weight": row.weight,
                "method": row.method,
                "conversion": row.conversion,
                "parameters": _parameters(row),
                "body_id": units[row.body].id if row.body else None,
            }
            for row in workbook.indicators
        },
        lambda code: Indicator(period_id=period.id, code=code),
    )


def _write_relations(
    session: Session,
    workbook: SetupWorkbook,
    units: Mapping[str, Unit],
    groups: Mapping[tuple[str, str], RaterGroup],
) -> None:
    """What has no code of its own: who assesses whom, single sizes."""
    ids = [unit.id for unit in units.values()]
    match(
        session,
        {
            (row.body_id, row.unit_id): row
            for row in session.scalars(select(Assessment).where(Assessment.unit_id.in_(ids)))
        },
        {(units[body].id, units[unit].id): {} for body, unit in workbook.assessments},
        lambda key: Assessment(body_id=key[0], unit_id=key[1]),
        delete_others=True,
    )
    match(
        session,
        {
            (row.group_id, row.unit_id): row
            for row in session.scalars(select(PlannedSize).where(PlannedSize.unit_id.in_(ids)))
        },
        {
            (groups[row.campaign, row.group].id, units[row.unit].id): {"size": row.size}
            for row in workbook.sizes
        },
        lambda key: PlannedSize(group_id=key[0], unit_id=key[1]),
        delete_others=True,
    )


def _write_values(
    session: Session,
    workbook: SetupWorkbook,
    units: Mapping[str, Unit],
    indicators: Mapping[str, Indicator],
) -> None:
    ids = [unit.id for unit in units.values()]
    direct = {row.code for row in workbook.indicators if row.method == DIRECT}
    match(
        session,
        {
            (row.indicator_id, row.unit_id): row
            for row in session.scalars(
                select(IndicatorValue).where(IndicatorValue.unit_id.in_(ids))
            )
        },
        {
            (indicators[row.indicator].id, units[row.unit].id): {
                "value": row.value,
                "target": FULL_MARKS if row.indicator in direct else row.target,
            }
            for row in workbook.values
        },
        lambda key: IndicatorValue(indicator_id=key[0], unit_id=key[1]),
        delete_others=True,
    )


def _write_listed(session: Session, workbook: SetupWorkbook, units: Mapping[str, Unit]) -> None:
    """Bonus, deduction, veto."""
    ids = [unit.id for unit in units.values()]
    match(
        session,
        {
            (row.unit_id, row.kind, row.reason, row.document): row
            for row in session.scalars(select(Adjustment).where(Adjustment.unit_id.in_(ids)))
        },
        {
            (units[row.unit].id, row.kind, row.reason, row.document): {"points": row.points}
            for row in workbook.adjustments
        },
        lambda key: Adjustment(unit_id=key[0], kind=key[1], reason=key[2], document=key[3]),
        delete_others=True,
    )
    match(
        session,
        {
            (row.unit_id, row.item, row.document): row
            for row in session.scalars(select(Veto).where(Veto.unit_id.in_(ids)))
        },
        {
            (units[row.unit].id, row.item, row.document): {"major": row.major}
            for row in workbook.vetoes
        },
        lambda key: Veto(unit_id=key[0], item=key[1], document=key[2]),
        delete_others=True,
    )


def _forget_homes(session: Session, period: Period, kept: Iterable[Unit]) -> None:
    """Accounts of units that go belong to no unit."""
    gone = select(Unit.id).where(
        Unit.period_id == period.id, Unit.id.not_in([unit.id for unit in kept])
    )
    session.execute(update(Account).where(Account.unit_id.in_(gone)).values(unit_id=None))


def _parameters(row: IndicatorRow) -> dict[str, Any]:
    """Exact numbers as text; the direction only where it is not the usual one."""
    direction = {"lower_is_better": True} if row.lower_is_better else {}
    return {**row.parameters, **direction}
