"""Scores: computed with all ballots and without the excluded ones, and looked over side by side."""

from dataclasses import dataclass
from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveys.models import Role
from surveys.monitoring.stages import CampaignStage, Stage, period_stage
from surveys.publishing.certify import publication_of
from surveys.publishing.score_sheet import ScoreSheet, is_outdated, part_names, score_sheet
from surveys.scoring.score_period import score_both_ways
from webapp.access import current_account, role
from webapp.board.pictures import category_scale, grade_looks
from webapp.context import database, now
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.office.navigation import room_name, room_url
from webapp.office.score_words import ScoreWords
from webapp.plots import Scale

READERS: Final = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)


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
    """Show both runs side by side, or what is missing before they can be computed."""
    with database().transaction() as session:
        standing = period_stage(session, period_id=period_id)
        sheet = score_sheet(session, period_id=period_id)
        signed = publication_of(session, period_id=period_id)
        shown = sheet_page(session, sheet)
    waiting = [each for each in standing.campaigns if each.stage < Stage.SCORING]
    return render_template(
        "office/scoring/scores.html",
        period=standing.period,
        missing=[missing_step(each) for each in waiting],
        frozen=standing.stage is not Stage.SETUP,
        signed=signed,
        **shown,
    )


@office.post("/periods/<int:period_id>/scores")
@role(Role.ORGANIZER)
def compute_scores(period_id: int) -> Response:
    """Score with all ballots, and without the excluded ones."""
    with database().transaction() as session:
        score_both_ways(session, period_id=period_id, now=now(), by=current_account().id)
    flash(gettext("The scores are computed."))
    return redirect(url_for("office.scores", period_id=period_id))


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
