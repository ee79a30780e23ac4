"""Enter a code, answer, send, keep the receipt. A GET never uses a code up.

Most papers and ballots are served by `express` before they come here.
"""

from flask import make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from surveys.casting.cast_ballot import Voter, cast_ballot
from surveys.casting.papers import ballot_paper, paper_of_batch
from surveys.errors import Invalid
from webapp.access import public
from webapp.citizen.blueprint import citizen
from webapp.citizen.compiled_forms import compiled_door, compiled_receipt
from webapp.citizen.forms import BallotForm, CodeForm
from webapp.citizen.paper_pages import (
    age_problems,
    corrections,
    paper_page,
    problems_of,
    receipt_slots,
)
from webapp.citizen.proving import require_proof
from webapp.citizen.speaking import best_of, speaking, spoken_on
from webapp.citizen.voters import browser, casting_keys_of, identity_of, marks
from webapp.context import database, now
from webapp.frame.language import remember
from webapp.languages import catalogue_language, language
from webapp.palettes import chosen_palette, known_palette, palette_words, remember_palette

LONGEST_CODE = 120


@citizen.get("/b")
@citizen.get("/B", endpoint="enter_scanned")
@public
def enter() -> str:
    """Ask for the code; the script moves a scanned one out of the address."""
    slots = {"token": generate_csrf(), **palette_words(chosen_palette())}
    return compiled_door(language()).render(slots)


@citizen.get("/B/<code>")
@public
def enter_linked(code: str) -> str:
    """Move a code that could only come in the path into the body of a request."""
    return render_template("citizen/casting/enter.html", code=code[:LONGEST_CODE], move=True)


@citizen.get("/b/paper", endpoint="paper_again")
@citizen.get("/b/ballot", endpoint="ballot_again")
@public
def start_again() -> BaseResponse:
    """Lead back a browser that reopens a page it had reached with a form."""
    return redirect(url_for("citizen.enter"))


@citizen.post("/b/paper")
@public
def paper() -> BaseResponse:
    """Show the ballot paper; with answers where only language or palette was changed."""
    form = CodeForm()
    with database().box() as connection:
        found = ballot_paper(connection, code=form.code.data or "")
    if "palette" in request.form:
        palette = known_palette(request.form["palette"])
        return remember_palette(paper_page(found, form, palette=palette), palette)
    if "language" not in request.form:
        return paper_page(found, form)
    spoken = best_of(found, wanted=request.form["language"], otherwise=language())
    return remember(paper_page(found, form, language=spoken), spoken)


@citizen.post("/b/ballot")
@public
def cast() -> BaseResponse:
    """Cast the ballot and show its receipt; the same nonce gives the same receipt again."""
    form = BallotForm()
    came = browser()
    with database().box() as connection:
        answered = paper_of_batch(connection, batch_id=form.batch_id)
        problems = age_problems(answered, form)
        try:
            answers = answered.sheet.read(form.answers.data)
        except Invalid as error:
            problems += problems_of(error)
        if problems:
            return corrections(answered, form, problems)
        require_proof(answered, form)
        secrets = casting_keys_of(answered.campaign_id)
        duration = form.duration(now=now().timestamp())
        identity = identity_of(form.identity.data or "", came)
        receipt = cast_ballot(
            connection,
            paper=answered,
            voter=Voter(form.code.data or "", form.nonce_bytes, identity),
            answers=answers,
            keys=secrets,
            marks=marks(secrets, browser=came, now=now(), duration=duration),
        )
    spoken = catalogue_language(spoken_on(answered))
    with speaking(spoken):
        page = compiled_receipt(answered, spoken)
    return make_response(page.render(receipt_slots(receipt, palette=chosen_palette())))
