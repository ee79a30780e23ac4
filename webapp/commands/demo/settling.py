"""Findings decided, scores certified and published."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.examining.examine_campaign import examine_campaign
from surveys.issuing.targets import target_of
from surveys.models import (
    Examination,
    Finding,
    Period,
    ScoreRun,
    Unit,
    Verdict,
    target_name,
)
from surveys.monitoring.stages import WAITING_LEVELS
from surveys.publishing.board import category_boards
from surveys.publishing.certify import certify, countersign, publish
from surveys.publishing.destroy_keys import destroy_keys
from surveys.publishing.score_workbook import score_workbook
from surveys.publishing.without_total import without_total
from surveys.review.decide import Opinion, confirm, decide
from surveys.sample.evaluation import (
    CampaignCodes,
    Simulation,
)
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.score_period import score_period
from surveys.scoring.uncertainty import estimate_uncertainty
from webapp.commands.demo.play import Demo, Told
from webapp.commands.demo.report import (
    NO_TOTAL,
    FindingLine,
    PlantedLine,
    TotalRow,
)
from webapp.commands.words import gettext as _

# A quarter of the usual draws: the sample county is not to be waited for.
DRAWS = 100


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


def decide_all(demo: Demo, codes: list[CampaignCodes], told: Told) -> list[FindingLine]:
    """Uphold every finding that needs a decision; a second person confirms."""
    with demo.transaction() as session:
        findings = session.scalars(
            select(Finding)
            .join(Finding.examination)
            .where(Examination.campaign_id.in_([each.campaign_id for each in codes]))
            .order_by(Finding.examination_id, Finding.position)
        )
        lines = [
            (finding.id, finding.level, finding_line(session, finding)) for finding in findings
        ]
    told.start(_("Decide on findings (two persons)"), len(lines))
    reason = (
        "样例认定：会议记录解释不了这种一致。"
        " Sample decision: the meeting's minutes do not explain the pattern."
    )
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
    names = [target_name(target_of(session, target_id), "zh") for target_id in ids]
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
            counts = run.id
        told.step()
    with demo.transaction() as session:
        estimate_uncertainty(
            session, run_id=counts, seed=demo.seed, now=demo.clock(), by=first, n_draws=DRAWS
        )
        demo.write("总分_样例县2025年度.xlsx", score_workbook(session, period_id=period_id))
        left = [each.id for each in without_total(session, run=session.get_one(ScoreRun, counts))]
    for sign, by in ((certify, first), (countersign, second)):
        with demo.transaction() as session:
            sign(session, period_id=period_id, without_total=left, now=demo.clock(), by=by)
        told.step()
    with demo.transaction() as session:
        destroy_keys(session, period_id=period_id, store=demo.store, now=demo.clock(), by=second)
        publish(session, period_id=period_id, now=demo.clock(), by=first)
    told.step()
    return rows


def total_rows(session: Session, period: Period, run: ScoreRun) -> list[TotalRow]:
    """The lines of a run, by category and place."""
    grades = {grade.key: grade.zh for grade in scheme_of(period).grades}
    return [
        TotalRow(
            category=f"{part.category.code} {part.category.name_zh}",
            place=line.place,
            unit=line.unit.name_zh,
            total=NO_TOTAL if line.total is None else f"{line.total:.4f}",
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
