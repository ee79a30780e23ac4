"""What a request tells of its voter: an identity for posters, and the coarse marks of a ballot."""

from hashlib import sha256

from flask import current_app, request, session

from surveys.casting.cast_ballot import Marks
from surveys.casting.casting_keys import CastingKeyring, CastingKeys
from surveys.casting.tags import coarse_seconds, device_tag, network_tag, time_bucket
from surveys.issuing.codes import IDENTITY_BYTES
from webapp.context import keys, now

KEYRING = "gongping_casting_keys"
# Flask-WTF's name for the random value in the page cookie.
_BROWSER = "csrf_token"


def casting_keys_of(campaign_id: int) -> CastingKeys:
    """A campaign's keys, read from their files once per process."""
    keyring = current_app.extensions.get(KEYRING)
    if keyring is None:
        keyring = current_app.extensions.setdefault(KEYRING, CastingKeyring(keys()))
    return keyring.of(campaign_id)  # type: ignore[no-any-return]


def browser_identity() -> bytes:
    """By which a poster knows a browser again: made from the form token, so no cookie is added.

    It lasts as long as the browser is open; a second ballot from it counts as the first.
    """
    return sha256(b"gongping|browser|" + _browser().encode()).digest()[:IDENTITY_BYTES]


def marks(secrets: CastingKeys, *, duration: float | None) -> Marks:
    """The coarse, keyed marks that go into the envelope."""
    address = request.remote_addr or ""
    return Marks(
        bucket=time_bucket(now()),
        seconds=0 if duration is None else coarse_seconds(duration),
        network=network_tag(address, key=secrets.tags),
        device=device_tag(
            address, agent=request.user_agent.string, cookie=_browser(), key=secrets.tags
        ),
    )


def _browser() -> str:
    return str(session.get(_BROWSER, ""))
