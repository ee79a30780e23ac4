"""A voter's request as it arrives, read without Flask."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from webapp.languages import DEFAULT, LANGUAGES

PLAIN_FORM: Final = "application/x-www-form-urlencoded"
LONGEST_FORM: Final = 200_000
MOST_FIELDS: Final = 1000


class NotInOrder(Exception):
    """The request needs a second look."""


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
