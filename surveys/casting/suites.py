"""The ciphers an envelope may be sealed with, by the number in its fourth byte.

Suite 1 is RFC 9180 with X25519. Suite 2 puts ML-KEM-768 beside X25519, so that who copies the
box today and owns a quantum computer in twenty years still reads nothing; its envelopes are
about twice as long. A later suite takes the next number.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from surveys.errors import Invalid

OpeningKey = X25519PrivateKey | MLKEM768X25519PrivateKey
SealingKey = X25519PublicKey | MLKEM768X25519PublicKey

_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184


@dataclass(frozen=True, slots=True)
class SealingSuite:
    """One way to seal a layer.

    Parameters
    ----------
    number : the envelope's fourth byte
    hpke : the cipher
    secret_bytes : length of a raw secret; any bytes of this length are a key
    overhead : bytes one layer adds
    opening_key : raw secret → key
    sealing_key : raw public key → key; ValueError if it is none
    public_bytes : raw secret → raw public key
    """

    number: int
    hpke: Suite
    secret_bytes: int
    overhead: int
    opening_key: Callable[[bytes], OpeningKey]
    sealing_key: Callable[[bytes], SealingKey]
    public_bytes: Callable[[bytes], bytes]


def _x25519_public_bytes(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _hybrid_parts(secret: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    return (
        MLKEM768PrivateKey.from_seed_bytes(secret[:_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(secret[_SEED_BYTES:]),
    )


def _hybrid_opening_key(secret: bytes) -> OpeningKey:
    return MLKEM768X25519PrivateKey(*_hybrid_parts(secret))


def _hybrid_sealing_key(public: bytes) -> SealingKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )


def _hybrid_public_bytes(secret: bytes) -> bytes:
    return b"".join(part.public_key().public_bytes_raw() for part in _hybrid_parts(secret))


X25519 = SealingSuite(
    number=1,
    hpke=Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    secret_bytes=32,
    overhead=32 + 16,
    opening_key=X25519PrivateKey.from_private_bytes,
    sealing_key=X25519PublicKey.from_public_bytes,
    public_bytes=_x25519_public_bytes,
)
MLKEM768_X25519 = SealingSuite(
    number=2,
    hpke=Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    secret_bytes=_SEED_BYTES + 32,
    overhead=1088 + 32 + 16,
    opening_key=_hybrid_opening_key,
    sealing_key=_hybrid_sealing_key,
    public_bytes=_hybrid_public_bytes,
)

SUITES = {suite.number: suite for suite in (X25519, MLKEM768_X25519)}


def suite_numbered(number: int) -> SealingSuite:
    """Look a suite up.

    Raises
    ------
    Invalid : ``unknown_suite`` (suite)
    """
    if number not in SUITES:
        raise Invalid("unknown_suite", suite=number)
    return SUITES[number]
