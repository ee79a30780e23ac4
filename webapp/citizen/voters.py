"""What a request tells of its voter: an identity for posters, and the coarse marks of a ballot."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import Flask, current_app, request, session

from surveys.casting.cast_ballot import Marks
from surveys.casting.casting_keys import CastingKeyring, CastingKeys
from surveys.casting.tags import both_tags, coarse_seconds, time_bucket
from surveys.issuing.codes import IDENTITY_BYTES
from surveys.opening.keys import KeyStore
from webapp.context import EXTENSION, Context

KEYRING = "gongping_casting_keys"
IDENTITY = re.compile(f"[0-9a-f]{{{2 * IDENTITY_BYTES}}}")
# Flask-WTF's name for the random value in the page cookie.
_BROWSER = "csrf_token"


@dataclass(frozen=True, slots=True)
class Browser:
    """From where a request comes.

    Parameters
    ----------
    cookie : the random value in the page cookie
    agent : as the browser calls itself
    address : the peer's
    """

    cookie: str
    agent: str
    address: str

    @property
    def identity(self) -> bytes:
        """By which a poster knows a browser without scripts: made from the page cookie's token.

        It lasts as long as the browser is open; a second ballot from it counts as the first.
        """
        return sha256(b"gongping|browser|" + self.cookie.encode()).digest()[:IDENTITY_BYTES]


def identity_of(drawn: str, browser: Browser) -> bytes:
    """By which a poster knows a ballot: what the browser drew at random, or else its page cookie.

    Parameters
    ----------
    drawn : 32 hexadecimal digits out of the form; anything else counts as none
    """
    return bytes.fromhex(drawn) if IDENTITY.fullmatch(drawn) else browser.identity


def browser() -> Browser:
    """From where the present request comes."""
    return Browser(
        str(session.get(_BROWSER, "")), request.user_agent.string, request.remote_addr or ""
    )


def casting_keyring(app: Flask) -> CastingKeyring:
    """The keyring of a process."""
    kept: CastingKeyring | None = app.extensions.get(KEYRING)
    if kept is None:
        context: Context = app.extensions[EXTENSION]
        store = KeyStore(context.config.data_dir / "keys", random_bytes=context.random_bytes)
        kept = app.extensions.setdefault(KEYRING, CastingKeyring(store))
    return kept


def casting_keys_of(campaign_id: int) -> CastingKeys:
    """A campaign's keys, read from their files once per process."""
    return casting_keyring(current_app).of(campaign_id)


def marks(
    secrets: CastingKeys, *, browser: Browser, now: datetime, duration: float | None
) -> Marks:
    """The coarse, keyed marks that go into the envelope."""
    network, device = both_tags(
        browser.address, agent=browser.agent, cookie=browser.cookie, key=secrets.tags
    )
    return Marks(
        bucket=time_bucket(now),
        seconds=0 if duration is None else coarse_seconds(duration),
        network=network,
        device=device,
    )
