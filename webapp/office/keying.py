"""Key paper ballots in: the code, then digits; two persons who do not see each other's readings."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.casting.papers import Paper, ballot_paper
from surveys.errors import Conflict, Invalid, NotFound
from surveys.issuing.paper_form import fingerprint
from surveys.keying.key_in import (
    Reading,
    key_in,
    keyed_counts,
    standing_of_paper,
    unclear_places,
)
from surveys.models import Campaign, KeyedState, Role
from webapp.access import current_account, role
from webapp.citizen.voters import casting_keys_of
from webapp.context import database, now
from webapp.errors import error_text
from webapp.office.blueprint import office
from webapp.office.keying_fields import KeyRow, fields_sent, key_rows

EITHER = (Role.ORGANIZER, Role.OFFICER)


@office.get("/campaigns/<int:campaign_id>/keying")
@role(*EITHER)
def keying(campaign_id: int) -> str:
    """Ask for the next paper's code."""
    return code_page(campaign_id)


@office.post("/campaigns/<int:campaign_id>/keying")
@role(*EITHER)
def key_paper(campaign_id: int) -> str | tuple[str, int]:
    """Show the paper of a code, to be filled with digits."""
    try:
        paper = paper_of(campaign_id, request.form.get("code", ""))
    except (Conflict, Invalid, NotFound) as error:
        return code_page(campaign_id, wrong=error_text(error)), 422
    return paper_page(campaign_id, paper, request.form.get("code", ""))


@office.post("/campaigns/<int:campaign_id>/keying/paper")
@role(*EITHER)
def keyed(campaign_id: int) -> Response | tuple[str, int]:
    """Take what was read."""
    code, unreadable = request.form.get("code", ""), "unreadable" in request.form
    paper = paper_of(campaign_id, code)
    try:
        answers = None if unreadable else paper.sheet.read(fields_sent(paper, request.form))
    except Invalid as error:
        return paper_page(campaign_id, paper, code, problems=error), 422
    reading = Reading(paper, code, answers)
    with database().transaction() as session, database().box() as box:
        state = key_in(
            session,
            box=box,
            reading=reading,
            keys=casting_keys_of(campaign_id),
            now=now(),
            by=current_account().id,
        )
    flash(said(state), "warn" if state is KeyedState.DIFFERS else "message")
    return redirect(url_for("office.keying", campaign_id=campaign_id))


def paper_of(campaign_id: int, code: str) -> Paper:
    """The paper of a code that this person may key in now; errors of `ballot_paper`."""
    with database().box() as box:
        paper = ballot_paper(box, code=code)
    if paper.campaign_id != campaign_id:
        raise NotFound("code_not_of_campaign")
    if paper.open_code:
        raise Conflict("poster_on_paper")
    with database().transaction() as session:
        standing_of_paper(session, code=code, by=current_account().id)
    return paper


def code_page(campaign_id: int, *, wrong: str = "") -> str:
    """The page that asks for a code, with how far the pile is."""
    with database().transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        counts = keyed_counts(session, campaign_id=campaign_id)
    return render_template("office/keying/code.html", campaign=campaign, counts=counts, wrong=wrong)


def paper_page(
    campaign_id: int, paper: Paper, code: str, *, problems: Invalid | None = None
) -> str:
    """The page with a field for each answer."""
    with database().transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        unclear = unclear_places(standing_of_paper(session, code=code, by=current_account().id))
    rows: list[list[KeyRow]] = key_rows(paper, unclear)
    return render_template(
        "office/keying/paper.html",
        campaign=campaign,
        paper=paper,
        fingerprint=fingerprint(paper.content),
        code=code,
        rows=rows,
        sent=request.form if problems else {},
        wrong={problem.field for problem in problems_of(problems)},
        unclear=bool(unclear),
    )


def problems_of(error: Invalid | None) -> tuple[Any, ...]:
    """What is wrong with the fields."""
    return error.facts.get("problems", ()) if error is not None else ()  # type: ignore[return-value]


def said(state: KeyedState) -> str:
    """What became of the paper."""
    match state:
        case KeyedState.ONCE:
            words = gettext("Noted. Put the paper on the pile for the second person.")
        case KeyedState.DIFFERS:
            words = gettext(
                "This reading differs from the one before. Put the paper on the third pile."
            )
        case KeyedState.CAST:
            words = gettext("Both readings agree: the ballot is in the box.")
        case KeyedState.SPOILED:
            words = gettext("Nobody could read it: the ballot is spoiled and its code is void.")
    return str(words)
