"""When a ballot cannot be shown or taken: calm words, a status, and what to do next."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.casting.papers import paper_of_batch
from surveys.errors import DomainError, Invalid, Refused
from webapp.citizen.blueprint import citizen
from webapp.citizen.compiled_forms import hidden_fields
from webapp.citizen.forms import BallotForm
from webapp.citizen.paper_pages import paper_page
from webapp.citizen.patience import retry_after
from webapp.citizen.proving import HEADER, fresh_challenge, seconds_after_refusal
from webapp.context import database
from webapp.errors import status_of, words_of
from webapp.logs import log_failure

LONGEST_SHOWN = 120
MISTYPED = frozenset(
    {"code_mistyped", "code_mistyped_somewhere", "code_wrong_length", "code_bad_character"}
)
# A used or closed code is no guess; a good one never comes here.
WRONG_CODE = MISTYPED | {"code_unknown"}
TO_TYPE_AGAIN = MISTYPED | {"too_many_wrong_codes"}


@citizen.errorhandler(DomainError)
def refused(error: DomainError) -> Response:
    """Say why, and what to do next."""
    if error.code == "code_mistyped" and error.facts.get("position") is None:
        error = Invalid("code_mistyped_somewhere")
    if error.code == "too_many_without_proof":
        return slowly(int(str(error.facts["seconds"])))
    wait = seconds_after_refusal(wrong_code=error.code in WRONG_CODE)
    challenge = fresh_challenge() if wait else ""
    if wait:
        error = Refused("too_many_wrong_codes")
    code = request.form.get("code", "")[:LONGEST_SHOWN]
    response = make_response(
        render_template(
            "citizen/casting/refused.html",
            words=words_of(error),
            code=code,
            groups=_groups(code),
            wrong_group=error.facts.get("group"),
            type_again=error.code in TO_TYPE_AGAIN,
            challenge=challenge,
        )
    )
    response.status_code = status_of(error)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def slowly(seconds: int) -> Response:
    """Ask a ballot without proof of work to come again: the page holds all that was sent."""
    response = make_response(
        render_template(
            "citizen/casting/busy.html", kept=_kept(), action=request.path, seconds=seconds
        )
    )
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(seconds)
    response.headers[HEADER] = fresh_challenge()
    return response


@citizen.errorhandler(CSRFError)
def send_again(_: CSRFError) -> Response:
    """Give the page again, as filled in, with a token that fits."""
    if request.endpoint == "citizen.cast":
        form = BallotForm()
        # What fails in here no other handler would answer.
        try:
            with database().box() as connection:
                paper = paper_of_batch(connection, batch_id=form.batch_id)
        except DomainError as error:
            return refused(error)
        except (OperationalError, PoolTimeout) as error:
            return busy(error)
        response = paper_page(paper, form, notice=render_template("citizen/casting/expired.html"))
    else:
        code = request.form.get("code", "")[:LONGEST_SHOWN]
        response = make_response(
            render_template("citizen/casting/enter.html", code=code, move=False, expired=True)
        )
    response.status_code = HTTPStatus.BAD_REQUEST
    return response


@citizen.errorhandler(OperationalError)
@citizen.errorhandler(PoolTimeout)
def busy(error: Exception) -> Response:
    """Ask to try again: the page holds all that was sent, under the same nonce."""
    log_failure(error)
    response = make_response(
        render_template("citizen/casting/busy.html", kept=_kept(), action=request.path, seconds=0)
    )
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    name, seconds = retry_after()
    response.headers[name] = seconds
    return response


def _kept() -> Markup:
    """What was sent, to be sent again with a token that fits."""
    sent = request.form.to_dict()
    return hidden_fields(sent | {"csrf_token": generate_csrf()}) if sent else Markup()


def _groups(code: str) -> list[str]:
    """Cut what was typed as it stands on the sheet, so that the eye finds the wrong place."""
    bare = "".join(character for character in code.upper() if character.isalnum())
    return [bare[start : start + 4] for start in range(0, len(bare), 4)]
