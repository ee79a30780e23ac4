"""A canary: a sealed secret that only both officers together can answer.

Before a campaign opens they must send the answer back: that proves that both keys exist, open
what the server seals, and can be found again, while losing them still costs nothing.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from surveys.casting.sealing import CastingKey, PublicKeys, seal
from surveys.errors import Invalid
from surveys.opening.key_kinds import Key
from surveys.opening.unsealing import open_layer_a, open_layer_b

_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Canary:
    """What the server keeps while it waits.

    Parameters
    ----------
    sealed : an envelope like a ballot's
    answer_h : SHA-256 of the answer
    """

    sealed: bytes
    answer_h: bytes


def canary_campaign(campaign: str | int) -> str:
    """Under which name a canary is sealed: no ballot box accepts it as a ballot."""
    return f"{campaign}|canary"


def new_canary(
    *,
    campaign: str | int,
    keys: PublicKeys,
    casting_key: CastingKey,
    random_bytes: Callable[[int], bytes],
) -> Canary:
    """Seal a fresh secret for both officers."""
    secret = random_bytes(_SECRET_BYTES)
    sealed = seal(secret, campaign=canary_campaign(campaign), keys=keys, casting_key=casting_key)
    return Canary(sealed, hashlib.sha256(secret).digest())


def open_canary_a(sealed: bytes, *, key: Key) -> bytes:
    """Officer A's part: what to hand on to officer B. Errors of `open_layer_a`."""
    return next(open_layer_a([sealed], key=key, campaign=canary_campaign(key.campaign)))


def open_canary_b(layer: bytes, *, key: Key) -> str:
    """Officer B's part: the answer, 32 hexadecimal digits. Errors of `open_layer_b`."""
    opened = open_layer_b([layer], key=key, campaign=canary_campaign(key.campaign))
    return next(opened).body.hex()


def check_canary(canary: Canary, answer: str) -> None:
    """Hold the answer that the server found against the canary.

    Raises
    ------
    Invalid : ``canary_silent``
    """
    if not is_answer(canary, answer):
        raise Invalid("canary_silent")


def is_answer(canary: Canary, answer: str) -> bool:
    """Whether this is what lies in the canary."""
    try:
        secret = bytes.fromhex(answer.strip())
    except ValueError:
        secret = b""
    return hashlib.sha256(secret).digest() == canary.answer_h
