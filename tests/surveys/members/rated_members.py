"""Five members of two leading groups, rated on paper and scored by a scheme for persons."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.casting.packing import BallotBody, pack
from surveys.casting.receipts import leaf
from surveys.casting.sealing import seal
from surveys.examining.examine_campaign import examine_campaign
from surveys.issuing.codes import code_hash
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, issue_batch
from surveys.issuing.open_voting import open_voting
from surveys.issuing.plan import suggested_batches
from surveys.models import Account, Campaign, Member, Period, Role, Unit
from surveys.opening.close_campaign import close_campaign
from surveys.opening.keys import Key, PublicKeyring
from surveys.opening.keys import Role as KeyRole
from surveys.opening.open_box import OfficerKeys, open_box, request_opening
from surveys.scoring.rulings import Word, rule
from surveys.setup.freeze import freeze_period
from surveys.setup.load_period import load_period
from surveys.setup.questionnaires import QuestionnaireContent
from tests.small_county import account, campaign_keys, keyring
from tests.surveys.setup.leading_groups import with_members
from tests.surveys.setup.small_workbook import Cell, Sheets, read

SUBMIT = text("SELECT outcome FROM box.submit(:batch, :h, :nonce_h, :leaf, :sealed)")
# One byte for an item: 1 优秀 (100), 2 称职 (80), 3 不称职 (0).
EXCELLENT, COMPETENT, MIXED, NOT_COMPETENT = b"\1\1", b"\2\2", b"\1\2", b"\3\3"
# Group and how many vote alike: what they say of P01, P02, P03, as far as they rate them.
SAID = {
    "A": (4, EXCELLENT + COMPETENT + MIXED),
    "D": (1, EXCELLENT + NOT_COMPETENT),
    "E": (6, COMPETENT + COMPETENT + EXCELLENT),
}


@dataclass(frozen=True)
class RatedMembers:
    """What tests need to name."""

    period: Period
    campaign: Campaign
    organizer: Account
    officers: tuple[Account, Account]
    keys: dict[KeyRole, Key]

    def member(self, code: str) -> Member:
        return next(each for each in self.period.members if each.code == code)

    def unit(self, code: str) -> Unit:
        return next(each for each in self.period.units if each.code == code)


def sheets() -> Sheets:
    """The workbook by a scheme that scores persons, with nothing but the campaign on members."""
    found = with_members()
    words = {"liuyang": "changsha", "M1": "departments", "T1": "districts"}
    found = {
        name: [[words.get(str(cell), cell) for cell in row] for row in rows]
        for name, rows in found.items()
    }
    for name in ("测评表", "测评选项", "测评题目", "测评活动", "测评主体"):
        found[name] = [found[name][0], *(row for row in found[name] if row[0] in OF_MEMBERS)]
    for name in ("跳题规则", "票数调整", "加减分", "一票否决"):
        found[name] = found[name][:1]
    header, *_ = found["指标"]
    found["指标"] = [header, ["N01", "任务", "", "年度", None, 1, "直接计分", None, None, None]]
    values: list[list[Cell]] = [["N01", "D01", 90, None], ["N01", "T01", 80, None]]
    found["指标值"] = [found["指标值"][0], *values]
    duties: list[list[Cell]] = [[code, "分工履职", None, points] for code, points in DUTIES.items()]
    found["成员得分"] = [["成员代码", "计分项", "分项", "得分"], *duties]
    return found


OF_MEMBERS = frozenset({"cadre", "members"})
DUTIES = {"P01": 95, "P02": 80, "P03": 85, "P04": 90, "P05": 70}


def set_up(
    session: Session, *, now: datetime, form: QuestionnaireContent | None = None
) -> RatedMembers:
    """Load and freeze; `form`: another questionnaire than the small one."""
    workbook = read(sheets())
    if form is not None:
        coded = form.model_copy(update={"code": workbook.questionnaires[0].code})
        workbook = replace(workbook, questionnaires=(coded,))
    period = load_period(session, workbook=workbook, now=now, by=None)
    organizer = account(session, "member-office", Role.ORGANIZER, now=now)
    officers = tuple(
        account(session, login, Role.OFFICER, now=now)
        for login in ("member-officer-a", "member-officer-b")
    )
    session.flush()
    freeze_period(session, period_id=period.id, now=now, by=organizer.id)
    campaign = session.scalars(select(Campaign).where(Campaign.period_id == period.id)).one()
    return RatedMembers(
        period, campaign, organizer, (officers[0], officers[1]), campaign_keys(campaign.id)
    )


def open_vote(
    session: Session, rated: RatedMembers, *, now: datetime, ring: PublicKeyring | None = None
) -> list[IssuedBatch]:
    """Issue what is planned, and open the vote; `ring`: other keys than the known ones."""
    issued = list(issue_all(session, rated, now))
    open_voting(
        session,
        campaign_id=rated.campaign.id,
        keyring=ring or keyring(rated.keys),
        keys_kept="server",
        now=now,
        by=rated.organizer.id,
    )
    return issued


def issue_all(session: Session, rated: RatedMembers, now: datetime) -> Iterator[IssuedBatch]:
    """Every batch of the plan."""
    orders: list[BatchOrder] = suggested_batches(session, campaign_id=rated.campaign.id)
    for order in orders:
        yield issue_batch(
            session, order=order, random_bytes=os.urandom, now=now, by=rated.organizer.id
        )


def vote(session: Session, rated: RatedMembers, issued: list[IssuedBatch]) -> None:
    """Cast what is said of the members of D01; those of T01 get no ballot."""
    first = rated.member("P02").id
    for each in issued:
        if first not in each.batch.target_ids:
            continue
        n, answers = SAID[each.batch.group.code]
        for code in each.codes[:n]:
            cast(session, rated, each, code, answers)


def cast(
    session: Session, rated: RatedMembers, issued: IssuedBatch, code: str, answers: bytes
) -> None:
    """One sealed ballot into the box."""
    sealed = seal(
        pack(BallotBody(issued.batch.id, answers, ())),
        campaign=rated.campaign.id,
        keys=keyring(rated.keys).sealing,
        casting_key=rated.keys[KeyRole.CASTING].signing_key(),
    )
    row = {
        "batch": issued.batch.id,
        "h": code_hash(code),
        "nonce_h": b"n" * 32,
        "leaf": leaf(sealed),
        "sealed": sealed,
    }
    assert session.execute(SUBMIT, row).scalar_one() == "stored"


def open_and_examine(session: Session, rated: RatedMembers, *, now: datetime) -> None:
    """Close, open and examine; what the scheme needs besides is decided on paper."""
    campaign_id = rated.campaign.id
    close_campaign(session, campaign_id=campaign_id, now=now, by=rated.organizer.id)
    request_opening(session, campaign_id=campaign_id, now=now, by=rated.officers[0].id)
    keys = OfficerKeys(rated.keys[KeyRole.OFFICER_A], rated.keys[KeyRole.OFFICER_B])
    open_box(session, campaign_id=campaign_id, keys=keys, now=now, by=rated.officers[1].id)
    examine_campaign(session, campaign_id=campaign_id, seed=1, now=now, by=rated.organizer.id)
    for unit in ("D01", "T01"):
        for component in ("democratic", "recognition"):
            word = Word(component=component, points=Decimal(90), reason="样例", document="样例1号")
            rule(session, target_id=rated.unit(unit).id, word=word, now=now, by=rated.organizer.id)
