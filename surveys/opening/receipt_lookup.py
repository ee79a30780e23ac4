"""Look a receipt up in the published lists, with a proof that anybody can check offline.

All of it runs as the public role: it knows what is published, and nothing else.
"""

import json
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, text

from surveys.casting.receipts import (
    LEAF_BYTES,
    Receipt,
    leaf_prefix,
    parse_receipt,
    receipt_number,
    verify_receipt,
)
from surveys.errors import Conflict, NotFound
from surveys.issuing import crockford
from surveys.models.base import JsonObject
from surveys.opening.keys import PublicKeyring, Role, public_keyring
from surveys.opening.signed_close import CloseStatement, signatures_from
from surveys.opening.tree import MerkleTree, sorted_tree

RECEIPT: Final = text("SELECT campaign_id, leaf FROM box.receipt(:prefix)")
BOXES: Final = text("SELECT * FROM box.boxes()")
ANNULLED: Final = text("SELECT campaign_id, leaf FROM box.annulled_receipt(:prefix)")
LEAVES: Final = text("SELECT * FROM box.leaves(:campaign_id)")
STATEMENT: Final = text("SELECT * FROM box.close_statement(:campaign_id)")
WHOLE: Final = "GPR1:"
MOST_LEAVES: Final = 4_000_000


class Verdict(StrEnum):
    """What the published lists say of a receipt."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_CLOSED = "not_closed"  # a whole receipt of a box that is still open
    ANNULLED = "annulled"  # two persons took it out of the count before the close
    MISSING = "missing"  # signed for a closed box, but not in its list
    FORGED = "forged"  # a whole receipt whose signature is wrong


@dataclass(frozen=True)
class PublicBox:
    """What everybody may know of a campaign's box; `root` and the rest only after the close."""

    campaign_id: int
    is_open: bool
    campaign: JsonObject
    period: JsonObject
    county: JsonObject
    keys: list[JsonObject]
    n_envelopes: int | None
    root: bytes | None
    closed_at: datetime | None

    @property
    def keyring(self) -> PublicKeyring:
        """The public parts of its keys."""
        return public_keyring(self.keys)

    @property
    def name(self) -> JsonObject:
        """The campaign's name in both languages."""
        name: JsonObject = self.campaign["name"]
        return name


@dataclass(frozen=True)
class Answer:
    """The answer to one look-up.

    Parameters
    ----------
    number : as it stands on the receipt, in groups of four
    leaf : the whole leaf, if it is known
    box : the campaign's box, if it is known
    """

    verdict: Verdict
    number: str
    leaf: bytes | None = None
    box: PublicBox | None = None


def look_up_receipt(connection: Connection, *, typed: str) -> Answer:
    """Look up a number as typed, or the whole text of a receipt's picture.

    Raises
    ------
    Invalid : ``code_bad_character`` (character, position), ``receipt_wrong_length`` (length,
        expected), ``receipt_unreadable``
    """
    if typed.strip().upper().startswith(WHOLE):
        return look_up_whole(connection, parse_receipt(typed.upper()))
    prefix = leaf_prefix(typed)
    found = connection.execute(RECEIPT, {"prefix": prefix}).first()
    verdict = Verdict.FOUND
    if found is None:
        found = connection.execute(ANNULLED, {"prefix": prefix}).first()
        verdict = Verdict.ANNULLED
    if found is None:
        return Answer(Verdict.NOT_FOUND, printed_number(prefix))
    box = box_of(connection, campaign_id=found.campaign_id)
    return Answer(verdict, printed_number(prefix), found.leaf, box)


def look_up_whole(connection: Connection, receipt: Receipt) -> Answer:
    """Look up a signed receipt: it names its campaign, and one that is missing proves a wrong."""
    box = next((b for b in boxes(connection) if str(b.campaign_id) == receipt.campaign), None)
    if box is None or not signed_by(box, receipt):
        return Answer(Verdict.FORGED, receipt.printed, receipt.leaf)
    if connection.execute(ANNULLED, {"prefix": receipt.leaf}).first():
        return Answer(Verdict.ANNULLED, receipt.printed, receipt.leaf, box)
    if box.is_open:
        return Answer(Verdict.NOT_CLOSED, receipt.printed, receipt.leaf, box)
    found = connection.execute(RECEIPT, {"prefix": receipt.leaf}).first()
    verdict = Verdict.FOUND if found else Verdict.MISSING
    return Answer(verdict, receipt.printed, receipt.leaf, box)


