"""The leading groups of four units and a board of projects: scored, and left to be decided on."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.models import ScoreRun
from surveys.publishing.member_sheet import member_sheet
from surveys.sample.evaluation import CampaignCodes
from surveys.sample.leading_groups import (
    confirm_a_proposal,
    correct_a_value,
    propose_a_bonus,
    read_sample_ledger,
)
from surveys.scoring.score_period import score_both_ways
from webapp.commands.demo.play import Demo, Told
from webapp.commands.demo.report import NO_TOTAL, FindingLine, PersonRow, TurnoutRow
from webapp.commands.demo.settling import decide_all, examine
from webapp.commands.demo.voting import cast, close_and_open, count, issue
from webapp.commands.words import gettext as _


class Unheard:
    """Takes what nobody needs to hear: the stages within a stage."""

    def start(self, stage: str, total: int) -> None:
        """Nothing."""

    def step(self, n: int = 1) -> None:
        """Nothing."""

    def share(self, share: float) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Leaders:
    """What came of it."""

    turnout: list[TurnoutRow]
    findings: list[FindingLine]
    persons: list[PersonRow]


def rate_leaders(demo: Demo, period_id: int, told: Told) -> Leaders:
    """From codes to scores; proposals, a bonus and the projects' board wait for the visitor."""
    told.start(_("Leading groups and projects: from codes to proposals"), 4)
    quiet = Unheard()
    codes = issue(demo, period_id, quiet)
    cast(demo, period_id, codes, quiet)
    turnout = count(demo, codes)
    told.step()
    close_and_open(demo, codes, quiet)
    told.step()
    findings = examined(demo, codes, quiet)
    told.step()
    persons = scored(demo, period_id)
    told.step()
    return Leaders(turnout, findings, persons)


def examined(demo: Demo, codes: list[CampaignCodes], told: Told) -> list[FindingLine]:
    """Run the checks, and decide on what they find."""
    examine(demo, codes, told)
    return decide_all(demo, codes, told)


def scored(demo: Demo, period_id: int) -> list[PersonRow]:
    """Score, correct a value and score again; one proposal is confirmed, a bonus proposed."""
    first, second = demo.people["organizer"], demo.people["organizer2"]
    with demo.transaction() as session:
        read_sample_ledger(session, period_id=period_id, now=demo.clock(), by=first)
        score_both_ways(session, period_id=period_id, now=demo.clock(), by=first)
    with demo.transaction() as session:
        correct_a_value(session, period_id=period_id, now=demo.clock(), by=first)
        _all, run = score_both_ways(session, period_id=period_id, now=demo.clock(), by=first)
        confirm_a_proposal(session, run=run, now=demo.clock(), by=second)
        propose_a_bonus(session, period_id=period_id, now=demo.clock(), by=first)
        return person_rows(session, run)


def person_rows(session: Session, run: ScoreRun) -> list[PersonRow]:
    """The persons of a run, by category and place."""
    sheet = member_sheet(session, period_id=run.period_id)
    if sheet is None:
        return []
    grades = {grade.key: grade.zh for grade in sheet.level.grades}
    return [
        PersonRow(
            category=each.category.zh,
            place=row.score.place,
            name=row.score.member.name_zh,
            post=f"{row.score.member.unit.name_zh} {row.score.member.post_zh}",
            total=NO_TOTAL if row.score.total is None else f"{row.score.total:.4f}",
            grade=grades.get(row.score.grade or "", "–"),
        )
        for each in sheet.categories
        for row in each.rows
    ]
