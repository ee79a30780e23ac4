"""Open the box: officer A takes off the outer layer and shuffles, officer B the inner one.

Neither alone can join a code to a ballot: A sees no content, B does not know A's order. The
check at the end catches whatever either of them changed.
"""

import random
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from surveys.casting.receipts import leaf
from surveys.casting.sealing import (
    HEADER_BYTES,
    LENGTH_BYTES,
    NONCE_BYTES,
    PADDED_LENGTH,
    STAMP_BYTES,
    header,
    layer_info,
    sealed_length,
    stamped_bytes,
)
from surveys.casting.suites import suite_numbered
from surveys.errors import Invalid
from surveys.opening.key_kinds import Key, Role

Progress = Callable[[int, int], None]

_MOST_NAMED = 20
_REPORT_EVERY = 256


@dataclass(frozen=True, slots=True)
class StampedBody:
    """What is inside an envelope.

    Parameters
    ----------
    nonce : 16 bytes, unique
    stamp : 64 bytes, the casting key's signature
    body : the packed ballot
    """

    nonce: bytes
    stamp: bytes
    body: bytes


def open_layer_a(
    envelopes: Sequence[bytes],
    *,
    key: Key,
    campaign: str | int | None = None,
    rng: random.Random | None = None,
    progress: Progress | None = None,
) -> list[bytes]:
    """Take off the outer layer and shuffle.

    Parameters
    ----------
    envelopes : from the box
    key : officer A's
    campaign : as at sealing; the key's own if None
    rng : shuffles; the system's cryptographic source if None. Any other is for tests: whoever
        knows its seed knows the order
    progress : told (done, total) now and then

    Returns
    -------
    inner layers, in an order that nobody knows

    Raises
    ------
    Invalid
        ``wrong_role`` (role, expected), ``key_opens_nothing`` (n, got),
        ``bad_envelope`` (n, leaves: hex, at most 20): nothing is left out silently; two
        persons may void the named envelopes and open the rest
    """
    _expect_role(key, Role.OFFICER_A)
    head = header(key.suite)
    length = sealed_length(suite_numbered(key.suite))

    def inside(envelope: bytes) -> bytes | None:
        fits = len(envelope) == length and envelope.startswith(head)
        return envelope[HEADER_BYTES:] if fits else None

    opened, bad = _open_all([inside(envelope) for envelope in envelopes], key, campaign, progress)
    if bad:
        leaves = [leaf(envelopes[place]).hex() for place in bad[:_MOST_NAMED]]
        _refuse(key, n_bad=len(bad), n=len(envelopes), leaves=leaves)
    _shuffle(opened, rng)
    return opened


def open_layer_b(
    layers: Sequence[bytes],
    *,
    key: Key,
    campaign: str | int | None = None,
    rng: random.Random | None = None,
    progress: Progress | None = None,
) -> list[StampedBody]:
    """Take off the inner layer, shuffle again and cut away the padding.

    Parameters
    ----------
    layers : what officer A handed on
    key : officer B's
    campaign, rng, progress : as in `open_layer_a`

    Raises
    ------
    Invalid
        ``wrong_role`` (role, expected), ``key_opens_nothing`` (n, got), ``bad_layer`` (n)
    """
    _expect_role(key, Role.OFFICER_B)
    opened, bad = _open_all(layers, key, campaign, progress)
    if bad:
        _refuse(key, n_bad=len(bad), n=len(layers))
    _shuffle(opened, rng)
    return [_cut(padded) for padded in opened]


def verify(
    stamped: Sequence[StampedBody],
    *,
    n_expected: int,
    casting_key: Ed25519PublicKey,
    campaign: str | int,
) -> list[bytes]:
    """Hold the opened ballots against stamps, nonces and the tree's size.

    Parameters
    ----------
    stamped : from `open_layer_b`
    n_expected : leaves of the closed box, less those that two persons voided
    casting_key : checks the stamps
    campaign : its id

    Returns
    -------
    bodies, in the order given

    Raises
    ------
    Invalid
        ``bad_stamp`` (n), ``duplicate_nonce`` (n), ``count_differs`` (expected, got)
    """
    forged = sum(not _is_stamped(one, casting_key, campaign) for one in stamped)
    if forged:
        raise Invalid("bad_stamp", n=forged)
    repeated = sum(n - 1 for n in Counter(one.nonce for one in stamped).values())
    if repeated:
        raise Invalid("duplicate_nonce", n=repeated)
    if len(stamped) != n_expected:
        raise Invalid("count_differs", expected=n_expected, got=len(stamped))
    return [one.body for one in stamped]


def _is_stamped(one: StampedBody, key: Ed25519PublicKey, campaign: str | int) -> bool:
    try:
        key.verify(one.stamp, stamped_bytes(one.nonce, one.body, campaign=campaign))
    except InvalidSignature:
        return False
    return True


def _expect_role(key: Key, role: Role) -> None:
    if key.role is not role:
        raise Invalid("wrong_role", role=key.role.value, expected=role.value)


def _open_all(
    layers: Sequence[bytes | None], key: Key, campaign: str | int | None, progress: Progress | None
) -> tuple[list[bytes], list[int]]:
    cipher = suite_numbered(key.suite).hpke
    private = key.opening_key()
    info = layer_info(key.role, key.campaign if campaign is None else campaign, suite=key.suite)
    opened: list[bytes] = []
    bad: list[int] = []
    for place, layer in enumerate(layers):
        try:
            opened.append(cipher.decrypt(layer or b"", private, info=info))
        except InvalidTag:
            bad.append(place)
        if progress and place % _REPORT_EVERY == 0:
            progress(place, len(layers))
    if progress:
        progress(len(layers), len(layers))
    return opened, bad


def _refuse(key: Key, *, n_bad: int, n: int, leaves: list[str] | None = None) -> None:
    if n_bad == n:
        raise Invalid("key_opens_nothing", n=n, got=key.fingerprint)
    if leaves is None:
        raise Invalid("bad_layer", n=n_bad)
    raise Invalid("bad_envelope", n=n_bad, leaves=leaves)


def _shuffle(items: list[bytes], rng: random.Random | None) -> None:
    (rng or secrets.SystemRandom()).shuffle(items)


def _cut(padded: bytes) -> StampedBody:
    start = NONCE_BYTES + STAMP_BYTES + LENGTH_BYTES
    length = int.from_bytes(padded[start - LENGTH_BYTES : start])
    body, padding = padded[start : start + length], padded[start + length :]
    if len(padded) != PADDED_LENGTH or len(body) != length or any(padding):
        # Sealed by somebody else, who wrote no padding: no stamp will fit what is left.
        return StampedBody(padded[:NONCE_BYTES], bytes(STAMP_BYTES), padded)
    return StampedBody(padded[:NONCE_BYTES], padded[NONCE_BYTES : start - LENGTH_BYTES], body)
