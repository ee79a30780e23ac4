"""Issue codes, make batches void, open a campaign for voting.

The codes leave with the answer and are not kept. So a batch and its sheets are made together: a
PDF is sent after the commit; of an archive, which may take a minute, the last part is.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from surveys.errors import Invalid
from surveys.issuing.annul import waiting_annulment
from surveys.issuing.issue_batch import BatchOrder, void_batch
from surveys.issuing.open_with_officers import open_with_officers_keys
from surveys.issuing.overview import batch_of, issuing_overview
from surveys.issuing.prove_keys import open_with_keys_on_server
from surveys.issuing.readiness import readiness
from surveys.issuing.sheet_archive import (
    IssuedSheets,
    Printing,
    issue_planned,
    issue_with_sheets,
    require_planned,
)
from surveys.models import Role
from webapp.access import current_account, role
from webapp.context import config, database, keys, now, random_bytes
from webapp.errors import error_text
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.issuing_forms import ExtraBatchForm
from webapp.office.key_ceremony import ceremony_standing

READERS = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
PARTS = ("planned", "lists", "opening")


@office.get("/campaigns/<int:campaign_id>/issuing")
@role(*READERS)
def issuing(campaign_id: int) -> str:
    """Show what is planned and issued, and whether the campaign can open."""
    return render_template("office/issuing/issuing.html", **standing(campaign_id))


@office.get("/campaigns/<int:campaign_id>/issuing/live/<any(planned, lists, opening):part>")
@role(*READERS)
def issuing_live(campaign_id: int, part: str) -> str:
    """Show a part alone, for a page that stays open while sheets are downloaded."""
    return render_template(f"office/issuing/{part}.html", **standing(campaign_id))


def standing(campaign_id: int) -> dict[str, Any]:
    """How things stand with a campaign's codes."""
    with database().transaction() as session:
        overview = issuing_overview(session, campaign_id=campaign_id)
        ready = readiness(session, campaign_id=campaign_id, store=keys())
        ceremony = ceremony_standing(session, campaign_id=campaign_id)
        annulment = waiting_annulment(session, campaign_id=campaign_id)
        if annulment is not None:
            _ = annulment.requester.name  # fetched now: the session ends before the page is made
    return {
        "overview": overview,
        "ready": ready,
        "parts": PARTS,
        "ceremony": ceremony,
        "annulment": annulment,
        "account_id": current_account().id,
    }


@office.post("/campaigns/<int:campaign_id>/issuing/all")
@role(Role.ORGANIZER)
def issue_all(campaign_id: int) -> Response:
    """Issue every planned batch; the answer is a ZIP with the sheets of each."""
    parts = committed_archive(campaign_id)
    # What is refused is refused here, as a page, before the answer begins.
    first = next(parts)

    def body() -> Iterator[bytes]:
        yield first
        yield from parts

    name = gettext("code-sheets_%(campaign)s.zip", campaign=campaign_id)
    return download(stream_with_context(body()), name, "application/zip")


def committed_archive(campaign_id: int) -> Iterator[bytes]:
    """Hold each part back until the next is there, and the last one until the commit."""
    base, at, by = database(), now(), current_account().id
    paper = printing()

    def parts() -> Iterator[bytes]:
        held = b""
        with base.transaction() as session:
            for part in issue_planned(
                session, campaign_id=campaign_id, printing=paper, now=at, by=by
            ):
                if held:
                    yield held
                held = part
        yield held

    return parts()


@office.post("/campaigns/<int:campaign_id>/issuing/planned")
@role(Role.ORGANIZER)
def issue_one(campaign_id: int) -> Response:
    """Issue one planned batch; the answer is its PDF."""
    wanted = planned_order(campaign_id)
    with database().transaction() as session:
        sheets = issue_with_sheets(
            session,
            order=require_planned(session, order=wanted),
            printing=printing(),
            now=now(),
            by=current_account().id,
        )
    return pdf_of(sheets)


@office.get("/campaigns/<int:campaign_id>/issuing/extra")
@role(Role.ORGANIZER)
def extra_batch(campaign_id: int) -> str:
    """Show the form of a batch that the plan does not ask for."""
    form = ExtraBatchForm()
    offer_choices(campaign_id, form)
    return extra_page(campaign_id, form)


@office.post("/campaigns/<int:campaign_id>/issuing/extra")
@role(Role.ORGANIZER)
def issue_extra(campaign_id: int) -> Response | tuple[str, int]:
    """Issue it; the answer is its PDF, or the form with what is wrong."""
    form = ExtraBatchForm()
    offer_choices(campaign_id, form)
    if not form.validate():
        return extra_page(campaign_id, form), 422
    try:
        with database().transaction() as session:
            sheets = issue_with_sheets(
                session,
                order=form.order(campaign_id),
                printing=printing(),
                now=now(),
                by=current_account().id,
            )
    except Invalid as error:
        return extra_page(campaign_id, form, wrong=error_text(error)), 422
    return pdf_of(sheets)


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
        form.offer(overview.campaign.groups, overview.units)


def extra_page(campaign_id: int, form: ExtraBatchForm, wrong: str = "") -> str:
    """Show the form."""
    return render_template(
        "office/issuing/extra.html", form=form, campaign_id=campaign_id, wrong=wrong
    )


def printing() -> Printing:
    """How this office prints."""
    return Printing(config().base_url, random_bytes, in_path=config().code_in_path)


def pdf_of(sheets: IssuedSheets) -> Response:
    """Answer with the sheets of a batch."""
    return download(sheets.pdf, sheets.name, "application/pdf")
