"""The run of the demo: every stage through the same functions that the office's pages call."""

import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.accounts.create_account import NewAccount, create_account
from surveys.casting.casting_keys import casting_keys
from surveys.examining.examine_campaign import examine_campaign
from surveys.issuing.issue_batch import IssuedBatch
from surveys.issuing.prove_keys import open_with_keys_on_server
from surveys.issuing.sheets import SheetOrder, payload, sheet_pdf
from surveys.models import (
    Account,
    Assessment,
    Campaign,
    Finding,
    Period,
    RaterGroup,
    Role,
    ScoreRun,
    Unit,
    Verdict,
)
from surveys.monitoring.stages import WAITING_LEVELS
from surveys.monitoring.turnout import turnout
from surveys.opening.close_campaign import close_campaign
from surveys.opening.keys import KeyStore
from surveys.opening.keys import Role as KeyRole
from surveys.opening.open_box import OfficerKeys, open_box, request_opening
from surveys.publishing.board import category_boards
from surveys.publishing.certify import certify, countersign, publish
from surveys.publishing.destroy_keys import destroy_keys
from surveys.publishing.score_workbook import score_workbook
from surveys.review.decide import Opinion, confirm, decide
from surveys.sample.evaluation import (
    CampaignCodes,
    Simulation,
    campaigns_of,
    cast_all,
    errands,
    issue_all,
    simulation,
    voting_starts,
    workbook,
)
from surveys.scoring.schemes import preset
from surveys.scoring.score_period import score_period
from surveys.setup.freeze import freeze_period
from surveys.setup.load_period import load_period
from surveys.setup.workbook import read_setup_workbook
from webapp.commands.demo_report import (
    DemoReport,
    FindingLine,
    Login,
    PlantedLine,
    TotalRow,
    Trial,
    TurnoutRow,
)
from webapp.commands.installation import Installation
from webapp.commands.words import gettext as _

YEAR_WORKBOOK = "样例县2025年度.xlsx"
QUARTER_WORKBOOK = "样例县2026年第一季度.xlsx"
PLANNED_BALLOTS = 8_000
ALREADY_CAST = 0.4
PEOPLE = (
    ("organizer", "考核办甲（样例）", (Role.ORGANIZER,)),
    ("organizer2", "考核办乙（样例）", (Role.ORGANIZER,)),
    ("officer-a", "开箱员甲（样例）", (Role.OFFICER,)),
    ("officer-b", "开箱员乙（样例）", (Role.OFFICER,)),
    ("reviewer", "考核责任单位联络员（样例）", (Role.REVIEWER,)),
    ("auditor", "监督员（样例）", (Role.AUDITOR,)),
    ("admin", "系统管理员（样例）", (Role.ADMIN,)),
)


class Told(Protocol):
    """Who hears how far the run has come."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of `total` steps."""

    def step(self, n: int = 1) -> None:
        """Count steps."""

    def share(self, share: float) -> None:
        """Set the share done, 0..1."""


@dataclass
class Demo:
    """One run, and what it has made so far."""

    installation: Installation
    seed: int
    ballots: int | None
    clock: Callable[[], datetime]
    people: dict[str, int] = field(default_factory=dict)
    logins: list[Login] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def store(self) -> KeyStore:
        """The keys of the installation."""
        return KeyStore(self.installation.config.data_dir / "keys", random_bytes=os.urandom)

    @property
    def papers(self) -> Path:
        """Where sheets and workbooks are written."""
        return self.installation.config.data_dir / "demo"

    def transaction(self) -> AbstractContextManager[Session]:
        """One unit of work."""
        return self.installation.database.transaction()

    def write(self, name: str, content: bytes) -> None:
        """Keep a file and name it in the report."""
        path = self.papers / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files.append(str(path))


