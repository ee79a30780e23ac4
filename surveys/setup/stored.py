"""What a period has set up, read back from its tables as a workbook would have said it."""

from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import (
    Adjustment,
    Assessment,
    Campaign,
    Indicator,
    IndicatorValue,
    Member,
    MemberFact,
    MemberPoints,
    Period,
    Questionnaire,
    RaterGroup,
    Unit,
    Veto,
)
from surveys.setup.problems import Place
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.sheets.adjustments import AdjustmentRow, VetoRow
from surveys.setup.sheets.campaigns import CampaignRow, GroupRow, SizeRow
from surveys.setup.sheets.indicators import DIRECT, METHODS, IndicatorRow, ValueRow
from surveys.setup.sheets.members import MemberFactRow, MemberPointsRow, MemberRow
from surveys.setup.sheets.period import PeriodRow
from surveys.setup.sheets.units import CategoryRow, UnitRow
from surveys.setup.workbook import SetupWorkbook

NOWHERE: Final = Place("", 0, {})


def stored_workbook(session: Session, *, period_id: int) -> SetupWorkbook:
    """Everything set up for a period; it need not be whole yet."""
    period = session.get_one(Period, period_id)
    codes = {unit.id: unit.code for unit in period.units}
    indicators = _indicators(session, period_id)
    return SetupWorkbook(
        period=_period(period),
        categories=tuple(
            CategoryRow(NOWHERE, row.code, row.name_zh, row.name_en, row.kind)
            for row in period.categories
        ),
        units=tuple(
            UnitRow(NOWHERE, row.code, row.name_zh, row.name_en, row.category.code, row.n_staff)
            for row in period.units
        ),
        members=tuple(_member(row, codes) for row in period.members),
        assessments=_assessments(session, codes),
        questionnaires=_questionnaires(session, period_id),
        campaigns=tuple(
            CampaignRow(NOWHERE, row.code, row.name_zh, row.name_en, row.questionnaire.code)
            for row in period.campaigns
        ),
        groups=tuple(_group(row, group) for row in period.campaigns for group in row.groups),
        sizes=tuple(
            SizeRow(NOWHERE, row.code, group.code, codes[planned.unit_id], planned.size)
            for row in period.campaigns
            for group in row.groups
            for planned in sorted(group.planned_sizes, key=lambda each: each.unit_id)
        ),
        indicators=tuple(
            _indicator(row, method, "" if row.body_id is None else codes[row.body_id])
            for row, method in indicators
        ),
        values=_values(session, indicators, codes),
        adjustments=_adjustments(session, codes),
        vetoes=_vetoes(session, codes),
        member_points=_member_points(session, period_id),
        member_facts=_member_facts(session, period_id),
    )


def _period(period: Period) -> PeriodRow:
    return PeriodRow(
        code=period.code,
        name_zh=period.name_zh,
        name_en=period.name_en,
        county_zh=period.county_zh,
        county_en=period.county_en,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        scheme=period.scheme.get("preset", ""),
        sample=period.sample,
        own_scheme=period.scheme.get("text", ""),
    )


def _assessments(session: Session, codes: dict[int, str]) -> tuple[tuple[str, str], ...]:
    rows = session.scalars(
        select(Assessment)
        .where(Assessment.unit_id.in_(codes))
        .order_by(Assessment.body_id, Assessment.unit_id)
    )
    return tuple((codes[row.body_id], codes[row.unit_id]) for row in rows)


def _questionnaires(session: Session, period_id: int) -> tuple[QuestionnaireContent, ...]:
    rows = session.scalars(
        select(Questionnaire).where(Questionnaire.period_id == period_id).order_by(Questionnaire.id)
    )
    return tuple(QuestionnaireContent.model_validate(row.content) for row in rows)


