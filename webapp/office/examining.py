"""Examining: start the checks on an opened box, follow them, see what came of it."""

from tempfile import TemporaryFile

from flask import redirect, render_template, send_file, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Regexp

from surveys.errors import Conflict
from surveys.examining.examine_campaign import examine_campaign
from surveys.examining.export import write_export
from surveys.jobs import JobStanding, latest_job
from surveys.models import Campaign, CampaignState, Role
from surveys.review.listing import Review, review_of
from webapp.access import current_account, role
from webapp.context import database, now, random_bytes
from webapp.errors import error_text
from webapp.jobs import Task, start, work
from webapp.office.blueprint import office
from webapp.office.check_words import (
    CHECKS,
    LEVELS,
    LEVELS_SAY,
    check_words,
    reason_words,
    step_words,
)

JOB = "examine"
SEEDS = 10**9


class SeedForm(FlaskForm):  # type: ignore[misc]
    """The number from which the permutations are drawn."""

    seed = StringField(
        _("Seed"),
        [Regexp(r"\d{1,9}\Z", message=_("Please enter a whole number of at most nine digits."))],
        description=_("Any number. The same ballots and the same seed give the same findings."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "required": True},
    )


def fresh_seed() -> int:
    """A number nobody chose."""
    return int.from_bytes(random_bytes(8)) % SEEDS


@office.get("/campaigns/<int:campaign_id>/examining")
@role(Role.ORGANIZER, Role.AUDITOR)
def examining(campaign_id: int) -> str:
    """Show what the checks look at, how far they are, or what they found."""
    return examining_page(campaign_id, SeedForm(seed=str(fresh_seed())))


@office.post("/campaigns/<int:campaign_id>/examining")
@role(Role.ORGANIZER)
def start_examining(campaign_id: int) -> Response | tuple[str, int]:
    """Start the examination; refuse a new one once somebody decided on a finding."""
    form = SeedForm()
    if not form.validate():
        return examining_page(campaign_id, form), 422
    with database().transaction() as session:
        require_undecided(session, campaign_id)
        start(session, JOB, campaign_id=campaign_id, seed=int(form.seed.data))
    return redirect(url_for("office.examining", campaign_id=campaign_id))


@work(JOB)
def examining_work(session: Session, task: Task) -> None:
    """Run the checks."""
    examine_campaign(
        session,
        campaign_id=task.campaign_id,
        seed=task.args["seed"],
        now=task.now,
        by=task.by,
        progress=task.progress,
    )


@office.post("/campaigns/<int:campaign_id>/examining/ballots")
@role(Role.AUDITOR)
def export_ballots(campaign_id: int) -> Response:
    """Hand the ballots over as files, to examine them again elsewhere; the log says to whom."""
    target = TemporaryFile()  # noqa: SIM115  # the answer reads it, and closes it
    with database().transaction() as session:
        write_export(session, target, campaign_id=campaign_id, now=now(), by=current_account().id)
    target.seek(0)
    name = f"ballots-{campaign_id}.zip"
    return send_file(target, mimetype="application/zip", as_attachment=True, download_name=name)


@office.get("/campaigns/<int:campaign_id>/examining/progress")
@role(Role.ORGANIZER, Role.AUDITOR)
def examining_progress(campaign_id: int) -> str:
    """Return the part of the page that refreshes itself."""
    with database().transaction() as session:
        job = latest_job(session, kind=JOB, campaign_id=campaign_id, now=now())
    return render_template("office/examining/progress.html", job=job, step_words=step_words)


def require_undecided(session: Session, campaign_id: int) -> None:
    """Say at once what the job would find out: decisions keep the findings as they are."""
    review = review_of(session, campaign_id=campaign_id)
    if review is not None and review.started:
        raise Conflict("findings_decided")


def examining_page(campaign_id: int, form: SeedForm) -> str:
    """Render the page as things stand."""
    with database().transaction() as session:
        # The job first: one that ends meanwhile shows as under way, never as neither.
        job = latest_job(session, kind=JOB, campaign_id=campaign_id, now=now())
        campaign = session.get_one(Campaign, campaign_id)
        review = review_of(session, campaign_id=campaign_id)
    return render_template(
        "office/examining/page.html",
        campaign=campaign,
        shut=campaign.state not in {CampaignState.OPENED, CampaignState.CERTIFIED},
        review=review,
        not_run=not_run_of(review),
        job=job,
        failure=failure_of(job),
        form=form,
        checks=CHECKS,
        levels=LEVELS,
        levels_say=LEVELS_SAY,
        step_words=step_words,
    )


def failure_of(job: JobStanding | None) -> str | None:
    """Why the last examination failed, in words."""
    return error_text(job.error) if job is not None and job.failed and job.error else None


def not_run_of(review: Review | None) -> list[tuple[str, str]]:
    """Checks that did not run, each with its reason in words."""
    if review is None:
        return []
    return [
        (str(check_words(check).name), reason_words(said["reason"], said["facts"]))
        for check, said in review.examination.not_run.items()
    ]
