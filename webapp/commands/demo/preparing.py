"""The people of the demo, and its three periods from their workbooks."""

import os
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.accounts.create_account import NewAccount, create_account
from surveys.models import (
    Account,
    Assessment,
    Period,
    Role,
    Unit,
)
from surveys.sample.evaluation import (
    campaigns_of,
    workbook,
)
from surveys.sample.leading_groups import LEADERS_WORKBOOK, reworded
from surveys.scoring.period_scheme import scheme_file
from surveys.setup.choosing_scheme import choose_scheme, scheme_mark
from surveys.setup.freeze import freeze_period
from surveys.setup.load_period import load_period
from surveys.setup.workbook import read_setup_workbook
from webapp.commands.demo.play import Demo, Told
from webapp.commands.demo.report import (
    Login,
)
from webapp.commands.words import gettext as _

YEAR_WORKBOOK = "样例县2025年度.xlsx"
QUARTER_WORKBOOK = "样例县2026年第一季度.xlsx"
PLANNED_BALLOTS = 8_000
PEOPLE = (
    ("organizer", "考核办甲（样例）", (Role.ORGANIZER,)),
    ("organizer2", "考核办乙（样例）", (Role.ORGANIZER,)),
    ("officer-a", "开箱员甲（样例）", (Role.OFFICER,)),
    ("officer-b", "开箱员乙（样例）", (Role.OFFICER,)),
    ("reviewer", "考核责任单位联络员（样例）", (Role.REVIEWER,)),
    ("auditor", "监督员（样例）", (Role.AUDITOR,)),
    ("admin", "系统管理员（样例）", (Role.ADMIN,)),
)


def make_accounts(demo: Demo, told: Told) -> None:
    """An account for each part in the play, with a password of its own."""
    told.start(_("Accounts"), len(PEOPLE))
    for login, name, roles in PEOPLE:
        password = secrets.token_urlsafe(9)
        with demo.transaction() as session:
            new = NewAccount(login=login, name=name, password=password, roles=roles)
            made = create_account(session, new=new, salt=os.urandom(16), now=demo.clock(), by=None)
            demo.people[login] = made.id
        demo.logins.append(Login(login, password, name, ", ".join(role.value for role in roles)))
        told.step()


def set_up(demo: Demo, told: Told) -> tuple[int, int, int]:
    """Load the year, a quarter and the leading groups from their workbooks, and freeze them."""
    told.start(_("Set-up from workbooks, freeze"), 3)
    ids: list[int] = []
    for name in (YEAR_WORKBOOK, QUARTER_WORKBOOK, LEADERS_WORKBOOK):
        read = read_setup_workbook(workbook(name))
        by = demo.people["organizer"]
        with demo.transaction() as session:
            period = load_period(session, workbook=read, now=demo.clock(), by=by)
            if not ids:
                resize(session, period, demo.ballots)
                give_reviewer_a_body(session, period, demo.people["reviewer"])
            if name == LEADERS_WORKBOOK:
                reword_scheme(demo, session, period)
            freeze_period(session, period_id=period.id, now=demo.clock(), by=by)
            ids.append(period.id)
        told.step()
    return ids[0], ids[1], ids[2]


def reword_scheme(demo: Demo, session: Session, period: Period) -> None:
    """Change some lines of the period's own scheme, as the page of the scheme does."""
    choose_scheme(
        session,
        period_id=period.id,
        text=reworded(scheme_file(period)),
        instead_of=scheme_mark(period),
        now=demo.clock(),
        by=demo.people["organizer"],
    )


def resize(session: Session, period: Period, ballots: int | None) -> None:
    """Scale the planned sizes when another number of ballots is wanted."""
    if ballots is None:
        return
    factor = ballots / PLANNED_BALLOTS
    for campaign in campaigns_of(session, period_id=period.id):
        for group in campaign.groups:
            group.size = max(1, round(group.size * factor))
            for planned in group.planned_sizes:
                planned.size = max(1, round(planned.size * factor))


def give_reviewer_a_body(session: Session, period: Period, account_id: int) -> None:
    """The demo's reviewer belongs to the first assessing body."""
    first = session.scalars(
        select(Unit)
        .join(Assessment, Assessment.body_id == Unit.id)
        .where(Unit.period_id == period.id)
        .order_by(Unit.position)
    ).first()
    if first is not None:
        session.get_one(Account, account_id).unit_id = first.id
