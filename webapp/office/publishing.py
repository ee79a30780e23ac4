"""Publishing: two persons certify, the keys are destroyed, the board is looked at and shown."""

from io import BytesIO
from typing import Final

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from surveys.errors import NotFound
from surveys.models import Account, Period, Role
from surveys.monitoring.stages import Stage, period_stage
from surveys.publishing.board import board_of
from surveys.publishing.certify import (
    certify,
    countersign,
    latest_run,
    publication_of,
    publish,
    withdraw_certification,
)
from surveys.publishing.destroy_keys import destroy_keys
from surveys.publishing.history import history
from surveys.publishing.participation import participation
from surveys.publishing.score_sheet import score_sheet
from surveys.publishing.score_workbook import score_workbook
from surveys.publishing.without_total import without_total
from webapp.access import current_account, role
from webapp.board.results import board_page
from webapp.context import config, database, keys, now
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.office.decisions import ruling_words
from webapp.office.navigation import next_step
from webapp.office.scored_targets import page_of
from webapp.office.scoring import READERS, sheet_page

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PUBLISHING: Final = "/periods/<int:period_id>/publishing"
DEEDS: Final = {
    "period_scored": _("Scores computed"),
    "ruling_recorded": _("Ruling recorded"),
    "proposal_confirmed": _("Proposal confirmed"),
    "proposal_declined": _("Proposal declined"),
    "adjustment_proposed": _("Bonus or deduction proposed"),
    "adjustment_approved": _("Bonus or deduction approved"),
    "adjustment_withdrawn": _("Bonus or deduction withdrawn"),
    "ruling_withdrawn": _("Ruling withdrawn"),
    "scores_certified": _("Certified: first signature"),
    "certification_withdrawn": _("First signature withdrawn"),
    "scores_countersigned": _("Certified: second signature"),
    "keys_destroyed": _("Keys destroyed"),
    "scores_published": _("Published"),
}


@office.get(PUBLISHING)
@role(*READERS)
def publishing(period_id: int) -> str:
    """Show what is signed and published, by whom, and what comes next."""
    store = keys()
    with database().transaction() as session:
        standing = period_stage(session, period_id=period_id)
        sheet = score_sheet(session, period_id=period_id)
        publication = publication_of(session, period_id=period_id)
        signers = (
            {
                by: session.get_one(Account, by).name
                for by in (publication.first_certifier, publication.second_certifier)
                if by is not None
            }
            if publication
            else {}
        )
        shown = sheet_page(session, sheet)
        rulings = [ruling_words(each) for each in sheet.rulings] if sheet else []
        run = publication.run if publication else sheet.run if sheet else None
        left = [(each, page_of(each)) for each in without_total(session, run=run)] if run else []
        deeds = history(session, period_id=period_id)
        units, members = names_of(standing.period)
        numbers = participation(session, period_id=period_id) if sheet else ()
        n_keys = sum(len(store.roles(each.id)) for each in standing.period.campaigns)
    return render_template(
        "office/publishing/publishing.html",
        period=standing.period,
        publication=publication,
        signers=signers,
        deeds=deeds,
        rulings=rulings,
        left=left,
        deed_names=DEEDS,
        units=units,
        members=members,
        me=current_account().id,
        participation=numbers,
        n_keys=n_keys,
        scoring_step=None if standing.stage >= Stage.PUBLISHING else next_step(standing),
        **shown,
    )


def names_of(period: Period) -> tuple[dict[str, str], dict[str, str]]:
    """The names of a period's units and of its persons, by their codes."""
    return (
        {each.code: name_of(each) for each in period.units},
        {each.code: name_of(each) for each in period.members},
    )


@office.post(f"{PUBLISHING}/certify")
@role(Role.ORGANIZER)
def certify_scores(period_id: int) -> Response:
    """Sign first."""
    with database().transaction() as session:
        certify(
            session,
            period_id=period_id,
            without_total=stated(),
            now=now(),
            by=current_account().id,
        )
    flash(gettext("Signed. A second person must sign too."))
    return to_publishing(period_id)


def stated() -> set[int]:
    """Whom the signer names as staying without a total."""
    return {int(each) for each in request.form.getlist("without_total") if each.isdecimal()}


@office.post(f"{PUBLISHING}/withdraw")
@role(Role.ORGANIZER)
def withdraw_signature(period_id: int) -> Response:
    """Take the first signature back."""
    with database().transaction() as session:
        withdraw_certification(session, period_id=period_id, now=now(), by=current_account().id)
    flash(gettext("The signature is withdrawn."))
    return to_publishing(period_id)


@office.post(f"{PUBLISHING}/countersign")
@role(Role.ORGANIZER)
def countersign_scores(period_id: int) -> Response:
    """Sign second; once that is committed the keys are destroyed."""
    with database().transaction() as session:
        countersign(
            session,
            period_id=period_id,
            without_total=stated(),
            now=now(),
            by=current_account().id,
        )
    flash(gettext("Certified by two persons."))
    return destroy_campaign_keys(period_id)


@office.post(f"{PUBLISHING}/keys")
@role(Role.ORGANIZER)
def destroy_campaign_keys(period_id: int) -> Response:
    """Destroy the keys that are still on the server."""
    store = keys()
    with database().transaction() as session:
        n = destroy_keys(
            session, period_id=period_id, store=store, now=now(), by=current_account().id
        )
    if n:
        flash(ngettext("%(num)s key destroyed.", "%(num)s keys destroyed.", n))
    return to_publishing(period_id)


@office.get(f"{PUBLISHING}/preview")
@role(*READERS)
def preview_board(period_id: int) -> str:
    """Show the board as everybody will see it."""
    with database().transaction() as session:
        publication = publication_of(session, period_id=period_id)
        run = (
            publication.run
            if publication
            else latest_run(session, period_id=period_id, leaves_out_excluded=True)
        )
        if run is None:
            raise NotFound("no_scores")
        shown = board_of(session, run, publication=None)
        numbers = participation(session, period_id=period_id)
    certified = publication is not None and publication.second_certifier is not None
    return render_template(
        "office/publishing/preview.html",
        **board_page(shown, numbers),
        words="",
        found=(),
        preview=True,
        published=publication is not None and publication.published_at is not None,
        may_publish=certified and publication is not None and publication.published_at is None,
    )


@office.post(f"{PUBLISHING}/publish")
@role(Role.ORGANIZER)
def publish_scores(period_id: int) -> Response:
    """Show the board to everybody."""
    with database().transaction() as session:
        publish(session, period_id=period_id, now=now(), by=current_account().id)
    flash(gettext("The results are public."))
    return to_publishing(period_id)


@office.get(f"{PUBLISHING}/scores.xlsx")
@role(*READERS)
def download_scores(period_id: int) -> Response:
    """Send both runs as a workbook."""
    with database().transaction() as session:
        standing = period_stage(session, period_id=period_id)
        if latest_run(session, period_id=period_id, leaves_out_excluded=True) is None:
            raise NotFound("no_scores")
        workbook = score_workbook(session, period_id=period_id, timezone=config().timezone)
    name = f"scores-{standing.period.code}.xlsx"
    return send_file(BytesIO(workbook), mimetype=XLSX, as_attachment=True, download_name=name)


def to_publishing(period_id: int) -> Response:
    """Back to the room."""
    return redirect(url_for("office.publishing", period_id=period_id))
