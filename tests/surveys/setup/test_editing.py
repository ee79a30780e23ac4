"""Rows are changed by hand; what depends on them goes along."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.errors import Invalid, NotFound
from surveys.models import Account, Period
from surveys.setup.editing import remove_row, replace_rows, save_row, what_goes
from surveys.setup.load_period import load_period
from surveys.setup.problems import RowProblem
from surveys.setup.settling import stored_draft
from tests.surveys.setup.small_workbook import read, small

UNIT = {
    "单位代码": "D99",
    "单位名称": "样例一局",
    "英文名称": "Bureau 1",
    "类别代码": "M1",
    "干部职工人数": "20",
}


@pytest.fixture
def period(session: Session, now: datetime) -> Period:
    return load_period(session, workbook=read(small()), now=now, by=None)


def problems(error: Invalid) -> list[tuple[int, str, str]]:
    rows = error.facts["rows"]
    assert isinstance(rows, tuple)
    return [(row.row, row.header, row.code) for row in rows if isinstance(row, RowProblem)]


def test_accounts_go_along_with_a_unit_that_gets_a_new_code(
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
    save_row(
        session,
        period_id=period.id,
        table="单位名单",
        key=("D01",),
        cells=UNIT,
        now=now,
        by=None,
    )
    session.refresh(account)
    assert account.unit is not None
    assert account.unit.code == "D99"


def test_a_unit_that_others_name_takes_them_along_when_it_goes(
    period: Period, session: Session, now: datetime
) -> None:
    removal = what_goes(session, period_id=period.id, table="单位名单", key=("D01",))
    assert {name: len(rows) for name, rows in removal.gone.items()} == {
        "考核关系": 3,
        "指标值": 4,
        "加减分": 1,
    }
    assert [row["指标代码"] for row in removal.released["指标"]] == ["Q1", "N01"]
    remove_row(session, period_id=period.id, table="单位名单", key=("D01",), now=now, by=None)
    draft = stored_draft(session, period_id=period.id)
    assert "D01" not in str({name: rows for name, rows in draft.items() if name != "测评表"})


def test_a_row_that_is_not_there_is_not_removed(
    period: Period, session: Session, now: datetime
) -> None:
    with pytest.raises(NotFound):
        remove_row(session, period_id=period.id, table="单位名单", key=("X",), now=now, by=None)


def test_a_wrong_value_among_many_is_named_by_its_number(
    period: Period, session: Session, now: datetime
) -> None:
    rows = [
        {"指标代码": "Z01", "单位代码": unit, "完成值": value, "目标值": ""}
        for unit, value in (("D01", "90"), ("D02", "ninety"))
    ]
    with pytest.raises(Invalid) as caught:
        replace_rows(
            session,
            period_id=period.id,
            table="指标值",
            where={"指标代码": "Z01"},
            rows=rows,
            now=now,
            by=None,
        )
    assert problems(caught.value) == [(2, "完成值", "not_a_number")]
