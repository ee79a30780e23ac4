"""Receipts: a signed word that an envelope is in the box. They say nothing about its content."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from surveys.casting.context import context
from surveys.errors import Invalid
from surveys.issuing import crockford

LEAF_BYTES = 32
NUMBER_LENGTH = 16
SIGNATURE_BYTES = 64
_NUMBER_BYTES = 10
_PREFIX = "GPR1"
_LEAF_LETTERS = 52
_SIGNATURE_LETTERS = 103


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the voter takes home.

    Parameters
    ----------
    campaign : its id as text
    leaf : the envelope's 32-byte hash
    signature : 64 bytes over campaign and leaf
    """

    campaign: str
    leaf: bytes
    signature: bytes

    @property
    def number(self) -> str:
        """16 characters, the first 80 bits of the leaf."""
        return receipt_number(self.leaf)

    @property
    def printed(self) -> str:
        """The number in four groups of four."""
        return crockford.grouped(self.number)

    @property
    def payload(self) -> str:
        """All of it in capitals and digits, for a small QR code; `parse_receipt` reads it.

        The whole leaf is in it: a receipt that is missing from the published list can be
        shown to anybody as proof.
        """
        return ":".join(
            (
                _PREFIX,
                self.campaign,
                _spelled(self.leaf, _LEAF_LETTERS),
                _spelled(self.signature, _SIGNATURE_LETTERS),
            )
        )


def leaf(sealed: bytes) -> bytes:
    """Hash of an envelope, its leaf in the tree: 32 bytes."""
    return hashlib.sha256(sealed).digest()


def receipt_number(leaf: bytes) -> str:
    """The 16 characters by which a voter looks a leaf up."""
    return _spelled(leaf[:_NUMBER_BYTES], NUMBER_LENGTH)


def leaf_prefix(number: str) -> bytes:
    """Turn a typed receipt number into the leaf's first 10 bytes.

    Raises
    ------
    Invalid : ``code_bad_character`` (character, position), ``receipt_wrong_length`` (length,
        expected)
    """
    values = crockford.values_of(number)
    if len(values) != NUMBER_LENGTH:
        raise Invalid("receipt_wrong_length", length=len(values), expected=NUMBER_LENGTH)
    return crockford.join_bits(values).to_bytes(_NUMBER_BYTES)


def sign_receipt(leaf: bytes, *, campaign: str | int, key: Ed25519PrivateKey) -> Receipt:
    """Sign that the leaf is in the campaign's box; the same leaf gives the same receipt."""
    signature = key.sign(context("receipt", campaign) + leaf)
    return Receipt(str(campaign), leaf, signature)


def verify_receipt(receipt: Receipt, *, key: Ed25519PublicKey) -> bool:
    """Whether the campaign's key signed this receipt."""
    try:
        key.verify(receipt.signature, context("receipt", receipt.campaign) + receipt.leaf)
    except InvalidSignature:
        return False
    return True


def parse_receipt(payload: str) -> Receipt:
    """Read what `Receipt.payload` wrote.

    Raises
    ------
    Invalid : ``receipt_unreadable``
    """
    match payload.strip().split(":"):
        case [prefix, campaign, spelled_leaf, spelled_signature] if prefix == _PREFIX:
            return Receipt(
                campaign, _read(spelled_leaf, LEAF_BYTES), _read(spelled_signature, SIGNATURE_BYTES)
            )
    raise Invalid("receipt_unreadable")


def _spelled(data: bytes, n_letters: int) -> str:
    spare = n_letters * 5 - len(data) * 8
    return crockford.text_of(crockford.split_bits(int.from_bytes(data) << spare, n_letters))


def _read(text: str, n_bytes: int) -> bytes:
    n_letters = -(-n_bytes * 8 // 5)
    spare = n_letters * 5 - n_bytes * 8
    values = crockford.values_of(text)
    number = crockford.join_bits(values)
    if len(values) != n_letters or number & ((1 << spare) - 1):
        raise Invalid("receipt_unreadable")
    return (number >> spare).to_bytes(n_bytes)
