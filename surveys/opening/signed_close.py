"""A close statement with its signatures: the file ``close.json``, and who signed it.

Three keys sign the same bytes: the server's at the close, each officer's when that officer's layer
of the box comes off. Needs no database: officers' machines and auditors read it with this alone.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature

from surveys.casting.context import context
from surveys.errors import DomainError, Invalid
from surveys.models.base import JsonObject
from surveys.opening.key_kinds import Key, PublicKeyring, PublicPart, Role, public_keyring

PURPOSE: Final = "close"
ALGORITHM: Final = "Ed25519"
OVER: Final = f"context({PURPOSE}, campaign) | canonical JSON of statement"
SIGNERS: Final = (Role.RECEIPTS, Role.OFFICER_A, Role.OFFICER_B)
LONGEST_DOCUMENT: Final = 1 << 20


class Standing(StrEnum):
    """How it stands with one of the three signatures."""

    GOOD = "good"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True)
class CloseStatement:
    """A statement and the signatures under it.

    Parameters
    ----------
    statement : what is stated, JSON
    signatures : by signer, Ed25519 over `signed_bytes`, 64 bytes
    """

    statement: JsonObject
    signatures: Mapping[Role, bytes] = field(default_factory=dict)

    @property
    def campaign_id(self) -> int:
        """Whose box."""
        return int(self.statement["campaign"]["id"])

    @property
    def keyring(self) -> PublicKeyring:
        """The keys that the statement names; errors of `public_keyring`."""
        return public_keyring(self.statement["campaign"]["keys"])

    @property
    def signed_bytes(self) -> bytes:
        """What is signed: purpose and campaign, then the statement in canonical form."""
        return context(PURPOSE, self.campaign_id) + canonical(self.statement)

    def signed(self, key: Key) -> "CloseStatement":
        """The same with one signature more; the same key gives the same signature."""
        made = key.signing_key().sign(self.signed_bytes)
        return replace(self, signatures={**self.signatures, key.role: made})

    def standing(self, part: PublicPart) -> Standing:
        """Whether this key signed the statement."""
        value = self.signatures.get(part.role)
        if value is None:
            return Standing.MISSING
        try:
            part.verifying_key().verify(value, self.signed_bytes)
        except (InvalidSignature, Invalid):
            return Standing.WRONG
        return Standing.GOOD

    def standings(self, keyring: PublicKeyring | None = None) -> dict[Role, Standing]:
        """How it stands with all three.

        Parameters
        ----------
        keyring : the keys that count; those that the statement itself names if None
        """
        ring = self.keyring if keyring is None else keyring
        return {role: self.standing(ring.part(role)) for role in SIGNERS}

    def document(self) -> bytes:
        """The file ``close.json``, canonical: same statement, same bytes."""
        return canonical({"statement": self.statement, "signatures": self.signature_list()}) + b"\n"

    def signature_list(self) -> list[dict[str, str]]:
        """The signatures as `signatures_from` reads them."""
        return [
            {
                "by": role.value,
                "algorithm": ALGORITHM,
                "over": OVER,
                "value": base64.b64encode(self.signatures[role]).decode(),
            }
            for role in SIGNERS
            if role in self.signatures
        ]


def close_from_document(data: bytes) -> CloseStatement:
    """Read what `CloseStatement.document` wrote.

    Raises
    ------
    Invalid : ``close_unreadable``
    """
    try:
        facts = json.loads(data) if len(data) <= LONGEST_DOCUMENT else None
    except ValueError:
        facts = None
    match facts:
        case {
            "statement": {
                "campaign": {"id": int(), "keys": [*_]},
                "root": str(),
                "n_envelopes": int(),
            } as statement,
            "signatures": [*signatures],
        }:
            read = CloseStatement(statement, signatures_from(signatures))
            require_keys(read)
            return read
    raise Invalid("close_unreadable")


def signatures_from(facts: Iterable[Any]) -> dict[Role, bytes]:
    """Read what `CloseStatement.signature_list` made; Invalid ``close_unreadable``."""
    found: dict[Role, bytes] = {}
    for fact in facts:
        match fact:
            case {"by": str(by), "algorithm": "Ed25519", "value": str(value)} if (
                by in SIGNERS and by not in found
            ):
                try:
                    found[Role(by)] = base64.b64decode(value, validate=True)
                except ValueError:
                    raise Invalid("close_unreadable") from None
            case _:
                raise Invalid("close_unreadable")
    return found


def require_keys(close: CloseStatement) -> None:
    """All three signers' keys stand in the statement; Invalid ``close_unreadable``."""
    try:
        for role in SIGNERS:
            close.keyring.part(role)
    except (DomainError, AttributeError, TypeError):
        raise Invalid("close_unreadable") from None


def canonical(data: Any) -> bytes:
    """JSON with sorted names, without spaces, in UTF-8: one text for one content."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
