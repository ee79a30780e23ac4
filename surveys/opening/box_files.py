"""The file in which envelopes travel between the server and the officers' machines.

One line of JSON says what it is, a second one is the close statement as far as it is signed, then
the records follow, each behind its length in two bytes, and a checksum of all that ends it:
docs/envelope-format.md has it byte for byte. A box is written and read piece by piece: of a million
envelopes only where each begins is kept in memory.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import BytesIO
from typing import IO, Final

from surveys.errors import Invalid
from surveys.opening.key_kinds import OFFICERS, Role
from surveys.opening.records import LENGTH_BYTES, Records, StoredRecords, framed
from surveys.opening.signed_close import LONGEST_DOCUMENT

FORMAT: Final = "gongping-box-3"
LONGEST_HEADER: Final = 4096
MOST_RECORDS: Final = 100_000_000
DIGEST_BYTES: Final = 32
END: Final = bytes(LENGTH_BYTES)
REPORT_EVERY: Final = 1024

Progress = Callable[[int, int], None]


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
    records : what is carried; behind a layer what is told of its time; opened
        ballots as nonce, stamp, told time and body in one
    layer : of an opened box the `digest` of the file that officer A made, else empty
    close : ``close.json`` with the signatures so far; empty for a canary
    read_digest : of a file that was read the checksum that it ends with
    """

    campaign: str
    purpose: Purpose
    step: Step
    root: str
    officers: dict[Role, str]
    records: Records[bytes] = field(repr=False)
    layer: str = ""
    close: bytes = field(default=b"", repr=False)
    read_digest: str = field(default="", compare=False)

    @property
    def digest(self) -> str:
        """SHA-256 over the file up to its checksum, hexadecimal."""
        if self.read_digest:
            return self.read_digest
        *_, end = box_stream(self)
        return end[-DIGEST_BYTES:].hex()

    def header(self) -> bytes:
        """The first two lines."""
        facts = {
            "format": FORMAT,
            "campaign": self.campaign,
            "purpose": self.purpose.value,
            "step": self.step.value,
            "n": len(self.records),
            "root": self.root,
            "layer": self.layer,
            **{role.value: self.officers[role] for role in OFFICERS},
        }
        line = json.dumps(facts, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        return line + (self.close or b"\n")


def box_stream(box: BoxFile) -> Iterator[bytes]:
    """Write a file piece by piece.

    Raises
    ------
    Invalid : ``count_differs`` (expected, got), where the records are not as many as they said
    """
    whole = hashlib.sha256()
    n = 0
    head = box.header()
    whole.update(head)
    yield head
    for record in box.records:
        piece = framed(record)
        whole.update(piece)
        n += 1
        yield piece
    if n != len(box.records):
        raise Invalid("count_differs", expected=len(box.records), got=n)
    whole.update(END)
    yield END + whole.digest()


def box_from_bytes(data: bytes) -> BoxFile:
    """Read a file that is in memory; errors of `read_box`."""
    box = read_box(BytesIO(data))
    return replace(box, records=tuple(box.records))


def read_box(file: IO[bytes], *, progress: Progress | None = None) -> BoxFile:
    """Read a file once from its beginning to its end and hold it against its own checksum.

    Parameters
    ----------
    file : can seek; to be kept open as long as the records are wanted
    progress : told (done, total) now and then

    Raises
    ------
    Invalid
        ``box_file_foreign``, ``box_file_truncated`` (n, got), ``box_file_damaged``
    """
    file.seek(0)
    line = file.readline(LONGEST_HEADER)
    facts = header_facts(line)
    n = facts.get("n")
    if type(n) is not int or not 0 <= n <= MOST_RECORDS:
        raise Invalid("box_file_damaged")
    described_box = described(facts)
    close = file.readline(LONGEST_DOCUMENT + 1)
    if not close.endswith(b"\n"):
        raise Invalid("box_file_truncated", n=n, got=0)
    whole = hashlib.sha256(line + close)
    stored = StoredRecords(file, begins_at=len(line) + len(close))
    for place, record in enumerate(stored.scan(n)):
        whole.update(framed(record))
        if progress and place % REPORT_EVERY == 0:
            progress(place, n)
    if len(stored) < n:
        raise Invalid("box_file_truncated", n=n, got=len(stored))
    require_end(file, whole.digest, n=n, update=whole.update)
    if progress:
        progress(n, n)
    return replace(
        described_box,
        records=stored,
        close=close if close != b"\n" else b"",
        read_digest=whole.hexdigest(),
    )


def require_end(
    file: IO[bytes], digest: Callable[[], bytes], *, n: int, update: Callable[[bytes], None]
) -> None:
    """The end mark, the checksum, and nothing behind it."""
    end = file.read(LENGTH_BYTES + DIGEST_BYTES)
    if len(end) < LENGTH_BYTES + DIGEST_BYTES:
        raise Invalid("box_file_truncated", n=n, got=n)
    update(END)
    if end != END + digest() or file.read(1):
        raise Invalid("box_file_damaged")


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


def counted(records: Iterable[bytes], *, n: int, progress: Progress) -> Iterator[bytes]:
    """The same records; progress is told of them."""
    for place, record in enumerate(records):
        if place % REPORT_EVERY == 0:
            progress(place, n)
        yield record
    progress(n, n)
