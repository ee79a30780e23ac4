"""One officer's part with a file: take the layer off, shuffle, hand on. Needs no database."""

import random
from dataclasses import replace

from surveys.casting.receipts import leaf
from surveys.casting.sealing import NONCE_BYTES, STAMP_BYTES
from surveys.errors import Conflict, Invalid
from surveys.opening.box_files import BoxFile, Purpose, Step
from surveys.opening.canary import canary_campaign
from surveys.opening.key_kinds import Key, PublicPart, Role
from surveys.opening.tree import box_root
from surveys.opening.unsealing import Progress, StampedBody, open_layer_a, open_layer_b


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
    """Open with an officer's key and shuffle.

    Parameters
    ----------
    box : sealed for officer A's key, A's result for officer B's
    rng, progress : as in `open_layer_a`

    Raises
    ------
    Conflict, Invalid : as `require_key`, `open_layer_a`, `open_layer_b`; ``box_file_root``
    """
    require_key(box, key.public_part)
    is_canary = box.purpose is Purpose.CANARY
    campaign = canary_campaign(box.campaign) if is_canary else box.campaign
    if box.step is Step.SEALED:
        require_root(box)
        layers = open_layer_a(box.records, key=key, campaign=campaign, rng=rng, progress=progress)
        return replace(box, step=Step.LAYER_B, records=tuple(layers))
    stamped = open_layer_b(box.records, key=key, campaign=campaign, rng=rng, progress=progress)
    records = tuple(one.nonce + one.stamp + one.body for one in stamped)
    return replace(box, step=Step.OPENED, records=records, layer=box.digest)


def require_root(box: BoxFile) -> None:
    """Hold the envelopes against the root that the file names: the one in the minutes."""
    if box_root(leaf(envelope) for envelope in box.records).hex() != box.root:
        raise Invalid("box_file_root")


def stamped_bodies(box: BoxFile) -> list[StampedBody]:
    """What is in an opened box, as `surveys.opening.unsealing.verify` wants it."""
    end = NONCE_BYTES + STAMP_BYTES
    return [
        StampedBody(record[:NONCE_BYTES], record[NONCE_BYTES:end], record[end:])
        for record in box.records
    ]


def canary_answer(box: BoxFile) -> str:
    """The answer in an opened canary: 32 hexadecimal digits in groups of four."""
    digits = stamped_bodies(box)[0].body.hex()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
