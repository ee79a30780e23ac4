"""Issue codes, make them void, replace those not used, and open a campaign for voting.

Codes are printed in the background into a sealed file, which is fetched once (`handing_out.py`).
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from surveys.errors import Invalid
from surveys.issuing.annul import waiting_annulment
from surveys.issuing.handout import handouts
from surveys.issuing.issue_batch import BatchOrder, require_fitting, require_issuable, void_batch
from surveys.issuing.open_with_officers import open_with_officers_keys
from surveys.issuing.overview import batch_of, issuing_overview
from surveys.issuing.prove_keys import open_with_keys_on_server
from surveys.issuing.readiness import readiness
from surveys.issuing.reprint import standing_batch, void_unused
from surveys.issuing.wanted import Wanted
from surveys.jobs import latest_job
from surveys.jobs.standing import JobStanding, n_workers
from surveys.models import Account, Campaign, Role
from webapp.access import current_account, role
from webapp.context import clock, database, keys, now, random_bytes
from webapp.errors import error_text
from webapp.jobs import start
from webapp.office.batch_lists import accounts_of, listed_accounts, listed_batches, names_of
from webapp.office.blueprint import office
from webapp.office.issuing_forms import ExtraBatchForm, PrintForm
from webapp.office.key_ceremony import ceremony_standing
from webapp.office.turnout_watch import seen

READERS = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
PARTS = ("planned", "lists", "opening")
JOB = "issue_codes"


@office.get("/campaigns/<int:campaign_id>/issuing")
@role(*READERS)
def issuing(campaign_id: int) -> str:
    """Show what is planned and issued, and whether the campaign can open."""
    return render_template("office/issuing/issuing.html", **standing(campaign_id))


@office.get(
    "/campaigns/<int:campaign_id>/issuing/live/<any(handouts, planned, lists, opening):part>"
)
@role(*READERS)
def issuing_live(campaign_id: int, part: str) -> str:
    """Show a part alone, for a page that stays open while sheets are printed."""
    return render_template(f"office/issuing/{part}.html", **standing(campaign_id))


def standing(campaign_id: int) -> dict[str, Any]:
    """How things stand with a campaign's codes."""
    # The parts of this page are renewed every few seconds, too: a full box is counted once for all.
    returned = seen(database(), campaign_id, clock=clock()).returned
    with database().transaction() as session:
        # The job first: one that ends meanwhile shows as under way, never as neither.
        job = latest_job(session, kind=JOB, campaign_id=campaign_id, now=now())
        overview = issuing_overview(session, campaign_id=campaign_id, returned=returned)
        ready = readiness(session, campaign_id=campaign_id, store=keys())
        ceremony = ceremony_standing(session, campaign_id=campaign_id)
        annulment = waiting_annulment(session, campaign_id=campaign_id)
        if annulment is not None:
            _ = annulment.requester.name  # fetched now: the session ends before the page is made
        files = handouts(session, campaign_id=campaign_id)
        people = {
            by: session.get_one(Account, by).name
            for file in files
            for by in (file.made_by, file.fetched_by)
            if by is not None
        }
        workers = n_workers(session)
    listing = listed_batches(overview)
    return {
        "overview": overview,
        "listing": listing,
        "tools": listing.tools("office.issuing", campaign_id=campaign_id),
        "ready": ready,
        "parts": PARTS,
        "ceremony": ceremony,
        "annulment": annulment,
        "account_id": current_account().id,
        "job": job,
        "failure": failure_of(job),
        "workers": workers,
        # As the last time: an office has one kind of paper.
        "form": PrintForm(**(job.args.get("printing", {}) if job else {})),
        "halls": any(group.open_code for group in overview.campaign.groups),
        "files": files,
        "people": people,
    }


def failure_of(job: JobStanding | None) -> str | None:
    """Why the last issue failed, in words."""
    return error_text(job.error) if job is not None and job.failed and job.error else None


@office.post("/campaigns/<int:campaign_id>/issuing/all")
@role(Role.ORGANIZER)
def issue_all(campaign_id: int) -> AnyResponse:
    """Issue every planned batch, or those of one group."""
    group = request.form.get("group", "")
    return begin(campaign_id, Wanted(campaign_id, group_id=int(group) if group.isdigit() else None))


@office.post("/campaigns/<int:campaign_id>/issuing/planned")
@role(Role.ORGANIZER)
def issue_one(campaign_id: int) -> AnyResponse:
    """Issue one planned batch."""
    return begin(campaign_id, Wanted(campaign_id, planned=planned_order(campaign_id)))


@office.get("/campaigns/<int:campaign_id>/issuing/extra")
@role(Role.ORGANIZER)
def extra_batch(campaign_id: int) -> str:
    """Show the form of a batch that the plan does not ask for."""
    form = ExtraBatchForm()
    offer_choices(campaign_id, form)
    return extra_page(campaign_id, form)


