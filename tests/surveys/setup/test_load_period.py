"""A workbook becomes a draft period; loading again replaces it; a frozen one stands still."""

from datetime import datetime
from decimal import Decimal
from importlib import resources

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.models import (
    Account,
    Assessment,
    AuditRecord,
    Indicator,
    IndicatorValue,
    Period,
    PlannedSize,
    Questionnaire,
    RaterGroup,
    RaterScope,
    Unit,
    Veto,
)
from surveys.setup.freeze import freeze_period
from surveys.setup.load_period import load_period
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.workbook import read_setup_workbook
from tests.surveys.setup.small_workbook import read, small, spoilt


@pytest.fixture
def period(session: Session, now: datetime) -> Period:
    return load_period(session, workbook=read(small()), now=now, by=None)


def test_a_loaded_period_is_a_draft(period: Period) -> None:
    assert (period.code, period.frozen_at) == ("2026S", None)
    assert period.scheme["preset"] == "liuyang"


def test_units_stand_in_their_categories(period: Period) -> None:
    assert [(unit.code, unit.category.code) for unit in period.units] == [
        ("D01", "M1"),
        ("D02", "M1"),
        ("D03", "M1"),
        ("T01", "T1"),
    ]


def test_weights_are_stored_exactly(period: Period, session: Session) -> None:
    weights = session.scalars(select(RaterGroup.weight).order_by(RaterGroup.position)).all()
    assert weights[:4] == [Decimal("0.35"), Decimal("0.25"), Decimal("0.3"), Decimal("0.1")]


def test_groups_keep_scope_and_sizes(period: Period, session: Session) -> None:
    staff = session.scalars(select(RaterGroup).where(RaterGroup.code == "E")).one()
    assert (staff.scope, staff.size) == (RaterScope.OWN, 6)
    assert [planned.size for planned in staff.planned_sizes] == [4]


def test_a_stored_questionnaire_is_read_back_as_it_was(period: Period, session: Session) -> None:
    stored = session.scalars(select(Questionnaire).where(Questionnaire.code == "folk")).one()
    assert QuestionnaireContent.model_validate(stored.content) == read(small()).questionnaires[2]


def test_points_given_directly_are_a_ratio_to_full_marks(period: Period, session: Session) -> None:
    value = session.scalars(
        select(IndicatorValue).join(Indicator).where(Indicator.code == "Q1")
    ).first()
    assert value is not None
    assert (value.value, value.target) == (Decimal("88.8"), Decimal(100))


def test_parameters_are_texts_of_exact_numbers(period: Period, session: Session) -> None:
    special = session.scalars(select(Indicator).where(Indicator.code == "Z01")).one()
    assert special.parameters == {"low": "60", "high": "100"}


def test_the_loading_is_on_record(period: Period, session: Session) -> None:
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc())).first()
    assert last is not None
    assert (last.body["act"], last.body["period"]) == ("period_loaded", "2026S")


def test_loading_again_replaces_the_draft_whole(
    period: Period, session: Session, now: datetime
) -> None:
    sheets = small()
    del sheets["一票否决"][1:]
    sheets["单位名单"][1][1] = "样例新局"
    again = load_period(session, workbook=read(sheets), now=now, by=None)
    assert again.id == period.id
    assert session.scalar(select(func.count()).select_from(Veto)) == 0
    assert again.units[0].name_zh == "样例新局"
    assert session.scalar(select(func.count()).select_from(Assessment)) == 4


def test_loading_again_keeps_accounts_at_their_units(
    period: Period, session: Session, now: datetime
) -> None:
    account = Account(
        login="reviewer",
        name="样例",
        password_hash="!",
        roles=["reviewer"],
        unit_id=period.units[0].id,
        created_at=now,
    )
    session.add(account)
    session.flush()
    load_period(session, workbook=read(small()), now=now, by=None)
    session.refresh(account)
    assert account.unit is not None
    assert account.unit.code == "D01"


def test_another_periods_workbook_is_refused(
    period: Period, session: Session, now: datetime
) -> None:
    other = read(spoilt("考核周期", "B2", "2027"))
    with pytest.raises(Conflict) as caught:
        load_period(session, workbook=other, now=now, by=None, period_id=period.id)
    assert caught.value.code == "other_period"


def test_a_frozen_period_is_not_replaced(period: Period, session: Session, now: datetime) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        load_period(session, workbook=read(small()), now=now, by=None)
    assert caught.value.code == "period_frozen"


def test_the_sample_year_loads_whole(session: Session, now: datetime) -> None:
    file = resources.files("surveys.sample") / "workbooks" / "样例县2025年度.xlsx"
    book = read_setup_workbook(file.read_bytes())
    period = load_period(session, workbook=book, now=now, by=None)
    counted = {
        table: session.scalar(select(func.count()).select_from(table))
        for table in (Unit, Assessment, IndicatorValue, PlannedSize)
    }
    assert counted == {
        Unit: len(book.units),
        Assessment: len(book.assessments),
        IndicatorValue: len(book.values),
        PlannedSize: len(book.sizes),
    }
    assert len(period.campaigns) == 3
