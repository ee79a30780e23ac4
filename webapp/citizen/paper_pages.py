"""The ballot paper's page: fresh, filled in again, or with what needs another look."""

from http import HTTPStatus

from flask import Response, make_response, render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from surveys.casting.answers import Problem
from surveys.casting.papers import Paper
from surveys.casting.receipts import Receipt
from surveys.errors import Invalid, Refused
from webapp.citizen.compiled_forms import compiled_paper
from webapp.citizen.forms import CodeForm
from webapp.citizen.paper_views import PaperView
from webapp.citizen.proving import fresh_challenge
from webapp.citizen.receipt_pictures import receipt_picture
from webapp.citizen.speaking import speaking, spoken_on
from webapp.context import now, random_bytes
from webapp.palettes import chosen_palette, palette_words

NONCE_BYTES = 18
AGE, OLD_ENOUGH, TOO_YOUNG = "age", "yes", "no"


def paper_page(
    paper: Paper,
    form: CodeForm,
    *,
    language: str = "",
    palette: str = "",
    problems: tuple[Problem, ...] = (),
    notice: str = "",
) -> Response:
    """Show the paper, with the answers the form has, under a notice of ready HTML.

    Parameters
    ----------
    language : one of the questionnaire's; "" for the request's own
    palette : likewise
    """
    spoken = language or spoken_on(paper)
    with speaking(spoken):
        page = compiled_paper(paper, spoken)
    if form.answers.data:
        page = page.filled_in(form.answers.data, problems)
    slots = {
        "csrf_token": generate_csrf(),
        "code": form.code.data or "",
        "nonce": form.kept_nonce or random_bytes(NONCE_BYTES).hex(),
        "shown": form.shown.data or str(int(now().timestamp())),
        "notice": Markup(notice),  # noqa: S704
        **palette_words(palette or chosen_palette()),
    }
    if paper.proof_of_work:
        slots["challenge"] = fresh_challenge()
    return make_response(page.render(slots))


def receipt_slots(receipt: Receipt, *, palette: str) -> dict[str, str]:
    """What a receipt's page shows, and in which palette."""
    payload = receipt.payload
    return {
        "number": receipt.printed.replace("-", " "),
        "payload": payload,
        "picture": receipt_picture(payload),
        **palette_words(palette),
    }


def corrections(paper: Paper, form: CodeForm, problems: tuple[Problem, ...]) -> Response:
    """Show the paper again, as filled in, with a list of what needs another look (422)."""
    view = PaperView(paper, spoken_on(paper))
    with speaking(view.language):
        notice = render_template(
            "citizen/casting/problems.html", view=view, problems=problems, fields=form.answers.data
        )
    response = paper_page(paper, form, problems=problems, notice=notice)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return response


def age_problems(paper: Paper, form: CodeForm) -> tuple[Problem, ...]:
    """The question for the voter's age, where it is asked and has no answer.

    The answer goes no further than here: it is neither in the ballot nor anywhere else.

    Raises
    ------
    Refused : ``under_age``
    """
    answer = form.answers.data.get(AGE, "")
    if not paper.asks_age or answer == OLD_ENOUGH:
        return ()
    if answer == TOO_YOUNG:
        raise Refused("under_age")
    return (Problem("missing", AGE),)


def problems_of(error: Invalid) -> tuple[Problem, ...]:
    """Return what is wrong with the answers; any other error goes on its way."""
    problems = error.facts.get("problems")
    if not isinstance(problems, tuple):
        raise error
    return problems
