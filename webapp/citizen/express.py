"""The express counter: voters for whom all is in order, served without the way round by Flask.

Contexts, hooks, form library and lazy words cost more than sealing and storing a ballot. What is
taken here needs no second look: a known host, a form of our own page, a good code, complete
answers. Everything else, every error too, goes on to the views in `casting`, unread and whole;
coming twice does no harm, since the nonce gives the same receipt again.

The counter asks nobody and never waits: it says what the box is to be asked and what comes of the
answer. `webapp.reception` asks, in the event loop.
Figures: docs/adr/0007-express-counter.md.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from http import HTTPStatus

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.http import parse_cookie
from werkzeug.wsgi import get_host

from surveys.casting.box_call import Asked, Row
from surveys.casting.cast_ballot import Voter, ballot_call, receipt_of, seal_ballot
from surveys.casting.casting_keys import CastingKeys
from surveys.casting.papers import Paper, admitted_batch, code_call, kept_paper
from webapp.citizen.arrival import Arrival, NotInOrder, form_of, spoken_to
from webapp.citizen.compiled_forms import (
    MOST_FORMS,
    CompiledPage,
    CompiledPaper,
    compiled_busy,
    compiled_door,
    compiled_paper,
    compiled_receipt,
    hidden_fields,
)
from webapp.citizen.forms import NONCE, Sent
from webapp.citizen.page_tokens import TOKEN, PageTokens
from webapp.citizen.paper_pages import AGE, NONCE_BYTES, OLD_ENOUGH, receipt_slots
from webapp.citizen.patience import retry_after
from webapp.citizen.speaking import best_of, speaking
from webapp.citizen.voters import Browser, casting_keyring, identity_of, marks
from webapp.context import EXTENSION, Context
from webapp.languages import COOKIE, catalogue_language
from webapp.palettes import COOKIE as PALETTE_COOKIE
from webapp.palettes import known_palette, palette_words
from webapp.security import headers_for, is_foreign

MOST_HOSTS = 64
# The lane of those who send a code; ballots have one for each campaign.
LOOKING_UP = "codes"


@dataclass(frozen=True, slots=True)
class Served:
    """A page.

    Parameters
    ----------
    headers : what it needs besides the usual ones
    """

    text: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Question:
    """What the box is to be asked before a request can be answered.

    Parameters
    ----------
    lane : with whom it may go together
    asked : the call
    then : makes the page of the answer
    """

    lane: Hashable
    asked: Asked
    then: Callable[[Row | None], Served]


Serve = Callable[[Arrival], Served | Question]


@dataclass(frozen=True, slots=True)
class Request:
    """A request of which host, origin and form token are in order."""

    sent: Sent
    wanted: str
    language: str
    palette: str
    browser: Browser

    def spoken_on(self, paper: Paper) -> str:
        """The language of the paper."""
        return best_of(paper, wanted=self.wanted, otherwise=self.language)


class ExpressCounter:
    """What is served without Flask: `served` has a function for each method and path.

    Each raises where the request is not in order: then Flask is to serve it.

    Parameters
    ----------
    app : whose cookies, keys and database are used
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        context: Context = app.extensions[EXTENSION]
        self.context = context
        self.headers = [
            *headers_for(context.config).items(),
            ("Cache-Control", "no-store"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Vary", "Cookie"),
        ]
        self.served: dict[tuple[str, str], Serve] = {
            ("GET", "/b"): self.door,
            ("GET", "/B"): self.door,
            ("POST", "/b/paper"): self.paper,
            ("POST", "/b/ballot"): self.cast,
        }
        self.tokens = PageTokens(app)
        self.door_page = lru_cache(MOST_FORMS)(self._door_page)
        self.paper_page = lru_cache(MOST_FORMS)(self._paper_page)
        self.receipt_page = lru_cache(MOST_FORMS)(self._receipt_page)
        self.busy_page = lru_cache(MOST_FORMS)(self._busy_page)
        self.trusts = lru_cache(MOST_HOSTS)(self._trusts)

    def door(self, arrival: Arrival) -> Served:
        """Ask for the code; a browser without a page cookie gets one, as the session gives it."""
        cookies = self._cookies(arrival)
        if arrival.query:
            raise NotInOrder
        if cookie := cookies.get(self.app.config["SESSION_COOKIE_NAME"]):
            value, *made = (self.tokens.value(cookie),)
        else:
            value, kept = self.tokens.fresh()
            made = [("Set-Cookie", kept)]
        wanted = cookies.get(COOKIE, "")
        slots = {
            "token": self.tokens.token(value),
            **palette_words(known_palette(cookies.get(PALETTE_COOKIE, ""))),
        }
        return Served(self.door_page(spoken_to(arrival, wanted)).render(slots), tuple(made))

    def paper(self, arrival: Arrival) -> Question:
        """Show a fresh ballot paper."""
        request = self._request(arrival)
        if request.sent.names - {TOKEN, "code"}:
            raise NotInOrder  # filled in already, or a language or palette is wanted
        return Question(LOOKING_UP, code_call(request.sent.code), partial(self._shown, request))

    def _shown(self, request: Request, row: Row | None) -> Served:
        found = self._paper(admitted_batch(row))
        if found.proof_of_work:
            raise NotInOrder
        slots = {
            TOKEN: request.sent.fields[TOKEN],  # it holds as long as its cookie
            "code": request.sent.code,
            "nonce": self.context.random_bytes(NONCE_BYTES).hex(),
            "shown": str(int(self.context.clock().timestamp())),
            **palette_words(request.palette),
        }
        return Served(self.paper_page(found, request.spoken_on(found)).render(slots))

    def cast(self, arrival: Arrival) -> Question:
        """Cast a ballot and show its receipt."""
        request = self._request(arrival)
        sent = request.sent
        if not NONCE.fullmatch(sent.nonce):
            raise NotInOrder
        now = self.context.clock()
        paper = self._paper(sent.batch_id)
        if paper.proof_of_work or (paper.asks_age and sent.fields.get(AGE) != OLD_ENOUGH):
            raise NotInOrder
        secrets = casting_keyring(self.app).of(paper.campaign_id)
        sealed = seal_ballot(
            paper,
            answers=paper.sheet.read(sent.answers),
            keys=secrets,
            marks=marks(
                secrets,
                browser=request.browser,
                now=now,
                duration=sent.duration(now=now.timestamp()),
            ),
        )
        identity = identity_of(sent.fields.get("identity", ""), request.browser)
        voter = Voter(sent.code, sent.nonce.encode("ascii"), identity)
        call = ballot_call(paper, voter=voter, sealed=sealed)
        return Question(paper.campaign_id, call, partial(self._thanked, request, paper, secrets))

    def _thanked(
        self, request: Request, paper: Paper, secrets: CastingKeys, row: Row | None
    ) -> Served:
        receipt = receipt_of(row, paper=paper, keys=secrets)
        spoken = catalogue_language(request.spoken_on(paper))
        slots = receipt_slots(receipt, palette=request.palette)
        return Served(self.receipt_page(paper, spoken).render(slots))

    def busy(self, arrival: Arrival, path: str) -> Served:
        """Ask to come again: the page holds all that was sent, under the same nonce."""
        request = self._request(arrival)
        slots = {
            "kept": hidden_fields(request.sent.fields),
            **palette_words(request.palette),
        }
        page = self.busy_page(path, request.language).render(slots)
        return Served(page, (retry_after(),), HTTPStatus.SERVICE_UNAVAILABLE)

    def _paper(self, batch_id: int) -> Paper:
        """A paper that this process has read before; the views read it for the first voter."""
        paper = kept_paper(self.context.database.box_engine, batch_id=batch_id)
        if paper is None:
            raise NotInOrder
        return paper

    def _cookies(self, arrival: Arrival) -> Mapping[str, str]:
        if not self.trusts(arrival.header("host")):
            raise NotInOrder
        return parse_cookie(arrival.header("cookie"))

    def _request(self, arrival: Arrival) -> Request:
        cookies = self._cookies(arrival)
        if is_foreign(arrival.headers.get("sec-fetch-site")):
            raise NotInOrder
        sent = Sent(form_of(arrival))
        browser = Browser(
            cookie=self.tokens.value(cookies.get(self.app.config["SESSION_COOKIE_NAME"], "")),
            agent=arrival.header("user-agent"),
            address=arrival.address,
        )
        self.tokens.require(sent.fields.get(TOKEN, ""), browser.cookie)
        wanted = cookies.get(COOKIE, "")
        palette = known_palette(cookies.get(PALETTE_COOKIE, ""))
        return Request(sent, wanted, spoken_to(arrival, wanted), palette, browser)

    def _trusts(self, host: str) -> bool:
        try:
            get_host(
                {"HTTP_HOST": host, "wsgi.url_scheme": "http"}, self.app.config["TRUSTED_HOSTS"]
            )
        except SecurityError:
            return False
        return True

    def _door_page(self, language: str) -> CompiledPage:
        with self.app.test_request_context("/b"), speaking(language):
            return compiled_door(language)

    def _paper_page(self, paper: Paper, language: str) -> CompiledPaper:
        with self.app.test_request_context("/b"), speaking(language):
            return compiled_paper(paper, language)

    def _receipt_page(self, paper: Paper, language: str) -> CompiledPage:
        with self.app.test_request_context("/b"), speaking(language):
            return compiled_receipt(paper, language)

    def _busy_page(self, path: str, language: str) -> CompiledPage:
        with self.app.test_request_context(path), speaking(language):
            return compiled_busy(path, language)
