"""The file in which envelopes travel between the server and the officers' machines.

One line of JSON says what it is, then the records follow, each behind its length in two bytes:
docs/envelope-format.md has it byte for byte.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import BytesIO
from typing import IO, Final

from surveys.errors import Invalid
from surveys.opening.key_kinds import OFFICERS, Role

FORMAT: Final = "gongping-box-1"
LONGEST_HEADER: Final = 4096
LENGTH_BYTES: Final = 2
MOST_RECORDS: Final = 100_000_000


class Purpose(StrEnum):
    """What was sealed."""

    BALLOTS = "ballots"
    CANARY = "canary"


class Step(StrEnum):
    """How far it is open."""

    SEALED = "sealed"  # envelopes as they lie in the box, in the order of their leaves
    LAYER_B = "layer_b"  # officer A's layer is off; shuffled
    OPENED = "opened"  # both are off; shuffled twice


@dataclass(frozen=True, slots=True)
class BoxFile:
    """Envelopes, layers or opened ballots of one campaign.

    Parameters
    ----------
    campaign : its id
    root : hexadecimal, over the leaves of the envelopes with which the way began
    officers : the fingerprints of both officers' keys
    records : what is carried; opened ballots as nonce, stamp and body in one
    layer : of an opened box the `digest` of the file that officer A made, else empty
    """

    campaign: str
    purpose: Purpose
    step: Step
    root: str
    officers: dict[Role, str]
    records: Sequence[bytes] = field(repr=False)
    layer: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over the records with their lengths, hexadecimal."""
        whole = hashlib.sha256()
        for piece in pieces(self.records):
            whole.update(piece)
        return whole.hexdigest()

    def header(self) -> bytes:
        """The first line."""
        facts = {
            "format": FORMAT,
            "campaign": self.campaign,
            "purpose": self.purpose.value,
            "step": self.step.value,
            "n": len(self.records),
            "root": self.root,
            "layer": self.layer,
            "sha256": self.digest,
            **{role.value: self.officers[role] for role in OFFICERS},
        }
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def pieces(records: Sequence[bytes]) -> Iterator[bytes]:
    """Each record behind its length."""
    for record in records:
        yield len(record).to_bytes(LENGTH_BYTES) + record


def box_stream(box: BoxFile) -> Iterator[bytes]:
    """Write a file piece by piece."""
    yield box.header()
    yield from pieces(box.records)


def box_from_bytes(data: bytes) -> BoxFile:
    """Read a file that is in memory; errors of `read_box`."""
    return read_box(BytesIO(data))


def read_box(file: IO[bytes]) -> BoxFile:
    """Read a file and hold it against its own checksum.

    Raises
    ------
    Invalid
        ``box_file_foreign``, ``box_file_truncated`` (n, got), ``box_file_damaged``
    """
    facts = header_facts(file.readline(LONGEST_HEADER))
    n = facts.get("n")
    if type(n) is not int or not 0 <= n <= MOST_RECORDS:
        raise Invalid("box_file_damaged")
    box = replace(described(facts), records=tuple(read_records(file, n)))
    if file.read(1) or box.digest != facts.get("sha256"):
        raise Invalid("box_file_damaged")
    return box


def header_facts(line: bytes) -> dict[str, object]:
    """What the first line says."""
    try:
        facts = json.loads(line)
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise Invalid("box_file_foreign")
    return facts


def described(facts: dict[str, object]) -> BoxFile:
    """The file without its records."""
    match facts:
        case {
            "campaign": str(campaign),
            "purpose": str(purpose),
            "step": str(step),
            "root": str(root),
            "layer": str(layer),
            "officer_a": str(officer_a),
            "officer_b": str(officer_b),
        }:
            officers = {Role.OFFICER_A: officer_a, Role.OFFICER_B: officer_b}
        case _:
            raise Invalid("box_file_damaged")
    try:
        return BoxFile(campaign, Purpose(purpose), Step(step), root, officers, (), layer)
    except ValueError:
        raise Invalid("box_file_damaged") from None


def read_records(file: IO[bytes], n: int) -> Iterator[bytes]:
    """So many records."""
    for place in range(n):
        length = file.read(LENGTH_BYTES)
        size = int.from_bytes(length)
        record = file.read(size) if len(length) == LENGTH_BYTES else b""
        if len(length) < LENGTH_BYTES or len(record) < size:
            raise Invalid("box_file_truncated", n=n, got=place)
        yield record