def signed_by(box: PublicBox, receipt: Receipt) -> bool:
    """Whether the box's receipt key signed this."""
    key = box.keyring.verifying_key(Role.RECEIPTS)
    return verify_receipt(receipt, key=key)


def printed_number(leaf: bytes) -> str:
    """A receipt number in groups of four."""
    return crockford.grouped(receipt_number(leaf))


def boxes(connection: Connection) -> list[PublicBox]:
    """All boxes that are or were open."""
    return [PublicBox(**row._mapping) for row in connection.execute(BOXES)]  # noqa: SLF001


def box_of(connection: Connection, *, campaign_id: int) -> PublicBox:
    """One box; NotFound ``box`` (campaign)."""
    for box in boxes(connection):
        if box.campaign_id == campaign_id:
            return box
    raise NotFound("box", campaign=campaign_id)


def published_leaves(connection: Connection, *, campaign_id: int) -> list[bytes]:
    """The leaves of a closed box in rising order; none while it is open."""
    return [bytes(leaf) for leaf in connection.scalars(LEAVES, {"campaign_id": campaign_id})]


def published_statement(connection: Connection, *, campaign_id: int) -> CloseStatement | None:
    """The close statement as it was signed; None while the box is open, or where nobody signed."""
    row = connection.execute(STATEMENT, {"campaign_id": campaign_id}).one_or_none()
    if row is None or row.statement is None:
        return None
    return CloseStatement(json.loads(row.statement), signatures_from(json.loads(row.signatures)))


class PublishedTrees:
    """Trees of closed boxes in memory: a box that is closed does not change any more.

    As many as fit, counted by their leaves: who asks for one box after the other shall not make the
    server build trees all day, nor fill its memory.

    Parameters
    ----------
    most : leaves of all trees together, about 160 bytes each; the largest tree is kept anyway
    """

    def __init__(self, *, most: int = MOST_LEAVES) -> None:
        self._kept: dict[int, tuple[list[bytes], MerkleTree]] = {}
        self._most = most
        self._lock = Lock()

    def of(self, connection: Connection, *, campaign_id: int) -> tuple[list[bytes], MerkleTree]:
        """Sorted leaves and tree of a box."""
        with self._lock:
            if campaign_id not in self._kept:
                leaves = published_leaves(connection, campaign_id=campaign_id)
                while self._kept and len(leaves) + self.n_leaves > self._most:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[campaign_id] = (leaves, sorted_tree(leaves))
            return self._kept[campaign_id]

    @property
    def n_leaves(self) -> int:
        """How many leaves are kept."""
        return sum(len(leaves) for leaves, _ in self._kept.values())


def inclusion_document(
    connection: Connection, *, leaf: bytes, trees: PublishedTrees
) -> dict[str, Any]:
    """The proof that a leaf is in its box, with all that is needed to check it offline.

    Raises
    ------
    NotFound : ``receipt``, where no closed box has this leaf
    Conflict : ``root_differs`` (campaign), where the list was changed after the close
    """
    found = None
    if len(leaf) == LEAF_BYTES:
        found = connection.execute(RECEIPT, {"prefix": leaf}).first()
    if found is None:
        raise NotFound("receipt")
    box = box_of(connection, campaign_id=found.campaign_id)
    leaves, tree = trees.of(connection, campaign_id=box.campaign_id)
    index = bisect_left(leaves, leaf)
    if box.root != tree.root:
        raise Conflict("root_differs", campaign=box.campaign_id)
    return {
        "format": 1,
        "county": box.county,
        "period": box.period,
        "campaign": box.campaign,
        "tree": "RFC 9162 2.1, SHA-256, leaves in rising order",
        "receipt": printed_number(leaf),
        "leaf": leaf.hex(),
        "index": index,
        "size": tree.size,
        "proof": [node.hex() for node in tree.inclusion_proof(index)],
        "root": tree.root.hex(),
    }
