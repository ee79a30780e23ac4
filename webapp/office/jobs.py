"""The list of background work: what waits, runs, failed; cancel it, try it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response as File
from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from surveys.jobs import cancel_job, retry_job
from surveys.jobs.standing import JobStanding, job_standing, latest_jobs, n_workers
from surveys.models import Account, Campaign, JobState, Period, Role
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import error_text
from webapp.languages import name_of
from webapp.listings import KINDS as FILES
from webapp.listings import Columns, Listing, words_wanted
from webapp.office.blueprint import office

EVERYBODY = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
KINDS = {
    "issue_codes": _("Issue and print codes"),
    "open_box": _("Open the box"),
    "examine": _("Run the checks"),
    "score": _("Compute the scores"),
    "uncertainty": _("Draw fresh raters"),
}
STATES = {
    JobState.WAITING: _("Waiting"),
    JobState.RUNNING: _("Running"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Cancelled"),
}
# Shown at once, and searched through or saved.
JOBS_ON_A_PAGE: Final = 50
MOST_JOBS: Final = 1_000
# The page on which a kind of work is shown.
PAGES = {
    "issue_codes": "office.issuing",
    "open_box": "office.opening",
    "examine": "office.examining",
    "score": "office.scores",
    "uncertainty": "office.uncertainty",
}


@dataclass(frozen=True)
class ListedJobs:
    """The latest jobs, with names for the ids in them."""

    jobs: Sequence[JobStanding]
    accounts: Mapping[int, str]
    subjects: Mapping[int, Campaign | Period]
    workers: int

    @property
    def listing(self) -> Listing[JobStanding]:
        """To be searched and saved."""
        columns: Columns[JobStanding] = {
            gettext("No."): lambda job: job.id,
            gettext("Work"): lambda job: str(KINDS.get(job.kind, job.kind)),
            gettext("For"): lambda job: name_of(self.subjects.get(job.id)),
            gettext("Started"): lambda job: job.started_at,
            gettext("By"): lambda job: self.accounts.get(job.started_by or 0, ""),
            gettext("State"): lambda job: str(STATES[job.state]),
            gettext("Reason"): lambda job: error_text(job.error) if job.error else "",
        }
        return Listing(self.jobs, columns, words_wanted())


@office.get("/jobs")
@role(*EVERYBODY)
def jobs() -> str:
    """Show the latest work, and whether somebody does it."""
    listed = listed_jobs(MOST_JOBS)
    tools = listed.listing.tools("office.jobs")
    return render_template("office/jobs/jobs.html", tools=tools, **shown(listed))


@office.get("/jobs/live")
@role(*EVERYBODY)
def jobs_live() -> str:
    """Show the list alone."""
    listed = listed_jobs(MOST_JOBS if words_wanted() else JOBS_ON_A_PAGE)
    return render_template("office/jobs/list.html", **shown(listed))


@office.get(f"/jobs.<{FILES}>")
@role(*EVERYBODY)
def jobs_file(kind: str) -> File:
    """Give the list as a file."""
    return listed_jobs(MOST_JOBS).listing.file("jobs", kind)


def listed_jobs(limit: int) -> ListedJobs:
    """The latest jobs."""
    with database().transaction() as session:
        found = latest_jobs(session, now=now(), limit=limit)
        accounts = {
            by: session.get_one(Account, by).name for job in found if (by := job.started_by)
        }
        subjects = {
            job.id: session.get_one(Campaign, job.campaign_id)
            if job.campaign_id
            else session.get_one(Period, job.period_id)
            for job in found
            if job.campaign_id or job.period_id
        }
        return ListedJobs(found, accounts, subjects, n_workers(session))


def shown(listed: ListedJobs) -> dict[str, object]:
    """All that the list shows."""
    found = listed.listing.found[:JOBS_ON_A_PAGE]
    return {
        "jobs": found,
        "accounts": listed.accounts,
        "subjects": listed.subjects,
        "workers": listed.workers,
        "kinds": KINDS,
        "states": STATES,
        "pages": {job.id: page_of(job) for job in found},
        "reasons": {job.id: error_text(job.error) for job in found if job.error},
        "account_id": current_account().id,
    }


@office.post("/jobs/<int:job_id>/cancel")
@role(Role.ORGANIZER, Role.OFFICER)
def cancel(job_id: int) -> Response:
    """Ask that the work stop; none of it will be stored."""
    with database().transaction() as session:
        cancel_job(session, job_id=job_id, now=now(), by=current_account().id)
        job = job_standing(session, job_id=job_id, now=now())
    return redirect(back(job))


@office.post("/jobs/<int:job_id>/retry")
@role(Role.ORGANIZER, Role.OFFICER)
def retry(job_id: int) -> Response:
    """Do work again that failed: for the person who started it."""
    with database().transaction() as session:
        again = retry_job(session, job_id=job_id, now=now(), by=current_account().id)
        job = job_standing(session, job_id=again, now=now())
    return redirect(back(job))


def back(job: JobStanding) -> str:
    """To the list, or to the page of the work if one came from there."""
    if request.form.get("back") == "list":
        return url_for("office.jobs")
    return page_of(job) or url_for("office.jobs")


def page_of(job: JobStanding) -> str | None:
    """The page of a job's work."""
    endpoint = PAGES.get(job.kind)
    if endpoint is None:
        return None
    if job.campaign_id:
        return url_for(endpoint, campaign_id=job.campaign_id)
    return url_for(endpoint, period_id=job.period_id)
