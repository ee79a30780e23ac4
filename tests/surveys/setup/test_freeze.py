"""Freezing asks for what is missing, binds the set-up by a hash, and cannot be undone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.models import AuditRecord, Period, RaterGroup
from surveys.setup.freeze import freeze_period
from surveys.setup.load_period import load_period
from surveys.setup.manifest import manifest_hash, period_manifest
from surveys.setup.open_questions import open_questions
from tests.surveys.setup.certified import certify
from tests.surveys.setup.small_workbook import Cell, Sheets, read, small, spoilt


@pytest.fixture
def period(session: Session, now: datetime) -> Period:
    return load_period(session, workbook=read(small()), now=now, by=None)


def loaded(session: Session, sheets: Sheets, now: datetime) -> Period:
    return load_period(session, workbook=read(sheets), now=now, by=None)


def test_freezing_keeps_moment_and_hash(period: Period, session: Session, now: datetime) -> None:
    digest = freeze_period(session, period_id=period.id, now=now, by=None)
    assert (period.frozen_at, period.manifest_hash) == (now, digest)
    assert len(digest) == 32


def test_freezing_is_on_record_with_its_hash(
    period: Period, session: Session, now: datetime
) -> None:
    digest = freeze_period(session, period_id=period.id, now=now, by=None)
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc())).first()
    assert last is not None
    assert (last.body["act"], last.body["manifest"]) == ("period_frozen", digest.hex())


def test_freezing_twice_is_refused(period: Period, session: Session, now: datetime) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        freeze_period(session, period_id=period.id, now=now + timedelta(days=1), by=None)
    assert caught.value.code == "period_frozen"


def test_the_same_workbook_has_the_same_hash(
    period: Period, session: Session, now: datetime
) -> None:
    before = manifest_hash(period_manifest(session, period_id=period.id))
    loaded(session, small(), now)
    assert manifest_hash(period_manifest(session, period_id=period.id)) == before


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        ("单位名单", "B2", "别的局"),
        ("考核关系", "B3", "D03"),
        ("测评题目", "D2", "别的"),
        ("测评主体", "H2", 11),
        ("票数调整", "D2", 3),
        ("指标", "H3", "封顶=1.1"),
    ],
)
def test_another_set_up_has_another_hash(
    period: Period, session: Session, now: datetime, sheet: str, cell: str, value: Cell
) -> None:
    before = manifest_hash(period_manifest(session, period_id=period.id))
    loaded(session, spoilt(sheet, cell, value), now)
    assert manifest_hash(period_manifest(session, period_id=period.id)) != before


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [("指标值", "C10", 91.26), ("加减分", "E2", "别的文件"), ("一票否决", "C2", "是")],
)
def test_figures_are_no_part_of_the_hash(
    period: Period, session: Session, now: datetime, sheet: str, cell: str, value: Cell
) -> None:
    before = manifest_hash(period_manifest(session, period_id=period.id))
    loaded(session, spoilt(sheet, cell, value), now)
    assert manifest_hash(period_manifest(session, period_id=period.id)) == before


CHANGES = (
    "UPDATE period SET name_zh = 'x' WHERE id = :id",
    "UPDATE period SET frozen_at = NULL, manifest_hash = NULL WHERE id = :id",
    "DELETE FROM period WHERE id = :id",
    "UPDATE category SET name_zh = 'x' WHERE period_id = :id",
    "UPDATE unit SET n_staff = 1 WHERE period_id = :id",
    "DELETE FROM indicator WHERE period_id = :id",
    "DELETE FROM campaign WHERE period_id = :id",
    "DELETE FROM assessment WHERE unit_id IN (SELECT id FROM unit WHERE period_id = :id)",
    "UPDATE questionnaire SET content = '{}' WHERE period_id = :id",
    "UPDATE campaign SET name_zh = 'x' WHERE period_id = :id",
    (
        "UPDATE rater_group SET weight = 0 WHERE campaign_id IN "
        "(SELECT id FROM campaign WHERE period_id = :id)"
    ),
    "UPDATE planned_size SET size = 9 WHERE unit_id IN (SELECT id FROM unit WHERE period_id = :id)",
    "UPDATE indicator SET weight = 0 WHERE period_id = :id",
    (
        "INSERT INTO category (period_id, code, name_zh, name_en, kind, position) "
        "VALUES (:id, 'Z', 'x', 'x', 'township', 9)"
    ),
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_keeps_a_frozen_set_up(
    period: Period, session: Session, now: datetime, change: str
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    with pytest.raises(IntegrityError, match="the period is frozen"), session.begin_nested():
        session.execute(text(change), {"id": period.id})


FIGURES = (
    (
        "UPDATE indicator_value SET value = 0 WHERE unit_id IN "
        "(SELECT id FROM unit WHERE period_id = :id)"
    ),
    "DELETE FROM adjustment WHERE unit_id IN (SELECT id FROM unit WHERE period_id = :id)",
    "DELETE FROM veto WHERE unit_id IN (SELECT id FROM unit WHERE period_id = :id)",
)


@pytest.mark.parametrize("change", FIGURES)
def test_the_figures_of_a_frozen_period_may_still_arrive(
    period: Period, session: Session, now: datetime, change: str
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    session.execute(text(change), {"id": period.id})


@pytest.mark.parametrize("change", FIGURES)
def test_the_database_itself_keeps_certified_figures(
    period: Period, session: Session, now: datetime, change: str
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    certify(session, period, now)
    with pytest.raises(IntegrityError, match="are certified"), session.begin_nested():
        session.execute(text(change), {"id": period.id})


@pytest.mark.parametrize("change", CHANGES)
def test_a_draft_may_be_changed(period: Period, session: Session, change: str) -> None:
    if "frozen_at" not in change:
        session.execute(text(change), {"id": period.id})


def test_a_campaign_of_a_frozen_period_goes_on_living(
    period: Period, session: Session, now: datetime
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    campaign = period.campaigns[0]
    campaign.opened_for_voting_at = now
    session.flush()


def test_a_group_that_gets_no_ballots_keeps_the_period_open(
    session: Session, now: datetime
) -> None:
    period = loaded(session, spoilt("测评主体", "H2", 0), now)
    with pytest.raises(Conflict) as caught:
        freeze_period(session, period_id=period.id, now=now, by=None)
    assert caught.value.code == "setup_incomplete"
    assert caught.value.facts["questions"] == ("group_without_ballots",)


def test_a_reverse_evaluation_without_assessors_keeps_the_period_open(
    session: Session, now: datetime
) -> None:
    sheets = small()
    del sheets["考核关系"][1:]
    questions = open_questions(session, period_id=loaded(session, sheets, now).id)
    assert [question.code for question in questions if question.blocks] == ["nobody_assesses"]


def test_groups_that_cannot_reach_their_minimum_are_told(period: Period, session: Session) -> None:
    questions = open_questions(session, period_id=period.id)
    told = [
        (question.facts["group"].code, [unit.code for unit in question.facts["units"]])
        for question in questions
        if question.code == "group_stays_below_minimum"
        and isinstance(question.facts["group"], RaterGroup)
        and isinstance(question.facts["units"], tuple)
    ]
    # A category of one unit has no peers, and 4 of the own staff are fewer than 5.
    assert told == [("B", ["T01"]), ("E", ["D03"])]


def test_a_unit_without_its_quarterly_value_is_told(session: Session, now: datetime) -> None:
    sheets = small()
    sheets["指标值"] = [row for row in sheets["指标值"] if row[:2] != ["Q1", "D02"]]
    questions = open_questions(session, period_id=loaded(session, sheets, now).id)
    assert "value_missing" in [question.code for question in questions]
