"""Open the box: officer A takes off the outer layer and shuffles, officer B the inner one.

Neither alone can join a code to a ballot: A sees no content, B does not know A's order, and of the
times only what A hands on because enough ballots share it. The check at the end catches whatever
either of them changed.
"""

import random
import secrets
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from surveys.casting.moments import NOT_TOLD, NOTE_BYTES, TOLD_BYTES, WIDTHS, read_note
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
from surveys.opening.coarse_times import FEWEST, Moment, kept_times
from surveys.opening.key_kinds import Key, Role
from surveys.opening.records import StoredRecords

Progress = Callable[[int, int], None]


class Shufflable(Protocol):
    """Records that can be read in any order: a list, or `records.StoredRecords`."""

    def __len__(self) -> int:
        """How many."""

    def __getitem__(self, place: int, /) -> bytes:
        """One of them."""


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
    told : 20 bytes, what officer A tells of its time
    """

    nonce: bytes
    stamp: bytes
    body: bytes
    told: bytes = NOT_TOLD


def open_layer_a(
    envelopes: Shufflable,
    *,
    key: Key,
    campaign: str | int | None = None,
    rng: random.Random | None = None,
    progress: Progress | None = None,
) -> Iterator[bytes]:
    """Take off the outer layer and shuffle; of each time hand on only what enough ballots share.

    Parameters
    ----------
    envelopes : from the box; read in a shuffled order, so they may lie in a file
    key : officer A's
    campaign : as at sealing; the key's own if None
    rng : shuffles; the system's cryptographic source if None. Any other is for tests: whoever
        knows its seed knows the order
    progress : told (done, total) now and then

    Yields
    ------
    inner layers in an order that nobody knows, behind each the 20 bytes told of its time; the first
    when all are open

    Raises
    ------
    Invalid
        ``wrong_role`` (role, expected); and once all were tried ``key_opens_nothing`` (n, got),
        ``bad_envelope`` (n, leaves: hex, at most 20): nothing is left out silently; two
        persons may void the named envelopes and open the rest
    """
    _expect_role(key, Role.OFFICER_A)
    head = header(key.suite)
    length = sealed_length(suite_numbered(key.suite))

    def inside(envelope: bytes) -> tuple[bytes, bytes]:
        fits = len(envelope) == length and envelope.startswith(head)
        return (envelope[HEADER_BYTES:] if fits else b""), b""

    def named(places: Sequence[int]) -> list[str]:
        return [leaf(envelopes[place]).hex() for place in places[:_MOST_NAMED]]

    pile = _Pile(envelopes, key, campaign, inside)
    # How fine a time may be told is known when all are counted: till then they lie in a file.
    with TemporaryFile() as file:
        found: Counter[Moment] = Counter()
        records = pile.opened(_shuffled(len(envelopes), rng), progress)
        opened = StoredRecords(file).store(_counted((one for one, _ in records), found))
        if pile.bad:
            _refuse(key, n_bad=len(pile.bad), n=len(envelopes), leaves=named(sorted(pile.bad)))
        kept = kept_times(found)
        for record in opened:
            yield record[:-NOTE_BYTES] + _told(record[-NOTE_BYTES:], found, kept)


def _counted(records: Iterable[bytes], found: Counter[Moment]) -> Iterator[bytes]:
    for record in records:
        note = read_note(record[-NOTE_BYTES:])
        found[note.batch, note.bucket] += 1
        yield record


def _told(note: bytes, found: Mapping[Moment, int], kept: Mapping[Moment, int]) -> bytes:
    read = read_note(note)
    moment = read.batch, read.bucket
    if not kept[moment]:
        return NOT_TOLD
    fine, wide = WIDTHS
    return read.told(fine if found[moment] >= FEWEST else wide)


def open_layer_b(
    layers: Shufflable,
    *,
    key: Key,
    campaign: str | int | None = None,
    rng: random.Random | None = None,
    progress: Progress | None = None,
) -> Iterator[StampedBody]:
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
    pile = _Pile(layers, key, campaign, lambda layer: (layer[:-TOLD_BYTES], layer[-TOLD_BYTES:]))
    for padded, told in pile.opened(_shuffled(len(layers), rng), progress):
        yield _cut(padded, told)
    if pile.bad:
        _refuse(key, n_bad=len(pile.bad), n=len(layers))


def require_genuine(
    stamped: Iterable[StampedBody],
    *,
    n_expected: int,
    casting_key: Ed25519PublicKey,
    campaign: str | int,
) -> None:
    """Hold the opened ballots against stamps, nonces and the tree's size.

    Parameters
    ----------
    stamped : from `open_layer_b`
    n_expected : leaves of the closed box, less those that two persons voided
    casting_key : checks the stamps
    campaign : its id

    Raises
    ------
    Invalid
        ``bad_stamp`` (n), ``duplicate_nonce`` (n), ``count_differs`` (expected, got)
    """
    n = n_forged = 0
    nonces: set[bytes] = set()
    for one in stamped:
        n += 1
        n_forged += not _is_stamped(one, casting_key, campaign)
        nonces.add(one.nonce)
    if n_forged:
        raise Invalid("bad_stamp", n=n_forged)
    if len(nonces) < n:
        raise Invalid("duplicate_nonce", n=n - len(nonces))
    if n != n_expected:
        raise Invalid("count_differs", expected=n_expected, got=n)


def _is_stamped(one: StampedBody, key: Ed25519PublicKey, campaign: str | int) -> bool:
    try:
        key.verify(one.stamp, stamped_bytes(one.nonce, one.body, campaign=campaign))
    except InvalidSignature:
        return False
    return True


def _expect_role(key: Key, role: Role) -> None:
    if key.role is not role:
        raise Invalid("wrong_role", role=key.role.value, expected=role.value)


class _Pile:
    """Layers of one officer, opened in a given order; `bad` says which did not open."""

    def __init__(
        self,
        layers: Shufflable,
        key: Key,
        campaign: str | int | None,
        inside: Callable[[bytes], tuple[bytes, bytes]],
    ) -> None:
        self.bad: list[int] = []
        self._layers = layers
        self._inside = inside
        self._cipher = suite_numbered(key.suite).hpke
        self._private = key.opening_key()
        name = key.campaign if campaign is None else campaign
        self._info = layer_info(key.role, name, suite=key.suite)

    def opened(
        self, order: Sequence[int], progress: Progress | None
    ) -> Iterator[tuple[bytes, bytes]]:
        """What is under the layers, and what `inside` found beside each."""
        for n_done, place in enumerate(order):
            if progress and n_done % _REPORT_EVERY == 0:
                progress(n_done, len(order))
            layer, aside = self._inside(self._layers[place])
            try:
                opened = self._cipher.decrypt(layer, self._private, info=self._info)
            except InvalidTag:
                self.bad.append(place)
                continue
            yield opened, aside
        if progress:
            progress(len(order), len(order))


def _refuse(key: Key, *, n_bad: int, n: int, leaves: list[str] | None = None) -> None:
    if n_bad == n:
        raise Invalid("key_opens_nothing", n=n, got=key.fingerprint)
    if leaves is None:
        raise Invalid("bad_layer", n=n_bad)
    raise Invalid("bad_envelope", n=n_bad, leaves=leaves)


def _shuffled(n: int, rng: random.Random | None) -> Sequence[int]:
    order = array("L", range(n))  # eight bytes each, where a list takes forty
    (rng or secrets.SystemRandom()).shuffle(order)
    return order


def _cut(padded: bytes, told: bytes) -> StampedBody:
    start = NONCE_BYTES + STAMP_BYTES + LENGTH_BYTES
    length = int.from_bytes(padded[start - LENGTH_BYTES : start])
    body, padding = padded[start : start + length], padded[start + length :]
    if len(padded) != PADDED_LENGTH or len(body) != length or any(padding):
        # Sealed by somebody else, who wrote no padding: no stamp will fit what is left.
        return StampedBody(padded[:NONCE_BYTES], bytes(STAMP_BYTES), padded)
    stamp = padded[NONCE_BYTES : start - LENGTH_BYTES]
    return StampedBody(padded[:NONCE_BYTES], stamp, body, told)
