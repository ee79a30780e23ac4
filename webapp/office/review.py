"""Review: a person decides on each finding, a second one confirms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from surveys.casting.tags import BUCKET_SECONDS
from surveys.errors import Invalid
from surveys.models import Campaign, CampaignState, Decision, Role, Verdict
from surveys.monitoring.stages import Stage, period_stage
from surveys.review.decide import LONGEST_REASON, Opinion, confirm, decide, withdraw_decision
from surveys.review.effect import PlaceShift, ScoreEffect, place_shifts, score_effects
from surveys.review.listing import (
    ListedFinding,
    PastAct,
    Review,
    Standing,
    finding_history,
    listed_finding,
    related_findings,
    review_of,
)
from surveys.review.pictures import Picture, pictures_of
from surveys.review.subject import subject_of
from surveys.setup.questionnaires import QuestionnaireContent
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import error_text
from webapp.languages import language
from webapp.office.blueprint import office
from webapp.office.check_words import LEVELS, LEVELS_SAY, check_words
from webapp.office.finding_charts import bar_label, placed_strip, signed, signed_points, slope
from webapp.office.finding_list import chosen_level, evidence_of, listed_findings
from webapp.office.navigation import NextStep, navigation, next_step, room_url

READERS: Final = (Role.ORGANIZER, Role.AUDITOR)

CHOICES: Final = {
    "exclude": (Verdict.UPHELD, True),
    "keep": (Verdict.UPHELD, False),
    "dismiss": (Verdict.DISMISSED, False),
}


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """What the first person makes of a finding."""

    choice = RadioField(
        _("Your decision"),
        [InputRequired(_("Please choose one."))],
        choices=[
            SelectChoice("exclude", _("Uphold, and leave these ballots out of the score")),
            SelectChoice("keep", _("Uphold, but keep the ballots in the score")),
            SelectChoice(
                "dismiss", _("Dismiss: it has an innocent explanation, or the evidence is too thin")
            ),
        ],
    )
    reason = TextAreaField(
        _("Reason"),
        description=_(
            "What you found out, in a sentence or two. It is shown wherever the decision is."
            " Name no voter."
        ),
        render_kw={"rows": 4, "maxlength": LONGEST_REASON, "required": True},
    )

    def opinion(self) -> Opinion:
        """What was chosen."""
        verdict, excludes = CHOICES[self.choice.data]
        return Opinion(verdict, excludes, self.reason.data or "")


@dataclass(frozen=True)
class FindingPage:
    """All that the page of one finding shows."""

    listed: ListedFinding
    pictures: tuple[Picture, ...]
    shifts: tuple[PlaceShift, ...]
    effects: tuple[ScoreEffect, ...]
    history: tuple[PastAct, ...]
    related: tuple[ListedFinding, ...]
    marks: Mapping[int, str]
    previous_id: int | None
    next_id: int | None


@office.get("/campaigns/<int:campaign_id>/review")
@role(*READERS)
def review(campaign_id: int) -> str:
    """List the findings, strongest first, and how far their decisions are."""
    with database().transaction() as session:
        found = review_of(session, campaign_id=campaign_id)
        then = what_follows(session, found)
    level = chosen_level()
    listing = listed_findings(found, level)
    return render_template(
        "office/review/list.html",
        campaign_id=campaign_id,
        review=found,
        then=then,
        level=level,
        shown=listing.found,
        tools=listing.tools("office.review", kept={"level": level}, campaign_id=campaign_id),
        levels=LEVELS,
        levels_say=LEVELS_SAY,
        check_words=check_words,
        evidence_of=evidence_of,
        Standing=Standing,
    )


@office.get("/findings/<int:finding_id>")
@role(*READERS)
def finding(finding_id: int) -> str:
    """Show one finding: picture, evidence, harm, decision."""
    return finding_page(finding_id, DecisionForm())


@office.post("/findings/<int:finding_id>/decision")
@role(Role.ORGANIZER)
def decide_finding(finding_id: int) -> Response | tuple[str, int]:
    """Write the first person's decision; what was entered stays when something is missing."""
    form = DecisionForm()
    if not form.validate():
        return finding_page(finding_id, form), 422
    try:
        with database().transaction() as session:
            decision = decide(
                session,
                finding_id=finding_id,
                opinion=form.opinion(),
                now=now(),
                by=current_account().id,
            )
    except Invalid as error:
        form.reason.errors = [error_text(error)]
        return finding_page(finding_id, form), 422
    if decision.excludes_ballots:
        flash(gettext("Noted. A second person must confirm before the ballots are left out."))
    else:
        flash(gettext("Noted. The ballots stay in the score."))
    return back(finding_id)


@office.post("/findings/<int:finding_id>/confirmation")
@role(Role.ORGANIZER)
def confirm_finding(finding_id: int) -> Response:
    """Let a second person confirm."""
    seen = request.form.get("decision", type=int)
    with database().transaction() as session:
        confirm(session, finding_id=finding_id, now=now(), by=current_account().id, seen=seen or 0)
    flash(gettext("Confirmed by a second person. The decision counts from now on."))
    return back(finding_id)


