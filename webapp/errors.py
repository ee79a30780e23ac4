"""From an error's code to a status and calm words: what happened, and what to do next.

The domain raises codes with facts (surveys/errors.py); `webapp/error_words.py` has their words.
A program that asks the API gets the same code.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from surveys.errors import Conflict, DomainError, Invalid, NotFound, Refused
from webapp.access import expects_json, may_open
from webapp.error_words import BY_STATUS, WORDS, ErrorWords
from webapp.error_words.opening import NAMES
from webapp.languages import written_facts
from webapp.logs import log_failure
from webapp.way_back import nearest_page

STATUS_OF_KIND: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
    (Refused, 403),
)
RETRY_AFTER_SECONDS = "3"


class _Facts(dict[str, object]):
    """Facts for the words; one that is missing becomes an ellipsis instead of a second error."""

    def __missing__(self, key: str) -> str:
        return "…"


def status_of(error: DomainError) -> int:
    """Return the HTTP status of an error of the domain."""
    words = WORDS.get(error.code)
    if words:
        return words.status
    return next((status for kind, status in STATUS_OF_KIND if isinstance(error, kind)), 400)


def words_of(error: DomainError) -> ErrorWords:
    """Return an error's words with its facts filled in, in the page's language."""
    words = WORDS.get(error.code) or BY_STATUS[status_of(error)]
    facts = _Facts({name: _plain(fact) for name, fact in written_facts(error.facts).items()})
    for name in ("role", "got", "expected"):
        if (fact := facts.get(name)) in NAMES:
            facts[name] = str(NAMES[str(fact)])
    return ErrorWords(
        words.status,
        str(words.title) % facts,
        str(words.what) % facts,
        str(words.next_step) % facts,
    )


def error_text(error: DomainError) -> str:
    """Return one sentence for a notice on the page where the error arose."""
    return words_of(error).what


def _plain(fact: object) -> object:
    if isinstance(fact, (list, tuple, set, frozenset)):
        return str(gettext(", ")).join(str(part) for part in sorted(fact, key=str))
    return fact


def _answer(code: str, words: ErrorWords, facts: Mapping[str, object] | None = None) -> Response:
    if expects_json(request):
        body: dict[str, Any] = {"error": code, "title": str(words.title), "what": str(words.what)}
        if facts:
            body["facts"] = {name: _json(fact) for name, fact in facts.items()}
        answer = jsonify(body)
    else:
        back = None if words.status >= 500 else nearest_page(may_open)
        answer = make_response(
            render_template("errors/error.html", code=code, words=words, back=back)
        )
    answer.status_code = words.status
    if words.status in {429, 503}:
        answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return answer


def _json(fact: object) -> object:
    if isinstance(fact, (str, int, float, bool)) or fact is None:
        return fact
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_json(part) for part in fact]
    return str(fact)


def _domain_error(error: DomainError) -> Response:
    return _answer(error.code, words_of(error), error.facts)


def _not_found(_: NoResultFound) -> Response:
    return _answer("not_found", BY_STATUS[404])


def _page_too_old(_: CSRFError) -> Response:
    return _answer("page_too_old", WORDS["page_too_old"])


def _busy(error: Exception) -> Response:
    log_failure(error)
    return _answer("busy", BY_STATUS[503])


def _foreign_host(_: SecurityError) -> Response:
    # Without a host that we trust no address can be built, so there is no page to show.
    return make_response("Bad Request", 400, {"Content-Type": "text/plain"})


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    words = BY_STATUS.get(error.code) or BY_STATUS[400 if error.code < 500 else 500]
    answer = _answer(f"http_{error.code}", words)
    answer.status_code = error.code
    if (allowed := getattr(error, "valid_methods", None)) is not None:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def answer_errors(app: Flask) -> None:
    """Answer every error with a page (or JSON for the API) from the table of words."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(NoResultFound, _not_found)
    app.register_error_handler(CSRFError, _page_too_old)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http_error)