def run_demo(demo: Demo, told: Told) -> DemoReport:
    """Run everything; the order is the evaluation's own."""
    make_accounts(demo, told)
    year, quarter = set_up(demo, told)
    codes = issue(demo, year, told)
    print_sheets(demo, codes, told)
    drawn = cast(demo, year, codes, told)
    turnout_rows = count(demo, codes)
    close_and_open(demo, codes, told)
    examine(demo, codes, told)
    findings = decide_all(demo, told)
    totals = score_and_publish(demo, year, told)
    trials = open_trial(demo, quarter, told)
    return DemoReport(
        base_url=demo.installation.config.base_url,
        logins=demo.logins,
        turnout=turnout_rows,
        findings=findings,
        planted=compared(demo, year, drawn, findings),
        totals=totals,
        files=demo.files,
        trials=trials,
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


def set_up(demo: Demo, told: Told) -> tuple[int, int]:
    """Load both periods from their workbooks and freeze them."""
    told.start(_("Set-up from workbooks, freeze"), 2)
    ids: list[int] = []
    for name in (YEAR_WORKBOOK, QUARTER_WORKBOOK):
        read = read_setup_workbook(workbook(name))
        by = demo.people["organizer"]
        with demo.transaction() as session:
            period = load_period(session, workbook=read, now=demo.clock(), by=by)
            if not ids:
                resize(session, period, demo.ballots)
                give_reviewer_a_body(session, period, demo.people["reviewer"])
            freeze_period(session, period_id=period.id, now=demo.clock(), by=by)
            ids.append(period.id)
        told.step()
    return ids[0], ids[1]


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


def issue(demo: Demo, period_id: int, told: Told) -> list[CampaignCodes]:
    """Issue all codes of a period and open its campaigns."""
    with demo.transaction() as session:
        ids = [campaign.id for campaign in campaigns_of(session, period_id=period_id)]
    told.start(_("Issue codes, prove keys, open voting"), len(ids))
    codes = []
    for campaign_id in ids:
        by = demo.people["organizer"]
        with demo.transaction() as session:
            codes.append(issue_all(session, campaign_id=campaign_id, now=demo.clock(), by=by))
            open_with_keys_on_server(
                session,
                campaign_id=campaign_id,
                store=demo.store,
                random_bytes=os.urandom,
                now=demo.clock(),
                by=by,
            )
        told.step()
    return codes


def print_sheets(demo: Demo, codes: list[CampaignCodes], told: Told) -> None:
    """Print the sheets of the first batch of every group, as samples of all."""
    chosen: dict[tuple[int, int], IssuedBatch] = {}
    for campaign in codes:
        for issued in campaign.issued:
            chosen.setdefault((campaign.campaign_id, issued.batch.group_id), issued)
    told.start(_("Print QR sheets (the first of each group)"), len(chosen))
    order_of = demo.installation.config.base_url
    for issued in chosen.values():
        with demo.transaction() as session:
            batch = session.merge(issued.batch, load=False)
            pdf = sheet_pdf(session, batch=batch, order=SheetOrder(order_of, issued.codes))
            name = f"测评码_{batch.campaign.code}_{batch.group.code}.pdf"
        demo.write(name, pdf)
        told.step()


def cast(demo: Demo, period_id: int, codes: list[CampaignCodes], told: Told) -> Simulation:
    """Let the simulated voters vote, several at a time, through the hot path."""
    with demo.transaction() as session:
        starts_at = voting_starts(session.get_one(Period, period_id))
        drawn = simulation(session, period_id=period_id, seed=demo.seed, starts_at=starts_at)
        work = [(each, errands(session, each, drawn)) for each in codes]
    told.start(_("Cast ballots"), sum(len(listed) for _codes, listed in work))
    for campaign, listed in work:
        keys = casting_keys(demo.store, campaign.campaign_id)
        cast_all(demo.installation.database, errands=listed, keys=keys, told=told.step)
    return drawn


def count(demo: Demo, codes: list[CampaignCodes]) -> list[TurnoutRow]:
    """Turnout by campaign and group."""
    rows = []
    with demo.transaction() as session:
        for each in codes:
            counted = turnout(session, campaign_id=each.campaign_id)
            rows += [
                TurnoutRow(each.name, group.name_zh, number.n_issued, number.n_returned)
                for group, number in counted.groups
            ]
    return rows


def close_and_open(demo: Demo, codes: list[CampaignCodes], told: Told) -> None:
    """Close each box; one officer asks, the other opens."""
    told.start(_("Close and open the boxes (two officers)"), len(codes))
    for each in codes:
        campaign_id = each.campaign_id
        with demo.transaction() as session:
            by = demo.people["organizer"]
            close_campaign(session, campaign_id=campaign_id, now=demo.clock(), by=by)
        with demo.transaction() as session:
            by = demo.people["officer-a"]
            request_opening(session, campaign_id=campaign_id, now=demo.clock(), by=by)
        keys = OfficerKeys(
            demo.store.load(KeyRole.OFFICER_A, campaign_id),
            demo.store.load(KeyRole.OFFICER_B, campaign_id),
        )
        with demo.transaction() as session:
            by = demo.people["officer-b"]
            open_box(session, campaign_id=campaign_id, keys=keys, now=demo.clock(), by=by)
        told.step()


def examine(demo: Demo, codes: list[CampaignCodes], told: Told) -> None:
    """Run the checks on every campaign."""
    told.start(_("Examine the ballots"), len(codes))
    for each in codes:
        with demo.transaction() as session:
            examine_campaign(
                session,
                campaign_id=each.campaign_id,
                seed=demo.seed,
                now=demo.clock(),
                by=demo.people["organizer"],
            )
        told.step()


def decide_all(demo: Demo, told: Told) -> list[FindingLine]:
    """Uphold every finding that needs a decision; a second person confirms."""
    with demo.transaction() as session:
        findings = session.scalars(
            select(Finding).order_by(Finding.examination_id, Finding.position)
        )
        lines = [
            (finding.id, finding.level, finding_line(session, finding)) for finding in findings
        ]
    told.start(_("Decide on findings (two persons)"), len(lines))
    reason = _("Sample decision: the pattern cannot be explained by the meeting's minutes.")
    opinion = Opinion(Verdict.UPHELD, excludes_ballots=True, reason=reason)
    for finding_id, level, _line in lines:
        if level in WAITING_LEVELS:
            with demo.transaction() as session:
                by = demo.people["organizer"]
                decide(session, finding_id=finding_id, opinion=opinion, now=demo.clock(), by=by)
            with demo.transaction() as session:
                by = demo.people["organizer2"]
                confirm(session, finding_id=finding_id, now=demo.clock(), by=by)
        told.step()
    return [line for _id, _level, line in lines]


def finding_line(session: Session, finding: Finding) -> FindingLine:
    """A finding for the report."""
    ids = [*finding.subject["units_lifted"], *finding.subject["units_sunk"]]
    names = [session.get_one(Unit, unit_id).name_zh for unit_id in ids]
    return FindingLine(
        campaign=finding.examination.campaign.name_zh,
        check=finding.check,
        level=finding.level.value,
        units="、".join(names),
        n_ballots=finding.n_ballots,
        evidence_zh=finding.evidence_zh,
        evidence_en=finding.evidence_en,
    )


def score_and_publish(demo: Demo, period_id: int, told: Told) -> list[TotalRow]:
    """Score with and without the excluded ballots, certify by two, publish, write the workbook."""
    told.start(_("Score, certify, publish"), 5)
    first, second = demo.people["organizer"], demo.people["organizer2"]
    for leave_out in (False, True):
        with demo.transaction() as session:
            run = score_period(
                session,
                period_id=period_id,
                leave_out_excluded=leave_out,
                now=demo.clock(),
                by=first,
            )
            rows = total_rows(session, session.get_one(Period, period_id), run)
        told.step()
    with demo.transaction() as session:
        demo.write("总分_样例县2025年度.xlsx", score_workbook(session, period_id=period_id))
    for act, by in ((certify, first), (countersign, second), (publish, first)):
        with demo.transaction() as session:
            act(session, period_id=period_id, now=demo.clock(), by=by)
        if act is countersign:
            with demo.transaction() as session:
                destroy_keys(
                    session, period_id=period_id, store=demo.store, now=demo.clock(), by=by
                )
        told.step()
    return rows


def total_rows(session: Session, period: Period, run: ScoreRun) -> list[TotalRow]:
    """The lines of a run, by category and place."""
    grades = {grade.key: grade.zh for grade in preset(period.scheme["preset"]).grades}
    return [
        TotalRow(
            category=f"{part.category.code} {part.category.name_zh}",
            place=line.place,
            unit=line.unit.name_zh,
            total="–" if line.total is None else f"{line.total:.4f}",
            places="" if line.place_low is None else f"{line.place_low}–{line.place_high}",
            grade=grades.get(line.grade or "", "–"),
            colour=line.colour or "",
        )
        for part in category_boards(session, run)
        for line in part.lines
    ]


def compared(
    demo: Demo, period_id: int, drawn: Simulation, findings: list[FindingLine]
) -> list[PlantedLine]:
    """What was planted beside what was found about the same units."""
    with demo.transaction() as session:
        names = dict(
            session.execute(select(Unit.id, Unit.name_zh).where(Unit.period_id == period_id)).all()
        )
    planted = drawn.planted
    if planted is None:
        return []
    plots = {
        _("Stuffed batch"): (planted.stuffed,),
        _("Bloc: one unit's people lift the first, sink the second"): (
            planted.lifted,
            planted.sunk,
        ),
        _("Mutual-favour ring"): planted.ring,
        _("Careless raters (their category)"): (planted.careless_in,),
    }
    lines = []
    for plot, ids in plots.items():
        named = {names[unit_id] for unit_id in ids}
        found = sorted({f.check for f in findings if named & set(f.units.split("、"))})
        lines.append(
            PlantedLine(plot, "、".join(names[unit_id] for unit_id in ids), ", ".join(found))
        )
    return lines


def open_trial(demo: Demo, period_id: int, told: Told) -> list[Trial]:
    """Leave the second period open, with some ballots cast and some codes to try."""
    codes = issue(demo, period_id, told)
    with demo.transaction() as session:
        starts_at = demo.clock() - timedelta(days=3)
        drawn = simulation(session, period_id=period_id, seed=demo.seed + 1, starts_at=starts_at)
        work = [(each, errands(session, each, drawn)) for each in codes]
    told.start(_("Cast some ballots of the open quarter"), len(work))
    tried: list[Trial] = []
    for campaign, listed in work:
        cast_now = listed[: int(len(listed) * ALREADY_CAST)]
        cast_all(
            demo.installation.database,
            errands=cast_now,
            keys=casting_keys(demo.store, campaign.campaign_id),
            told=lambda _n: None,
        )
        used = {errand.code for errand in cast_now}
        with demo.transaction() as session:
            tried += trials_of(session, campaign, used, demo.installation.config.base_url)
        told.step()
    return tried


def trials_of(
    session: Session, campaign: CampaignCodes, used: set[str], base_url: str
) -> list[Trial]:
    """One code that still works for each group of a campaign."""
    groups = {
        group.id: group
        for group in session.scalars(
            select(RaterGroup).where(RaterGroup.campaign_id == campaign.campaign_id)
        )
    }
    name = session.get_one(Campaign, campaign.campaign_id).name_zh
    trials: dict[int, Trial] = {}
    for issued in campaign.issued:
        group = groups[issued.batch.group_id]
        code = next((c for c in issued.codes if group.open_code or c not in used), None)
        if code is not None and group.id not in trials:
            trials[group.id] = Trial(name, group.name_zh, payload(base_url, code))
    return list(trials.values())
