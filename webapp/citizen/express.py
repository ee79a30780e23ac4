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
from functools import cached_property, lru_cache, partial
from hmac import compare_digest
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import SecurityError
from werkzeug.http import dump_cookie, parse_accept_header, parse_cookie
from werkzeug.wsgi import get_host

from surveys.casting.box_call import Asked, Row
from surveys.casting.cast_ballot import Voter, ballot_call, receipt_of, seal_ballot
from surveys.casting.casting_keys import CastingKeys
from surveys.casting.papers import Paper, admitted_batch, code_call, kept_paper
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
from webapp.citizen.paper_pages import AGE, NONCE_BYTES, OLD_ENOUGH, receipt_slots
from webapp.citizen.patience import retry_after
from webapp.citizen.speaking import best_of, speaking
from webapp.citizen.voters import Browser, casting_keyring, identity_of, marks
from webapp.context import EXTENSION, Context
from webapp.languages import COOKIE, DEFAULT, LANGUAGES, catalogue_language
from webapp.palettes import COOKIE as PALETTE_COOKIE
from webapp.palettes import known_palette, palette_words
from webapp.security import headers_for, is_foreign

PLAIN_FORM = "application/x-www-form-urlencoded"
LONGEST_FORM = 200_000
MOST_FIELDS = 1000
MOST_HOSTS = 64
MOST_COOKIES = 4096
TOKEN = "csrf_token"  # noqa: S105
TOKEN_SALT = "wtf-csrf-token"  # noqa: S105
COOKIE_BYTES = 20
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
class Arrival:
    """What the counter reads of a request.

    Parameters
    ----------
    headers : by their names in lower case
    query : of the address
    address : the peer's, behind our own proxies
    body : at most `LONGEST_FORM` bytes
    """

    headers: Mapping[str, str]
    query: str = ""
    address: str = ""
    body: bytes = b""

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return self.headers.get(name, "")


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


class NotInOrder(Exception):
    """The request needs a second look."""


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


class KeptKeySigner(TimestampSigner):
    """Derives a key once; deriving it for every signature takes as long as the signature."""

    derived: ClassVar[dict[tuple[object, ...], bytes]] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Return the key."""
        made_of = (
            secret_key or self.secret_keys[-1],
            self.salt,
            self.key_derivation,
            self.digest_method,
        )
        if made_of not in self.derived:
            self.derived[made_of] = super().derive_key(secret_key)
        return self.derived[made_of]


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
        self.tokens = URLSafeTimedSerializer(
            context.config.secret_key, salt=TOKEN_SALT, signer=KeptKeySigner
        )
        self.cookie_lifetime = app.permanent_session_lifetime.total_seconds()
        self.door_page = lru_cache(MOST_FORMS)(self._door_page)
        self.paper_page = lru_cache(MOST_FORMS)(self._paper_page)
        self.receipt_page = lru_cache(MOST_FORMS)(self._receipt_page)
        self.busy_page = lru_cache(MOST_FORMS)(self._busy_page)
        self.trusts = lru_cache(MOST_HOSTS)(self._trusts)
        # The same cookie and token come with the paper and with the ballot.
        self.signed_cookie = lru_cache(MOST_COOKIES)(self._signed_cookie)
        self.signed_token = lru_cache(MOST_COOKIES)(self._signed_token)

    def door(self, arrival: Arrival) -> Served:
        """Ask for the code; a browser without a page cookie gets one, as the session gives it."""
        cookies = self._cookies(arrival)
        if arrival.query:
            raise NotInOrder
        if cookie := cookies.get(self.app.config["SESSION_COOKIE_NAME"]):
            value, *made = (self._browser(cookie),)
        else:
            value = self.context.random_bytes(COOKIE_BYTES).hex()
            made = [("Set-Cookie", self._page_cookie(value))]
        wanted = cookies.get(COOKIE, "")
        slots = {
            "token": str(self.tokens.dumps(value)),
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
            cookie=self._browser(cookies.get(self.app.config["SESSION_COOKIE_NAME"], "")),
            agent=arrival.header("user-agent"),
            address=arrival.address,
        )
        self._require_token(sent.fields.get(TOKEN, ""), browser.cookie)
        wanted = cookies.get(COOKIE, "")
        palette = known_palette(cookies.get(PALETTE_COOKIE, ""))
        return Request(sent, wanted, spoken_to(arrival, wanted), palette, browser)

    def _page_cookie(self, value: str) -> str:
        """The header that lets a browser keep a new page cookie, as Flask's session writes it."""
        config = self.app.config
        return dump_cookie(
            config["SESSION_COOKIE_NAME"],
            self.cookies.dumps({TOKEN: value}),
            httponly=config["SESSION_COOKIE_HTTPONLY"],
            secure=config["SESSION_COOKIE_SECURE"],
            samesite=config["SESSION_COOKIE_SAMESITE"],
        )

    def _trusts(self, host: str) -> bool:
        try:
            get_host(
                {"HTTP_HOST": host, "wsgi.url_scheme": "http"}, self.app.config["TRUSTED_HOSTS"]
            )
        except SecurityError:
            return False
        return True

    def _signed_cookie(self, cookie: str) -> tuple[str, float]:
        """The random value in a page cookie of ours, and when it was signed."""
        try:
            value, signed_at = self.cookies.loads(cookie, return_timestamp=True)
            return str(value[TOKEN]), signed_at.timestamp()
        except (BadData, KeyError):
            raise NotInOrder from None

    @cached_property
    def cookies(self) -> Any:
        """Reads the page cookie as Flask does."""
        serializer: Any = SecureCookieSessionInterface().get_signing_serializer(self.app)
        serializer.signer = KeptKeySigner
        return serializer

    def _browser(self, cookie: str) -> str:
        token, signed_at = self.signed_cookie(cookie)
        if self.context.clock().timestamp() - signed_at > self.cookie_lifetime:
            raise NotInOrder
        return token

    def _signed_token(self, token: str) -> bytes:
        """Whose cookie a form token of ours belongs to."""
        try:
            return str(self.tokens.loads(token)).encode()
        except BadData:
            raise NotInOrder from None

    def _require_token(self, token: str, expected: str) -> None:
        if not compare_digest(self.signed_token(token), expected.encode()):
            raise NotInOrder

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


def spoken_to(arrival: Arrival, wanted: str) -> str:
    """The language of a request, of which the cookie wants one."""
    return wanted if wanted in LANGUAGES else best_language(arrival.headers.get("accept-language"))


@lru_cache(1024)
def best_language(header: str | None) -> str:
    """The language that a browser asks for, as `webapp.languages` chooses it."""
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(list(LANGUAGES), default=DEFAULT) or DEFAULT


def form_of(arrival: Arrival) -> dict[str, str]:
    """Read the form, of a name sent twice the first."""
    if arrival.header("content-type").partition(";")[0] != PLAIN_FORM:
        raise NotInOrder
    body = arrival.body
    if (plain := _plain_fields(body)) is not None:
        return plain
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            errors="werkzeug.url_quote",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise NotInOrder from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def _plain_fields(body: bytes) -> dict[str, str] | None:
    """The fields of a form in which nothing is escaped and nothing comes twice; None otherwise."""
    if b"%" in body or b"+" in body or b";" in body or not body.isascii():
        return None
    pairs = [pair.partition("=") for pair in body.decode("ascii").split("&")]
    fields = {name: value for name, equals, value in pairs if equals}
    return fields if len(fields) == len(pairs) <= MOST_FIELDS else None
