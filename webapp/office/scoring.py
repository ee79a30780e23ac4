"""Scores: computed with all ballots and without the excluded ones, and looked over side by side."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from flask import Response as File
from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveys.errors import Conflict, NotFound
from surveys.jobs import latest_job
from surveys.jobs.standing import n_workers
from surveys.models import Period, Role
from surveys.monitoring.stages import CampaignStage, Stage, period_stage
from surveys.publishing.certify import publication_of
from surveys.publishing.score_sheet import ScoreSheet, is_outdated, part_names, score_sheet
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.score_period import require_scorable, score_both_ways
from webapp.access import current_account, role
from webapp.board.pictures import category_scale, grade_looks
from webapp.context import database, now
from webapp.errors import words_of
from webapp.jobs import Task, start, work
from webapp.languages import name_of
from webapp.listings import KINDS
from webapp.office.blueprint import office
from webapp.office.navigation import room_name, room_url
from webapp.office.score_lists import listed_scores
from webapp.office.score_words import ScoreWords
from webapp.plots import Scale

READERS: Final = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
JOB: Final = "score"
STEPS: Final = {
    "": _("Getting ready"),
    "count_all": _("Counting all ballots"),
    "reckon_all": _("Reckoning components, totals and places with all ballots"),
    "count_kept": _("Counting without the ballots left out"),
    "reckon_kept": _("Reckoning components, totals and places without the ballots left out"),
}


@dataclass(frozen=True)
class MissingStep:
    """What a campaign still has to go through before the period can be scored."""

    campaign: str
    room: str
    n_findings: int
    url: str


@office.get("/periods/<int:period_id>/scores")
@role(*READERS)
def scores(period_id: int) -> str:
    """Show both runs side by side, how far the scoring is, or what it still needs."""
    with database().transaction() as session:
        # The job first: one that ends meanwhile shows as under way, never as neither.
        work_shown = scoring_work_shown(session, period_id)
        standing = period_stage(session, period_id=period_id)
        sheet = score_sheet(session, period_id=period_id)
        signed = publication_of(session, period_id=period_id)
        shown = sheet_page(session, sheet)
    listing = listed_scores(sheet, shown["words"]) if sheet else None
    waiting = [each for each in standing.campaigns if each.stage < Stage.SCORING]
    return render_template(
        "office/scoring/scores.html",
        period=standing.period,
        missing=[missing_step(each) for each in waiting],
        frozen=standing.stage is not Stage.SETUP,
        signed=signed,
        has_projects=scheme_of(standing.period).progress is not None,
        listing=listing,
        tools=listing.tools("office.scores", period_id=period_id) if listing else None,
        **work_shown,
        **shown,
    )


@office.get(f"/periods/<int:period_id>/scores.<{KINDS}>")
@role(*READERS)
def scores_file(period_id: int, kind: str) -> File:
    """Give the units with their totals and components as a file."""
    with database().transaction() as session:
        sheet = score_sheet(session, period_id=period_id)
        if sheet is None:
            raise NotFound("no_scores")
        words = ScoreWords(sheet.scheme, part_names(session, period=sheet.period))
    return listed_scores(sheet, words).file(f"scores-{sheet.period.code}", kind)


@office.post("/periods/<int:period_id>/scores")
@role(Role.ORGANIZER)
def compute_scores(period_id: int) -> Response:
    """Begin to score with all ballots, and without the excluded ones."""
    with database().transaction() as session:
        # Refused here rather than in the background.
        require_scorable(session, session.get_one(Period, period_id))
        start(session, JOB, period_id=period_id)
    return redirect(url_for("office.scores", period_id=period_id))


@office.get("/periods/<int:period_id>/scores/progress")
@role(*READERS)
def scoring_progress(period_id: int) -> str:
    """Return the part of the page that refreshes itself."""
    with database().transaction() as session:
        shown = scoring_work_shown(session, period_id)
    return render_template("office/scoring/progress.html", period_id=period_id, **shown)


@work(JOB)
def scoring_work(session: Session, task: Task) -> None:
    """Score both ways."""
    score_both_ways(
        session, period_id=task.period_id, now=task.now, by=task.by, progress=task.progress
    )


def score_again(session: Session, period_id: int) -> None:
    """Begin to score after a change.

    A scoring under way may not have seen the change: then the page says so once it is done.
    """
    with suppress(Conflict):
        start(session, JOB, period_id=period_id)


def scoring_work_shown(session: Session, period_id: int) -> dict[str, Any]:
    """What a template needs to show how the latest scoring stands."""
    job = latest_job(session, kind=JOB, campaign_id=None, period_id=period_id, now=now())
    return {
        "job": job,
        "failure": words_of(job.error) if job is not None and job.failed and job.error else None,
        "step": STEPS.get(job.step, STEPS[""]) if job is not None else "",
        "workers": n_workers(session),
        "account_id": current_account().id,
    }


def sheet_page(session: Session, sheet: ScoreSheet | None) -> dict[str, Any]:
    """What a template needs to show a sheet; only `sheet` itself where there is none."""
    if sheet is None:
        return {"sheet": None}
    return {
        "sheet": sheet,
        "outdated": is_outdated(session, run=sheet.run),
        "words": ScoreWords(sheet.scheme, part_names(session, period=sheet.period)),
        "grades": grade_looks(sheet.scheme),
        "scales": scales(sheet),
    }


def scales(sheet: ScoreSheet) -> dict[str, Scale]:
    """A scale for each category, by its code."""
    return {
        each.category.code: category_scale(row.line for row in each.rows)
        for each in sheet.categories
    }


def missing_step(waiting: CampaignStage) -> MissingStep:
    """Where a campaign stands, with the way to that room."""
    campaign = waiting.campaign
    return MissingStep(
        campaign=name_of(campaign),
        room=room_name(waiting.stage),
        n_findings=waiting.n_waiting_findings,
        url=room_url(waiting.stage, period_id=campaign.period_id, campaign_id=campaign.id),
    )
