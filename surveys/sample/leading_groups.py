"""The sample county's leading groups and projects: a small period with a scheme of its own.

Twelve posts in four units, their members named 样例甲, 样例乙 and so on; nobody of them exists.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import AdjustmentKind, Member, MemberScore, ScoreRun
from surveys.sample.evaluation import workbook
from surveys.scoring.adjustment_claims import Claim, propose_adjustment
from surveys.scoring.project_ledger import keep_ledger
from surveys.scoring.proposals import ProposalWord, decide_proposal, proposal_key
from surveys.scoring.restating import Correction, restate
from surveys.setup.cells import read_cells
from surveys.typesetting import typeset

LEADERS_WORKBOOK: Final = "样例县2025年度领导班子和项目.xlsx"
LEDGER: Final = "样例县项目台账.xlsx"
# What the office changes in the browser before it freezes: lines of the scheme, before and after.
REWORDED: Final = (
    ('version = "2025.1"', 'version = "2025.2"'),
    ('weight = "0.30"\nsheet = "分工履职"', 'weight = "0.20"\nsheet = "分工履职"'),
    ('weight = "0.20"\nsheet = "本人测评票数"', 'weight = "0.30"\nsheet = "本人测评票数"'),
    ("talk_from_order = 4", "talk_from_order = 3"),
)
CORRECTED: Final = ("D16", "N01")
CORRECTION: Final = Correction(
    value=Decimal(91),
    target=Decimal(100),
    reason="样例：复核后补计一项按期完成的任务。",
    document="样例县考核办2026年第4号",
)
DECIDED: Final = ProposalWord(
    confirmed=True,
    reason="样例：常委会研究同意。",
    document="样例县委2026年第5号",
    decided_on=date(2026, 1, 20),
)
COMMENDED: Final = "P02"
CLAIM: Final = Claim(
    kind=AdjustmentKind.BONUS,
    points=Decimal(1),
    times=1,
    reason="样例：记功一次",
    document="样例县人社局2025年第6号",
    evidence_name="样例佐证材料.pdf",
    evidence=b"",
)


def reworded(text: str) -> str:
    """The scheme's file as the office changes it in the browser."""
    for before, after in REWORDED:
        text = text.replace(before, after)
    return text


def read_sample_ledger(session: Session, *, period_id: int, now: datetime, by: int) -> None:
    """Read the ledger of projects into the period."""
    book = read_cells(workbook(LEDGER))
    keep_ledger(session, period_id=period_id, book=book, filename=LEDGER, now=now, by=by)


def correct_a_value(session: Session, *, period_id: int, now: datetime, by: int) -> None:
    """Correct a figure that was scored: both versions stay."""
    unit, indicator = CORRECTED
    restate(
        session,
        period_id=period_id,
        unit_code=unit,
        indicator_code=indicator,
        correction=CORRECTION,
        now=now,
        by=by,
    )


def propose_a_bonus(session: Session, *, period_id: int, now: datetime, by: int) -> None:
    """Propose points for a person; they wait for somebody else."""
    members = select(Member.id).where(Member.period_id == period_id, Member.code == COMMENDED)
    evidence = typeset(
        "surveys.sample",
        "evidence.typ",
        {"title": "样例佐证材料", "lines": ["本文件为样例，内容均为虚构。", CLAIM.document]},
    )
    propose_adjustment(
        session,
        target_id=session.scalars(members).one(),
        claim=replace(CLAIM, evidence=evidence),
        now=now,
        by=by,
    )


def confirm_a_proposal(session: Session, *, run: ScoreRun, now: datetime, by: int) -> None:
    """Confirm the first proposal about a person; the others wait."""
    of_run = select(MemberScore).where(MemberScore.run_id == run.id).order_by(MemberScore.id)
    for line in session.scalars(of_run):
        for proposal in line.consequences["proposals"][:1]:
            decide_proposal(
                session,
                target_id=line.member_id,
                proposal=proposal_key(proposal),
                word=DECIDED,
                now=now,
                by=by,
            )
            return
