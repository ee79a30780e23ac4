"""A second implementation, written from docs/envelope-format.md, reads stored envelopes.

It uses none of our modules for reading and neither the library's HPKE: X25519, ML-KEM, HKDF by
HMAC and AES-GCM only. The stored envelopes keep later releases able to open older boxes.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.opening.keys import Key, Role
from tests.surveys.opening.conftest import campaign_named
from tests.surveys.opening.piles import layer_a_off, layer_b_off

VECTORS = json.loads((Path(__file__).parent / "envelope_vectors.json").read_text())
EACH = pytest.mark.parametrize("vector", VECTORS, ids=[str(v["suite"]) for v in VECTORS])


@dataclass(frozen=True)
class Kem:
    """Key encapsulation: its number, the length of an encapsulation, how to undo one."""

    number: int
    n_enc: int
    decapsulate: Callable[[bytes, bytes], bytes]


def extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), secret, hashlib.sha256)


def expand(secret: bytes, info: bytes, length: int) -> bytes:
    return hmac.digest(secret, info + b"\x01", hashlib.sha256)[:length]


def labeled_extract(suite_id: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + suite_id + label + secret)


def labeled_expand(suite_id: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(secret, length.to_bytes(2) + b"HPKE-v1" + suite_id + label + info, length)


def x25519_decapsulate(secret: bytes, enc: bytes) -> bytes:
    """RFC 9180, 4.1."""
    private = X25519PrivateKey.from_private_bytes(secret)
    shared = private.exchange(X25519PublicKey.from_public_bytes(enc))
    suite_id = b"KEM" + (0x0020).to_bytes(2)
    prk = labeled_extract(suite_id, b"", b"eae_prk", shared)
    both = enc + private.public_key().public_bytes_raw()
    return labeled_expand(suite_id, prk, b"shared_secret", both, 32)


def hybrid_decapsulate(secret: bytes, enc: bytes) -> bytes:
    """X-Wing, with the two private keys stored one behind the other."""
    private = X25519PrivateKey.from_private_bytes(secret[64:])
    ml_kem = MLKEM768PrivateKey.from_seed_bytes(secret[:64]).decapsulate(enc[:1088])
    x25519 = private.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    public = private.public_key().public_bytes_raw()
    return hashlib.sha3_256(ml_kem + x25519 + enc[1088:] + public + b"\\.//^\\").digest()


KEMS = {1: Kem(0x0020, 32, x25519_decapsulate), 2: Kem(0x647A, 1120, hybrid_decapsulate)}


def hpke_open(kem: Kem, secret: bytes, layer: bytes, info: bytes) -> bytes:
    """RFC 9180, 5.1 and 6.1: base mode, HKDF-SHA256, AES-256-GCM, one message."""
    suite_id = b"HPKE" + kem.number.to_bytes(2) + b"\x00\x01\x00\x02"
    shared = kem.decapsulate(secret, layer[: kem.n_enc])
    key_context = (
        b"\x00"
        + labeled_extract(suite_id, b"", b"psk_id_hash", b"")
        + labeled_extract(suite_id, b"", b"info_hash", info)
    )
    prk = labeled_extract(suite_id, shared, b"secret", b"")
    key = labeled_expand(suite_id, prk, b"key", key_context, 32)
    nonce = labeled_expand(suite_id, prk, b"base_nonce", key_context, 12)
    return AESGCM(key).decrypt(nonce, layer[kem.n_enc :], None)


def context(purpose: str, campaign: str) -> bytes:
    name = campaign.encode()
    return f"gongping|{purpose}|".encode() + len(name).to_bytes(2) + name


@EACH
def test_a_second_implementation_reads_the_stored_envelope(vector: dict[str, str]) -> None:
    sealed = bytes.fromhex(vector["sealed"])
    suite = int(vector["suite"])
    assert sealed[:4] == b"GP\x02" + bytes([suite])
    layer, note = sealed[4:], b""
    for role, n_note in (("officer_a", 40), ("officer_b", 0)):
        info = context(role, vector["campaign"]) + sealed[:4]
        layer = hpke_open(KEMS[suite], bytes.fromhex(vector[role]), layer, info)
        layer, note = layer[: len(layer) - n_note], note + layer[len(layer) - n_note :]
    assert len(layer) == 1652
    nonce, stamp, length = layer[:16], layer[16:80], int.from_bytes(layer[80:82])
    body = layer[82 : 82 + length]
    assert body.hex() == vector["body"]
    assert not any(layer[82 + length :])
    batch, bucket = note[:4], int.from_bytes(note[4:8])
    assert body[1:5] == batch
    for place, width in enumerate((1, 12)):
        time = (bucket // width * width).to_bytes(4)
        salt = note[8 + 16 * place : 24 + 16 * place]
        hashed = hashlib.sha256(b"gongping|time|" + bytes([width]) + salt + batch + time).digest()
        assert body[5 + 16 * place : 21 + 16 * place] == hashed[:16]
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(vector["casting_public"])).verify(
        stamp, context("stamp", vector["campaign"]) + nonce + body
    )
    assert hashlib.sha256(sealed).hexdigest() == vector["leaf"]


@EACH
def test_we_read_the_stored_envelope_ourselves(vector: dict[str, str]) -> None:
    a, b = (
        Key(role, vector["campaign"], int(vector["suite"]), bytes.fromhex(vector[role]))
        for role in (Role.OFFICER_A, Role.OFFICER_B)
    )
    layers = layer_a_off([bytes.fromhex(vector["sealed"])], key=a)
    assert layer_b_off(layers, key=b)[0].body.hex() == vector["body"]


@pytest.mark.parametrize("suite", [1, 2])
def test_the_second_implementation_reads_what_we_seal_today(suite: int) -> None:
    campaign = campaign_named("测评 7", suite=suite)
    layer = campaign.seal(b"today")[4:]
    for role in (Role.OFFICER_A, Role.OFFICER_B):
        info = context(role, campaign.name) + b"GP\x02" + bytes([suite])
        layer = hpke_open(KEMS[suite], campaign.keys[role].secret, layer, info)
        layer = layer[:-40] if role is Role.OFFICER_A else layer
    assert layer[82 : 82 + 5] == b"today"
