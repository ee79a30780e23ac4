"""Sealing: every envelope has one length, and only the two officers together read it."""

import random
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from surveys.casting.context import context
from surveys.casting.moments import NOTE_BYTES
from surveys.casting.receipts import leaf
from surveys.casting.sealing import (
    HEADER_BYTES,
    LONGEST_BODY,
    PADDED_LENGTH,
    SEALED_LENGTH,
    PublicKeys,
    layer_info,
    seal,
    sealed_length,
)
from surveys.casting.suites import MLKEM768_X25519, SUITES, X25519, SealingSuite
from surveys.errors import Invalid

RNG = random.Random(11)
CASTING = Ed25519PrivateKey.from_private_bytes(RNG.randbytes(32))
BOTH = pytest.mark.parametrize("suite", SUITES.values(), ids=["x25519", "mlkem768-x25519"])
BODY = "一张样例票".encode()


def secrets_of(suite: SealingSuite) -> tuple[bytes, bytes]:
    return RNG.randbytes(suite.secret_bytes), RNG.randbytes(suite.secret_bytes)


def keys_of(suite: SealingSuite, secrets: tuple[bytes, bytes]) -> PublicKeys:
    a, b = map(suite.public_bytes, secrets)
    return PublicKeys(a, b, suite.number)


def sealer(suite: SealingSuite) -> Callable[[bytes], bytes]:
    keys = keys_of(suite, secrets_of(suite))
    return lambda body: seal(body, campaign=7, keys=keys, casting_key=CASTING)


@BOTH
def test_every_envelope_has_the_same_length(suite: SealingSuite) -> None:
    make = sealer(suite)
    lengths = {len(make(bytes(n))) for n in (0, 1, 37, 500, LONGEST_BODY)}
    assert lengths == {sealed_length(suite)}


def test_without_padding_lengths_would_differ() -> None:
    keys = keys_of(X25519, secrets_of(X25519))
    lengths = {len(X25519.hpke.encrypt(bytes(n), keys.inner)) for n in (0, 1, 37, 500)}
    assert len(lengths) == 4


def test_an_envelope_is_1792_bytes_so_that_four_rows_fill_a_page() -> None:
    assert SEALED_LENGTH == 1792


def test_a_body_one_byte_too_long_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        sealer(X25519)(bytes(LONGEST_BODY + 1))
    assert caught.value.code == "ballot_too_large"
    assert caught.value.facts["longest"] == LONGEST_BODY


@BOTH
def test_the_fourth_byte_names_the_suite(suite: SealingSuite) -> None:
    assert sealer(suite)(BODY)[:HEADER_BYTES] == b"GP\x02" + bytes([suite.number])


def test_the_same_ballot_twice_is_two_envelopes() -> None:
    make = sealer(X25519)
    assert leaf(make(BODY)) != leaf(make(BODY))


@BOTH
def test_no_byte_run_of_the_ballot_is_in_the_envelope(suite: SealingSuite) -> None:
    assert BODY not in sealer(suite)(BODY)
    # The control: a layer that is only stamped and padded shows it.
    assert BODY in BODY.ljust(PADDED_LENGTH, b"\0")


@BOTH
def test_officer_a_alone_reads_nothing(suite: SealingSuite) -> None:
    secrets = secrets_of(suite)
    sealed = seal(BODY, campaign=7, keys=keys_of(suite, secrets), casting_key=CASTING)
    info = layer_info("officer_a", 7, suite=suite.number)
    a, b = map(suite.opening_key, secrets)
    inner = suite.hpke.decrypt(sealed[HEADER_BYTES:], a, info=info)[:-NOTE_BYTES]
    assert BODY not in inner
    with pytest.raises(InvalidTag):
        suite.hpke.decrypt(inner, a, info=layer_info("officer_b", 7, suite=suite.number))
    # The control: with officer B's key it opens.
    assert BODY in suite.hpke.decrypt(inner, b, info=layer_info("officer_b", 7, suite=suite.number))


def test_officer_b_cannot_begin() -> None:
    secrets = secrets_of(X25519)
    sealed = seal(BODY, campaign=7, keys=keys_of(X25519, secrets), casting_key=CASTING)
    for role in ("officer_a", "officer_b"):
        with pytest.raises(InvalidTag):
            X25519.hpke.decrypt(
                sealed[HEADER_BYTES:],
                X25519.opening_key(secrets[1]),
                info=layer_info(role, 7, suite=1),
            )


def test_the_hybrid_envelope_is_larger_by_the_two_encapsulations() -> None:
    assert sealed_length(MLKEM768_X25519) == SEALED_LENGTH + 2 * 1088


def test_an_unknown_suite_is_refused() -> None:
    keys = PublicKeys(bytes(32), bytes(32), suite=9)
    with pytest.raises(Invalid, match="unknown_suite"):
        seal(BODY, campaign=7, keys=keys, casting_key=CASTING)


@BOTH
def test_bytes_that_are_no_public_key_are_refused(suite: SealingSuite) -> None:
    with pytest.raises(Invalid, match="bad_public_key"):
        _ = PublicKeys(b"short", b"short", suite.number).outer


def test_a_number_and_its_digits_are_the_same_campaign() -> None:
    assert context("stamp", 7) == context("stamp", "7") == b"gongping|stamp|\x00\x017"


def test_what_follows_a_campaigns_name_does_not_run_into_it() -> None:
    assert context("stamp", "7") + b"8x" != context("stamp", "78") + b"x"
