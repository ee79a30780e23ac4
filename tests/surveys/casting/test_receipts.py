"""Receipts: they prove presence, to anybody, in one campaign."""

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from surveys.casting.receipts import (
    leaf,
    leaf_prefix,
    parse_receipt,
    receipt_number,
    sign_receipt,
    verify_receipt,
)
from surveys.errors import Invalid

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LEAF = leaf(b"an envelope")
RECEIPT = sign_receipt(LEAF, campaign=7, key=KEY)


def test_the_leaf_is_the_hash_of_the_envelope() -> None:
    assert hashlib.sha256(b"an envelope").digest() == LEAF


def test_a_receipt_is_verified_by_the_campaigns_key() -> None:
    assert verify_receipt(RECEIPT, key=KEY.public_key())


def test_the_same_leaf_gives_the_same_receipt_again() -> None:
    assert sign_receipt(LEAF, campaign=7, key=KEY) == RECEIPT


@pytest.mark.parametrize(
    "forged",
    [
        replace(RECEIPT, campaign="8"),
        replace(RECEIPT, leaf=leaf(b"another envelope")),
        replace(RECEIPT, signature=bytes(64)),
    ],
)
def test_a_changed_receipt_is_refused(forged: object) -> None:
    assert isinstance(forged, type(RECEIPT))
    assert not verify_receipt(forged, key=KEY.public_key())


def test_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert not verify_receipt(RECEIPT, key=other)


def test_a_signature_over_the_leaf_alone_would_pass_in_another_campaign() -> None:
    signature = KEY.sign(LEAF)
    KEY.public_key().verify(signature, LEAF)  # nothing in it names the campaign
    assert not verify_receipt(replace(RECEIPT, signature=signature), key=KEY.public_key())


def test_a_number_has_sixteen_characters_in_four_groups() -> None:
    assert len(RECEIPT.number) == 16
    assert RECEIPT.printed.replace("-", "") == RECEIPT.number
    assert RECEIPT.printed.count("-") == 3


@given(st.binary(min_size=32, max_size=32))
def test_a_number_leads_back_to_the_leafs_first_ten_bytes(one: bytes) -> None:
    assert leaf_prefix(receipt_number(one).lower()) == one[:10]


def test_a_number_of_another_length_is_refused() -> None:
    with pytest.raises(Invalid, match="receipt_wrong_length"):
        leaf_prefix(RECEIPT.number[:-1])


def test_the_payload_is_read_back_and_fits_the_small_alphabet_of_qr() -> None:
    assert parse_receipt(RECEIPT.payload) == RECEIPT
    assert set(RECEIPT.payload) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "GPR2" + RECEIPT.payload[4:],
        RECEIPT.payload[:-1],
        RECEIPT.payload + ":1",
        RECEIPT.payload[:-1] + "Z",
        RECEIPT.payload.replace(":7:", ":"),
    ],
)
def test_a_broken_payload_is_refused(payload: str) -> None:
    with pytest.raises(Invalid, match="receipt_unreadable"):
        parse_receipt(payload)


@given(st.text(max_size=200))
def test_any_text_is_a_receipt_or_invalid(payload: str) -> None:
    with suppress(Invalid):
        assert parse_receipt(payload).payload
