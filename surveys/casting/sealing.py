"""Stamp, pad and seal a ballot: officer B's layer inside, officer A's outside.

Every envelope of a suite has the same length, so length tells nothing. When it was cast stands
in officer A's layer, beside officer B's. Byte for byte:
docs/envelope-format.md. Why so: docs/adr/0002-sealed-envelopes.md.
"""

import secrets
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from surveys.casting.context import context
from surveys.casting.moments import NO_NOTE, NOTE_BYTES, TimeNote
from surveys.casting.suites import X25519, SealingKey, SealingSuite, suite_numbered
from surveys.errors import Invalid

CastingKey = Ed25519PrivateKey

MAGIC = b"GP\x02"
HEADER_BYTES = len(MAGIC) + 1
NONCE_BYTES = 16
STAMP_BYTES = 64
LENGTH_BYTES = 2
# Chosen so that an envelope of suite 1 has 1792 bytes: four rows to a page of 8 kB, no TOAST.
PADDED_LENGTH = 1652
LONGEST_BODY = PADDED_LENGTH - NONCE_BYTES - STAMP_BYTES - LENGTH_BYTES


def sealed_length(suite: SealingSuite) -> int:
    """Bytes of every envelope of a suite."""
    return HEADER_BYTES + 2 * suite.overhead + PADDED_LENGTH + NOTE_BYTES


SEALED_LENGTH = sealed_length(X25519)


@dataclass(frozen=True)
class PublicKeys:
    """The two officers a campaign's ballots are sealed for.

    Parameters
    ----------
    officer_a, officer_b : raw public keys
    suite : number of the suite
    """

    officer_a: bytes
    officer_b: bytes
    suite: int = X25519.number

    @cached_property
    def cipher(self) -> SealingSuite:
        """The suite; Invalid ``unknown_suite``."""
        return suite_numbered(self.suite)

    @cached_property
    def outer(self) -> SealingKey:
        """Officer A's key."""
        return self._key("officer_a", self.officer_a)

    @cached_property
    def inner(self) -> SealingKey:
        """Officer B's key."""
        return self._key("officer_b", self.officer_b)

    def _key(self, role: str, raw: bytes) -> SealingKey:
        try:
            return self.cipher.sealing_key(raw)
        except ValueError:
            raise Invalid("bad_public_key", role=role) from None


def header(suite: int) -> bytes:
    """The four bytes in front: ``GP``, version 2, suite."""
    return MAGIC + bytes([suite])


def layer_info(role: str, campaign: str | int, *, suite: int) -> bytes:
    """What a layer is bound to: whose it is, the campaign, version and suite."""
    return context(role, campaign) + header(suite)


def stamped_bytes(nonce: bytes, body: bytes, *, campaign: str | int) -> bytes:
    """What the casting stamp signs."""
    return context("stamp", campaign) + nonce + body


def seal(
    body: bytes,
    *,
    campaign: str | int,
    keys: PublicKeys,
    casting_key: CastingKey,
    note: TimeNote = NO_NOTE,
) -> bytes:
    """Seal a ballot's body for officer B, then for officer A.

    The stamp's nonce is drawn here and nowhere else kept: the voter's own nonce must not be
    in the ballot, because its hash stands beside the code in the box and would link the two.

    Parameters
    ----------
    body : as `surveys.casting.packing.pack` gives it
    campaign : its id, bound into stamp and layers
    keys : for whom
    casting_key : the campaign's stamp
    note : for officer A: when it was cast

    Returns
    -------
    ``sealed_length(suite)`` bytes, 1792 for suite 1

    Raises
    ------
    Invalid : ``ballot_too_large`` (length, longest)
    """
    if len(body) > LONGEST_BODY:
        raise Invalid("ballot_too_large", length=len(body), longest=LONGEST_BODY)
    nonce = secrets.token_bytes(NONCE_BYTES)
    stamp = casting_key.sign(stamped_bytes(nonce, body, campaign=campaign))
    plain = nonce + stamp + len(body).to_bytes(LENGTH_BYTES) + body
    padded = plain.ljust(PADDED_LENGTH, b"\0")
    suite, cipher = keys.suite, keys.cipher.hpke
    inner = cipher.encrypt(padded, keys.inner, info=layer_info("officer_b", campaign, suite=suite))
    return header(suite) + cipher.encrypt(
        inner + note.packed(), keys.outer, info=layer_info("officer_a", campaign, suite=suite)
    )
