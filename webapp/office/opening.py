"""Close a campaign, ask for the opening of its box, open it: an organizer and two officers."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from surveys.jobs import latest_job
from surveys.models import Role
from surveys.monitoring.turnout import turnout
from surveys.opening.box_files import read_box
from surveys.opening.carry_box import import_box
from surveys.opening.close_campaign import close_campaign
from surveys.opening.close_signatures import close_standings, kept_close, sign_close
from surveys.opening.close_statement import close_statement, leaves_text
from surveys.opening.keys import Role as KeyRole
from surveys.opening.open_box import open_box, request_opening, withdraw_request
from surveys.opening.opening_story import keys_on_server, opening_story, require_second_officer
from webapp.access import current_account, role
from webapp.context import database, keys, now
from webapp.errors import words_of
from webapp.jobs import Task, start, work
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.uploads import uploads

READERS = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
KIND = "open_box"
STEPS = {
    "": _("Getting ready"),
    "outer_layer": _("Officer A's layer: open and shuffle"),
    "inner_layer": _("Officer B's layer: open and shuffle"),
    "landing": _("Check stamps and numbers, store the ballots"),
}


@office.get("/campaigns/<int:campaign_id>/opening")
@role(*READERS)
def opening(campaign_id: int) -> str:
    """Show how far the box has come, and what comes next."""
    # The job first: one that ends meanwhile is then still shown as running, and the page looks
    # again; the other way round it would show neither the work nor what came of it.
    standing = job_words(campaign_id)
    with database().transaction() as session:
        story = opening_story(session, campaign_id=campaign_id)
        total = turnout(session, campaign_id=campaign_id).total
        statement, signed = None, None
        if story.campaign.root is not None:
            statement = close_statement(session, campaign_id=campaign_id)
            signed = close_standings(session, campaign_id=campaign_id)
    return render_template(
        "office/opening/opening.html",
        story=story,
        total=total,
        statement=statement,
        signed=signed,
        root=root_groups(story.campaign.root),
        layer=root_groups(story.waiting.layer_h if story.waiting else None),
        keys_kept=(story.campaign.manifest or {}).get("keys_kept"),
        account_id=current_account().id,
        live=False,
        **standing,
    )


@office.get("/campaigns/<int:campaign_id>/opening/live")
@role(*READERS)
def opening_live(campaign_id: int) -> str:
    """Show the progress alone."""
    return render_template("office/opening/progress.html", live=True, **job_words(campaign_id))


@office.post("/campaigns/<int:campaign_id>/opening/close")
@role(Role.ORGANIZER)
def close(campaign_id: int) -> AnyResponse:
    """Let no ballot enter any more, and sign what the box holds."""
    by = current_account().id
    with database().transaction() as session:
        close_campaign(session, campaign_id=campaign_id, now=now(), by=by)
        if KeyRole.RECEIPTS in keys().roles(campaign_id):
            key = keys().load(KeyRole.RECEIPTS, campaign_id)
            sign_close(session, campaign_id=campaign_id, key=key, now=now(), by=by)
    flash(gettext("The campaign is closed. Write the number and the root into the minutes."))
    return redirect(url_for("office.opening", campaign_id=campaign_id))


@office.post("/campaigns/<int:campaign_id>/opening/request")
@role(Role.OFFICER)
def ask(campaign_id: int) -> AnyResponse:
    """First officer: ask for the opening, and sign the close with officer A's key."""
    by = current_account().id
    with database().transaction() as session:
        request_opening(session, campaign_id=campaign_id, now=now(), by=by)
        key = keys().load(KeyRole.OFFICER_A, campaign_id)
        sign_close(session, campaign_id=campaign_id, key=key, now=now(), by=by)
    flash(gettext("The opening is asked for. It waits for a second officer."))
    return redirect(url_for("office.opening", campaign_id=campaign_id))


@office.post("/campaigns/<int:campaign_id>/opening/withdraw")
@role(Role.OFFICER)
def withdraw(campaign_id: int) -> AnyResponse:
    """Take the request back."""
    with database().transaction() as session:
        withdraw_request(session, campaign_id=campaign_id, now=now(), by=current_account().id)
    flash(gettext("The request is withdrawn. The box stays shut."))
    return redirect(url_for("office.opening", campaign_id=campaign_id))


@office.post("/campaigns/<int:campaign_id>/opening/open")
@role(Role.OFFICER)
def open_it(campaign_id: int) -> AnyResponse:
    """Second officer: open the box, in the background."""
    keys_on_server(keys(), campaign_id=campaign_id)  # refused here rather than in the background
    with database().transaction() as session:
        require_second_officer(session, campaign_id=campaign_id, by=current_account().id)
        start(session, KIND, campaign_id=campaign_id)
    return redirect(url_for("office.opening", campaign_id=campaign_id))


@work(KIND)
def opening_work(session: Session, task: Task) -> None:
    """Open the box: with the keys on this server, or from the file that the officers brought.

    Officer B's signature under the close stands with the ballots, or neither does.
    """
    if uploaded := task.args.get("upload"):
        with uploads().opened(uploaded) as stream:
            import_box(
                session,
                campaign_id=task.campaign_id,
                box=read_box(stream),
                now=task.now,
                by=task.by,
                progress=task.progress,
            )
        return
    officers = keys_on_server(keys(), campaign_id=task.campaign_id)
    sign_close(session, campaign_id=task.campaign_id, key=officers.b, now=task.now, by=task.by)
    open_box(
        session,
        campaign_id=task.campaign_id,
        keys=officers,
        now=task.now,
        by=task.by,
        progress=task.progress,
    )


@office.get("/campaigns/<int:campaign_id>/opening/close.json")
@role(*READERS)
def close_document(campaign_id: int) -> Response:
    """Give out the close statement with the signatures that it has."""
    with database().transaction() as session:
        statement = kept_close(session, campaign_id=campaign_id)
    return download(statement.document(), "close.json", "application/json")


@office.get("/campaigns/<int:campaign_id>/opening/leaves.txt")
@role(*READERS)
def leaves(campaign_id: int) -> Response:
    """Give out the list of leaves: one line each, in rising order."""
    with database().transaction() as session:
        lines = leaves_text(session, campaign_id=campaign_id)
    return download(lines, "leaves.txt", "text/plain")


def job_words(campaign_id: int) -> dict[str, Any]:
    """How the opening stands, in words: the job, its step, its error."""
    with database().transaction() as session:
        job = latest_job(session, kind=KIND, campaign_id=campaign_id, now=now())
    error = words_of(job.error) if job and job.error else None
    steps = list(STEPS)
    place = steps.index(job.step) if job and job.step in steps else 0
    return {
        "campaign_id": campaign_id,
        "job": job,
        "error": error,
        "step": STEPS[steps[place]],
        "place": max(place, 1),
        "n_steps": len(steps) - 1,
    }


def root_groups(root: bytes | None) -> list[str]:
    """A root as people read it out: eight groups of eight."""
    text = root.hex() if root else ""
    return [text[start : start + 8] for start in range(0, len(text), 8)]