@office.post("/campaigns/<int:campaign_id>/issuing/extra")
@role(Role.ORGANIZER)
def issue_extra(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Issue it, or show the form with what is wrong."""
    form = ExtraBatchForm()
    offer_choices(campaign_id, form)
    if not form.validate():
        return extra_page(campaign_id, form), 422
    order = form.order(campaign_id)
    try:
        with database().transaction() as session:
            require_issuable(session.get_one(Campaign, campaign_id))
            require_fitting(session, session.get_one(Campaign, campaign_id), order)
    except Invalid as error:
        return extra_page(campaign_id, form, wrong=error_text(error)), 422
    return begin(campaign_id, Wanted(campaign_id, extra=order))


@office.post("/campaigns/<int:campaign_id>/issuing/batches/<int:batch_id>/reprint")
@role(Role.ORGANIZER)
def reprint(campaign_id: int, batch_id: int) -> AnyResponse:
    """Print other codes in place of those of a batch that nobody used."""
    with database().transaction() as session:
        standing_batch(session, campaign_id=campaign_id, batch_id=batch_id)
    return begin(campaign_id, Wanted(campaign_id, reprint=batch_id))


@office.post("/campaigns/<int:campaign_id>/issuing/batches/<int:batch_id>/void-unused")
@role(Role.ORGANIZER)
def void_rest(campaign_id: int, batch_id: int) -> AnyResponse:
    """Make void what of a batch nobody used."""
    with database().transaction() as session:
        n = void_unused(
            session,
            campaign_id=campaign_id,
            batch_id=batch_id,
            now=now(),
            by=current_account().id,
        )
    flash(
        ngettext(
            "%(num)s unused code is void. What was cast stays in the box.",
            "%(num)s unused codes are void. What was cast stays in the box.",
            n,
        )
    )
    return redirect(url_for("office.issuing", campaign_id=campaign_id))


def begin(campaign_id: int, wanted: Wanted) -> AnyResponse:
    """Print in the background, as the form asks for it."""
    form = PrintForm()
    form.require()
    with database().transaction() as session:
        require_issuable(session.get_one(Campaign, campaign_id))
        start(
            session, JOB, campaign_id=campaign_id, wanted=wanted.as_json(), printing=form.choices()
        )
    return redirect(url_for("office.issuing", campaign_id=campaign_id, _anchor="handouts"))


@office.get("/campaigns/<int:campaign_id>/issuing/accounts")
@role(*READERS)
def code_accounts(campaign_id: int) -> str:
    """Show that every code is accounted for."""
    overview, accounts = accounts_of(campaign_id)
    names = names_of(overview)
    listing = listed_accounts(accounts, names)
    return render_template(
        "office/issuing/accounts.html",
        overview=overview,
        accounts=accounts,
        lines=names,
        shown=listing.found,
        tools=listing.tools("office.code_accounts", campaign_id=campaign_id),
    )


@office.post("/campaigns/<int:campaign_id>/issuing/batches/<int:batch_id>/void")
@role(Role.ORGANIZER)
def void(campaign_id: int, batch_id: int) -> AnyResponse:
    """Make a batch void: what is planned and lost can then be issued again."""
    with database().transaction() as session:
        batch = batch_of(session, campaign_id=campaign_id, batch_id=batch_id)
        void_batch(session, batch_id=batch.id, now=now(), by=current_account().id)
    flash(gettext("Batch %(batch)s is void. Its codes admit no ballot any more.", batch=batch_id))
    return redirect(url_for("office.issuing", campaign_id=campaign_id))


@office.post("/campaigns/<int:campaign_id>/issuing/open")
@role(Role.ORGANIZER)
def open_for_voting(campaign_id: int) -> AnyResponse:
    """Admit ballots from now on: with the officers' own keys, or with keys made on the server."""
    by = current_account().id
    with database().transaction() as session:
        if ceremony_standing(session, campaign_id=campaign_id) is not None:
            open_with_officers_keys(
                session, campaign_id=campaign_id, store=keys(), now=now(), by=by
            )
        else:
            open_with_keys_on_server(
                session,
                campaign_id=campaign_id,
                store=keys(),
                random_bytes=random_bytes,
                now=now(),
                by=by,
            )
    flash(gettext("Voting is open. Ballots can be cast from now on."))
    return redirect(url_for("office.turnout_page", campaign_id=campaign_id))


def planned_order(campaign_id: int) -> BatchOrder:
    """Read which planned batch the button stands for."""
    given = request.form
    try:
        targets = tuple(int(part) for part in given.get("targets", "").split(","))
        home = int(given["home"]) if given.get("home") else None
        return BatchOrder(campaign_id, int(given.get("group", "")), targets, 1, home)
    except ValueError:
        raise Invalid("bad_targets", target_ids=given.get("targets", "")) from None


def offer_choices(campaign_id: int, form: ExtraBatchForm) -> None:
    """Fill the form's lists with the campaign's groups and units."""
    with database().transaction() as session:
        overview = issuing_overview(session, campaign_id=campaign_id)
        form.offer(overview.campaign.groups, overview.targets, overview.units)


def extra_page(campaign_id: int, form: ExtraBatchForm, wrong: str = "") -> str:
    """Show the form."""
    return render_template(
        "office/issuing/extra.html", form=form, campaign_id=campaign_id, wrong=wrong
    )