@office.post("/findings/<int:finding_id>/withdrawal")
@role(Role.ORGANIZER)
def withdraw_finding(finding_id: int) -> Response:
    """Take a decision back, or refuse to confirm it: the finding waits again."""
    with database().transaction() as session:
        withdraw_decision(session, finding_id=finding_id, now=now(), by=current_account().id)
    flash(gettext("The decision was taken back. The finding waits again."))
    return back(finding_id)


def back(finding_id: int) -> Response:
    """To the top of the finding's page, where the notice stands."""
    return redirect(url_for("office.finding", finding_id=finding_id, _anchor="content"))


def what_follows(session: Session, found: Review | None) -> tuple[NextStep, Campaign | None] | None:
    """Where to go once nothing waits: the period's next step, and the campaign it is about."""
    if found is None or not found.progress.complete:
        return None
    standing = period_stage(session, period_id=found.campaign.period_id)
    waits = standing.waits_for
    return next_step(standing), waits.campaign if waits else None


def finding_page(finding_id: int, form: DecisionForm) -> str:
    """Render a finding as things stand."""
    with database().transaction() as session:
        page = page_of(session, finding_id)
        campaign = page.listed.finding.examination.campaign
        path = room_url(Stage.REVIEW, period_id=campaign.period_id, campaign_id=campaign.id)
        rail = navigation(session, path=path, period_id=None, campaign_id=campaign.id)
    listed = page.listed
    if not form.is_submitted():
        recall(form, listed.finding.decision)
    named = frozenset(unit.id for unit in (*listed.lifted, *listed.sunk, listed.harmed) if unit)
    return render_template(
        "office/review/finding.html",
        page=page,
        listed=listed,
        finding=listed.finding,
        campaign=campaign,
        navigation=rail,
        form=form,
        words=check_words(listed.finding.check),
        check_words=check_words,
        levels=LEVELS,
        levels_say=LEVELS_SAY,
        evidence=evidence_of(listed.finding),
        window=window_of(listed.finding.subject["context"]),
        bar_label=bar_label,
        placed_strip=placed_strip,
        signed=signed,
        signed_points=signed_points,
        slope=slope(page.shifts, named=named),
        Standing=Standing,
        mine=listed.finding.decision is not None
        and listed.finding.decision.decided_by == current_account().id,
        closed=campaign.state is CampaignState.CERTIFIED,
    )


def recall(form: DecisionForm, decision: Decision | None) -> None:
    """Fill in a decision that stands, so that it can be changed."""
    if decision is None:
        return
    said = decision.verdict, decision.excludes_ballots
    form.choice.data = next(choice for choice, meant in CHOICES.items() if meant == said)
    form.reason.data = decision.reason


def page_of(session: Session, finding_id: int) -> FindingPage:
    """Gather what the page shows."""
    listed = listed_finding(session, finding_id=finding_id)
    found = listed.finding
    campaign = found.examination.campaign
    subject = subject_of(session, finding=found)
    shifts = place_shifts(subject, unit_id=listed.harmed.id) if subject and listed.harmed else ()
    previous_id, next_id = neighbours(review_of(session, campaign_id=campaign.id), finding_id)
    return FindingPage(
        listed=listed,
        pictures=pictures_of(subject) if subject else (),
        shifts=shifts,
        effects=effects_of(session, listed),
        history=finding_history(session, finding_id=finding_id),
        related=related_findings(session, finding_id=finding_id),
        marks=mark_names((campaign.manifest or {})["questionnaire"]),
        previous_id=previous_id,
        next_id=next_id,
    )


def effects_of(session: Session, listed: ListedFinding) -> tuple[ScoreEffect, ...]:
    """What a confirmed exclusion does to the scores of the units it names."""
    decision = listed.finding.decision
    if decision is None or not decision.excludes_ballots or decision.confirmed_by is None:
        return ()
    units = {unit.id for unit in (*listed.lifted, *listed.sunk, listed.harmed) if unit}
    return score_effects(
        session,
        campaign_id=listed.finding.examination.campaign_id,
        unit_ids=sorted(units),
    )


def window_of(context: Mapping[str, int]) -> tuple[datetime, datetime] | None:
    """When the ballots of a finding were cast, as coarse as the check looked at it."""
    if "bucket" not in context:
        return None
    start = datetime.fromtimestamp(context["bucket"] * BUCKET_SECONDS, UTC)
    return start, start + timedelta(hours=6 if "network" in context else 2)


def neighbours(found: Review | None, finding_id: int) -> tuple[int | None, int | None]:
    """The findings before and after this one in the list."""
    ids = [each.finding.id for each in found.findings] if found else []
    if finding_id not in ids:
        return None, None
    place = ids.index(finding_id)
    return (
        ids[place - 1] if place else None,
        ids[place + 1] if place + 1 < len(ids) else None,
    )


def mark_names(questionnaire: object) -> dict[int, str]:
    """Mark (1 = worst) → the option's words."""
    content = QuestionnaireContent.model_validate(questionnaire)
    options = [option for option in content.options if option.points is not None]
    return {
        len(options) - place: option.label.in_language(language())
        for place, option in enumerate(options)
    }
