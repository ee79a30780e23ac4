"""One officer's part with a file: take the layer off, shuffle, sign. Needs no database."""

import random
from collections.abc import Iterator
from dataclasses import replace

from surveys.casting.moments import TOLD_BYTES
from surveys.casting.receipts import leaf
from surveys.casting.sealing import NONCE_BYTES, STAMP_BYTES
from surveys.errors import Conflict, Invalid
from surveys.opening.box_files import BoxFile, Purpose, Step
from surveys.opening.canary import canary_campaign
from surveys.opening.key_kinds import Key, PublicPart, Role
from surveys.opening.records import Passing, Records, StoredRecords
from surveys.opening.signed_close import Standing, close_from_document
from surveys.opening.tree import RisingRoot
from surveys.opening.unsealing import (
    Progress,
    Shufflable,
    StampedBody,
    open_layer_a,
    open_layer_b,
)


def needed_role(box: BoxFile) -> Role:
    """Whose turn it is; Conflict ``box_file_opened`` when both layers are off."""
    if box.step is Step.OPENED:
        raise Conflict("box_file_opened")
    return Role.OFFICER_A if box.step is Step.SEALED else Role.OFFICER_B


def require_key(box: BoxFile, part: PublicPart) -> None:
    """Refuse a wrong key before anybody types its passphrase.

    Raises
    ------
    Conflict : ``box_file_opened``
    Invalid : ``wrong_role`` (role, expected), ``wrong_key`` (expected, got)
    """
    role = needed_role(box)
    if part.role is not role:
        raise Invalid("wrong_role", role=part.role.value, expected=role.value)
    if part.fingerprint != box.officers[role]:
        raise Invalid("wrong_key", expected=box.officers[role], got=part.fingerprint)


def take_layer_off(
    box: BoxFile, *, key: Key, rng: random.Random | None = None, progress: Progress | None = None
) -> BoxFile:
    """Open with an officer's key, shuffle, and sign the close: all of it in memory.

    Parameters
    ----------
    box : sealed for officer A's key, A's result for officer B's
    rng, progress : as in `open_layer_a`

    Raises
    ------
    Conflict, Invalid : as `layer_off`, and what opening a layer raises
    """
    opened = layer_off(box, key=key, rng=rng, progress=progress)
    return replace(opened, records=tuple(opened.records))


def layer_off(
    box: BoxFile, *, key: Key, rng: random.Random | None = None, progress: Progress | None = None
) -> BoxFile:
    """As `take_layer_off`, but its records are opened only while they are written, once.

    Raises
    ------
    Conflict, Invalid : as `require_key`, `countersigned`; ``box_file_root``
    """
    require_key(box, key.public_part)
    is_canary = box.purpose is Purpose.CANARY
    campaign = canary_campaign(box.campaign) if is_canary else box.campaign
    layers = readable(box.records)
    if box.step is Step.SEALED:
        require_root(box)
    close = b"" if is_canary else countersigned(box, key)
    if box.step is Step.SEALED:
        made = open_layer_a(layers, key=key, campaign=campaign, rng=rng, progress=progress)
        return replace(
            box,
            step=Step.LAYER_B,
            records=Passing(len(layers), made),
            close=close,
            read_digest="",
        )
    stamped = open_layer_b(layers, key=key, campaign=campaign, rng=rng, progress=progress)
    records = Passing(len(layers), (one.nonce + one.stamp + one.told + one.body for one in stamped))
    return replace(
        box, step=Step.OPENED, records=records, layer=box.digest, close=close, read_digest=""
    )


def readable(records: Records[bytes]) -> Shufflable:
    """The records, so that they can be read in any order."""
    return records if isinstance(records, StoredRecords) else tuple(records)


def require_root(box: BoxFile) -> None:
    """Hold the envelopes against the root that the file names: the one in the minutes."""
    reached = RisingRoot()
    try:
        for envelope in box.records:
            reached.add(leaf(envelope))
    except Invalid:
        raise Invalid("box_file_root") from None
    if reached.root.hex() != box.root:
        raise Invalid("box_file_root")


def countersigned(box: BoxFile, key: Key) -> bytes:
    """The close statement with this officer's signature, once it is the statement of this box.

    Raises
    ------
    Invalid : ``close_unreadable``, ``close_differs``, ``close_signature_wrong`` (by), where a
        signature under it is not what it says
    """
    close = close_from_document(box.close)
    stated = (str(close.campaign_id), close.statement["root"], close.statement["n_envelopes"])
    if stated != (box.campaign, box.root, len(box.records)):
        raise Invalid("close_differs")
    if close.keyring.part(key.role) != key.public_part:
        raise Invalid("close_differs")
    for role, standing in close.standings().items():
        if standing is Standing.WRONG:
            raise Invalid("close_signature_wrong", by=role.value)
    return close.signed(key).document()


class StampedBodies:
    """What is in an opened box, as `surveys.opening.unsealing.require_genuine` wants it."""

    def __init__(self, records: Records[bytes]) -> None:
        self._records = records

    def __len__(self) -> int:
        """How many."""
        return len(self._records)

    def __iter__(self) -> Iterator[StampedBody]:
        """One after the other."""
        end = NONCE_BYTES + STAMP_BYTES
        begin = end + TOLD_BYTES
        for record in self._records:
            nonce, stamp = record[:NONCE_BYTES], record[NONCE_BYTES:end]
            yield StampedBody(nonce, stamp, record[begin:], record[end:begin])


def canary_answer(box: BoxFile) -> str:
    """The answer in an opened canary: 32 hexadecimal digits in groups of four."""
    digits = next(iter(StampedBodies(box.records))).body.hex()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