def _group(campaign: Campaign, group: RaterGroup) -> GroupRow:
    return GroupRow(
        place=NOWHERE,
        campaign=campaign.code,
        code=group.code,
        name_zh=group.name_zh,
        name_en=group.name_en,
        weight=group.weight,
        head_weight=group.head_weight,
        min_valid=group.min_valid,
        scope=group.scope,
        size=group.size,
        open_code=group.open_code,
        proof_of_work=group.proof_of_work,
        asks_age=group.asks_age,
    )


def _indicators(session: Session, period_id: int) -> list[tuple[Indicator, str]]:
    rows = session.scalars(
        select(Indicator).where(Indicator.period_id == period_id).order_by(Indicator.id)
    )
    return [(row, row.method or _method(row)) for row in rows]


def _method(indicator: Indicator) -> str:
    """The first name of a conversion, for an indicator that did not keep its own."""
    return next(
        name for name, method in METHODS.items() if method.conversion == indicator.conversion
    )


def _indicator(row: Indicator, method: str, body: str) -> IndicatorRow:
    fixed = dict(METHODS[method].fixed)
    return IndicatorRow(
        place=NOWHERE,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        part=row.part,
        quarter=row.quarter,
        weight=row.weight,
        method=method,
        parameters={
            **fixed,
            **{
                key: str(value) for key, value in row.parameters.items() if key != "lower_is_better"
            },
        },
        lower_is_better=bool(row.parameters.get("lower_is_better", False)),
        body=body,
    )


def _values(
    session: Session, indicators: list[tuple[Indicator, str]], codes: dict[int, str]
) -> tuple[ValueRow, ...]:
    of = {row.id: (row.code, method) for row, method in indicators}
    rows = session.scalars(
        select(IndicatorValue)
        .join(Unit)
        .where(IndicatorValue.indicator_id.in_(of))
        .order_by(IndicatorValue.indicator_id, Unit.position)
    )
    return tuple(
        ValueRow(
            NOWHERE,
            of[row.indicator_id][0],
            codes[row.unit_id],
            row.value,
            _target(row.target, of[row.indicator_id][1]),
        )
        for row in rows
    )


def _target(target: Decimal | None, method: str) -> Decimal | None:
    return None if method == DIRECT else target


def _adjustments(session: Session, codes: dict[int, str]) -> tuple[AdjustmentRow, ...]:
    rows = session.scalars(
        select(Adjustment).where(Adjustment.unit_id.in_(codes)).order_by(Adjustment.id)
    )
    return tuple(
        AdjustmentRow(NOWHERE, codes[row.unit_id], row.kind, row.points, row.reason, row.document)
        for row in rows
    )


def _vetoes(session: Session, codes: dict[int, str]) -> tuple[VetoRow, ...]:
    rows = session.scalars(select(Veto).where(Veto.unit_id.in_(codes)).order_by(Veto.id))
    return tuple(
        VetoRow(NOWHERE, codes[row.unit_id], row.item, row.major, row.document) for row in rows
    )


def _member(row: Member, codes: dict[int, str]) -> MemberRow:
    return MemberRow(
        place=NOWHERE,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit=codes[row.unit_id],
        post_zh=row.post_zh,
        post_en=row.post_en,
        role=row.role,
    )


def _member_points(session: Session, period_id: int) -> tuple[MemberPointsRow, ...]:
    rows = session.execute(
        select(MemberPoints, Member.code)
        .join(Member)
        .where(Member.period_id == period_id)
        .order_by(Member.position, MemberPoints.component, MemberPoints.part)
    )
    return tuple(
        MemberPointsRow(NOWHERE, code, row.component, row.part, row.points) for row, code in rows
    )


def _member_facts(session: Session, period_id: int) -> tuple[MemberFactRow, ...]:
    rows = session.execute(
        select(MemberFact, Member.code)
        .join(Member)
        .where(Member.period_id == period_id)
        .order_by(Member.position, MemberFact.fact, MemberFact.document)
    )
    return tuple(MemberFactRow(NOWHERE, code, row.fact, row.document) for row, code in rows)
