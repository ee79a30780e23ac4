"""Opening: nothing gets lost, nothing can be forged, dropped, doubled or carried over."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.casting.moments import NOT_TOLD, NOTE_BYTES
from surveys.casting.receipts import leaf
from surveys.casting.sealing import (
    HEADER_BYTES,
    LENGTH_BYTES,
    LONGEST_BODY,
    NONCE_BYTES,
    PADDED_LENGTH,
    SEALED_LENGTH,
    STAMP_BYTES,
    header,
    layer_info,
    stamped_bytes,
)
from surveys.casting.suites import X25519
from surveys.errors import Invalid
from surveys.opening.keys import Role
from surveys.opening.unsealing import StampedBody, require_genuine
from tests.surveys.opening.conftest import Campaign, campaign_named
from tests.surveys.opening.piles import layer_a_off, layer_b_off

N = 40
BODIES = [f"ballot {n % 10}".encode() for n in range(N)]
CAMPAIGN = campaign_named("7")
ENVELOPES = [CAMPAIGN.seal(body) for body in BODIES]


def opened(
    envelopes: list[bytes], *, campaign: Campaign = CAMPAIGN, n_expected: int = N
) -> list[bytes]:
    """The whole way of the box."""
    layers = layer_a_off(envelopes, key=campaign.keys[Role.OFFICER_A])
    stamped = layer_b_off(layers, key=campaign.keys[Role.OFFICER_B])
    return checked(stamped, campaign=campaign, n_expected=n_expected)


def checked(
    stamped: list[StampedBody], *, campaign: Campaign = CAMPAIGN, n_expected: int = N
) -> list[bytes]:
    require_genuine(
        stamped,
        n_expected=n_expected,
        casting_key=campaign.ring.verifying_key(Role.CASTING),
        campaign=campaign.name,
    )
    return [one.body for one in stamped]


def stamped_bodies() -> list[StampedBody]:
    layers = layer_a_off(ENVELOPES, key=CAMPAIGN.keys[Role.OFFICER_A])
    return layer_b_off(layers, key=CAMPAIGN.keys[Role.OFFICER_B])


def by_a_forger(padded: bytes, *, bound: bool = True, inner_bound: bool = True) -> bytes:
    """What anybody can seal who has the public keys."""
    keys = CAMPAIGN.ring.sealing
    inner = X25519.hpke.encrypt(
        padded,
        keys.inner,
        info=layer_info("officer_b", "7", suite=1) if inner_bound else None,
    )
    return header(1) + X25519.hpke.encrypt(
        inner + bytes(NOTE_BYTES),
        keys.outer,
        info=layer_info("officer_a", "7", suite=1) if bound else None,
    )


def test_every_ballot_comes_out_once() -> None:
    assert Counter(opened(ENVELOPES)) == Counter(BODIES)


def test_every_ballot_comes_out_of_the_hybrid_suite_too() -> None:
    hybrid = campaign_named("9", suite=2)
    envelopes = [hybrid.seal(body) for body in BODIES[:5]]
    assert Counter(opened(envelopes, campaign=hybrid, n_expected=5)) == Counter(BODIES[:5])


def test_an_empty_box_opens() -> None:
    assert opened([], n_expected=0) == []


def test_each_officer_shuffles() -> None:
    bodies = [str(n).encode() for n in range(200)]
    envelopes = [CAMPAIGN.seal(body) for body in bodies]
    layers = layer_a_off(envelopes, key=CAMPAIGN.keys[Role.OFFICER_A])
    after_a = [layer_b_off([one], key=CAMPAIGN.keys[Role.OFFICER_B])[0].body for one in layers]
    after_b = [one.body for one in layer_b_off(layers, key=CAMPAIGN.keys[Role.OFFICER_B])]
    # 200 shuffled things keep one on average where it was; 15 has a chance below 1e-11.
    for before, after in ((bodies, after_a), (after_a, after_b), (bodies, after_b)):
        assert sum(x == y for x, y in zip(before, after, strict=True)) < 15


def test_without_shuffling_order_would_tell_all() -> None:
    class Still(random.Random):
        def shuffle(self, x: object) -> None:
            """Leave everything where it is."""

    layers = layer_a_off(ENVELOPES, key=CAMPAIGN.keys[Role.OFFICER_A], rng=Still())
    stamped = layer_b_off(layers, key=CAMPAIGN.keys[Role.OFFICER_B], rng=Still())
    assert [one.body for one in stamped] == BODIES


def test_the_default_shuffle_does_not_listen_to_a_seed() -> None:
    orders = []
    for _ in range(2):
        random.seed(1)
        orders.append([one.body for one in stamped_bodies()])
    assert orders[0] != orders[1]


@settings(max_examples=200)
@given(st.integers(0, N - 1), st.integers(0, SEALED_LENGTH * 8 - 1))
def test_any_flipped_bit_is_refused_and_its_envelope_named(place: int, bit: int) -> None:
    flipped = bytearray(ENVELOPES[place])
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Invalid) as caught:
        opened([*ENVELOPES[:place], bytes(flipped), *ENVELOPES[place + 1 :]])
    assert caught.value.code == "bad_envelope"
    assert caught.value.facts["leaves"] == [leaf(bytes(flipped)).hex()]


@pytest.mark.parametrize("cut", [b"", ENVELOPES[0][:-1], ENVELOPES[0] + b"\0", header(1)])
def test_an_envelope_of_another_length_is_refused(cut: bytes) -> None:
    with pytest.raises(Invalid, match="bad_envelope"):
        opened([cut, *ENVELOPES[1:]])


@settings(max_examples=50)
@given(st.integers(0, N - 1), st.integers(0, 8 * 100 - 1))
def test_a_layer_that_officer_a_changed_is_refused(place: int, bit: int) -> None:
    layers = layer_a_off(ENVELOPES, key=CAMPAIGN.keys[Role.OFFICER_A])
    changed = bytearray(layers[place])
    changed[bit // 8] ^= 1 << bit % 8
    layers[place] = bytes(changed)
    with pytest.raises(Invalid, match="bad_layer"):
        layer_b_off(layers, key=CAMPAIGN.keys[Role.OFFICER_B])


def test_a_dropped_envelope_is_missed() -> None:
    with pytest.raises(Invalid) as caught:
        opened(ENVELOPES[1:])
    assert caught.value.code == "count_differs"
    assert caught.value.facts == {"expected": N, "got": N - 1}


def test_an_envelope_put_in_twice_in_place_of_another_is_caught() -> None:
    with pytest.raises(Invalid, match="duplicate_nonce"):
        opened([*ENVELOPES[:-1], ENVELOPES[0]])


def test_a_count_alone_would_not_catch_it() -> None:
    assert len([*ENVELOPES[:-1], ENVELOPES[0]]) == N


def test_a_layer_that_officer_a_doubled_is_caught() -> None:
    layers = layer_a_off(ENVELOPES, key=CAMPAIGN.keys[Role.OFFICER_A])
    layers[0] = layers[1]
    stamped = layer_b_off(layers, key=CAMPAIGN.keys[Role.OFFICER_B])
    with pytest.raises(Invalid, match="duplicate_nonce"):
        checked(stamped)


def test_a_ballot_that_officer_b_changed_is_caught() -> None:
    stamped = stamped_bodies()
    stamped[3] = replace(stamped[3], body=b"ballot X")
    with pytest.raises(Invalid, match="bad_stamp"):
        checked(stamped)


def test_a_ballot_given_a_fresh_nonce_is_caught() -> None:
    stamped = stamped_bodies()
    stamped[3] = replace(stamped[4], nonce=bytes(NONCE_BYTES))
    with pytest.raises(Invalid, match="bad_stamp"):
        checked(stamped)


def test_a_ballot_sealed_without_the_casting_key_is_caught() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    body = b"forged"
    plain = (
        bytes(NONCE_BYTES) + stranger.sign(body) + len(body).to_bytes(LENGTH_BYTES) + body
    ).ljust(PADDED_LENGTH, b"\0")
    with pytest.raises(Invalid, match="bad_stamp"):
        opened([by_a_forger(plain), *ENVELOPES[1:]])


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        bytes(5),
        bytes(NONCE_BYTES + STAMP_BYTES) + b"\xff\xff",
        b"\xff" * PADDED_LENGTH,
        bytes(PADDED_LENGTH)[:-1] + b"\1",
    ],
)
def test_an_ill_formed_plaintext_is_no_ballot(plain: bytes) -> None:
    layer = by_a_forger(plain)[HEADER_BYTES:]
    inner = X25519.hpke.decrypt(
        layer,
        X25519.opening_key(CAMPAIGN.keys[Role.OFFICER_A].secret),
        info=layer_info("officer_a", "7", suite=1),
    )[:-NOTE_BYTES]
    stamped = layer_b_off([inner + NOT_TOLD], key=CAMPAIGN.keys[Role.OFFICER_B])
    with pytest.raises(Invalid, match="bad_stamp"):
        checked(stamped, n_expected=1)


def stamped_plain(body: bytes, *, length: int | None = None) -> bytes:
    """A plaintext that carries a true stamp."""
    nonce = bytes(NONCE_BYTES)
    stamp = CAMPAIGN.keys[Role.CASTING].signing_key().sign(stamped_bytes(nonce, body, campaign="7"))
    return nonce + stamp + (len(body) if length is None else length).to_bytes(LENGTH_BYTES) + body


LONGEST = bytes([1]) * LONGEST_BODY


@pytest.mark.parametrize(
    "plain",
    [
        stamped_plain(b"x").ljust(PADDED_LENGTH - 1, b"\0") + b"\1",
        stamped_plain(LONGEST, length=LONGEST_BODY + 1),
        stamped_plain(b"x"),
    ],
    ids=["padding", "length", "unpadded"],
)
def test_a_true_stamp_does_not_excuse_another_spelling(plain: bytes) -> None:
    inner = X25519.hpke.encrypt(
        plain, CAMPAIGN.ring.sealing.inner, info=layer_info("officer_b", "7", suite=1)
    )
    with pytest.raises(Invalid, match="bad_stamp"):
        checked(layer_b_off([inner + NOT_TOLD], key=CAMPAIGN.keys[Role.OFFICER_B]), n_expected=1)
    # The control: the same stamp, well padded.
    good = X25519.hpke.encrypt(
        stamped_plain(b"x").ljust(PADDED_LENGTH, b"\0"),
        CAMPAIGN.ring.sealing.inner,
        info=layer_info("officer_b", "7", suite=1),
    )
    assert checked(
        layer_b_off([good + NOT_TOLD], key=CAMPAIGN.keys[Role.OFFICER_B]), n_expected=1
    ) == [b"x"]


def test_a_well_sealed_envelope_of_another_length_is_refused() -> None:
    with pytest.raises(Invalid, match="bad_envelope"):
        opened([by_a_forger(stamped_plain(b"x")), *ENVELOPES[1:]])


def test_a_ballot_replayed_into_another_campaign_is_refused() -> None:
    # The same officers and the same casting key: only the campaign differs.
    keys = {role: replace(key, campaign="8") for role, key in CAMPAIGN.keys.items()}
    with pytest.raises(Invalid, match="key_opens_nothing"):
        layer_a_off(ENVELOPES, key=keys[Role.OFFICER_A])


def test_without_the_binding_a_replay_would_open() -> None:
    padded = b"replayed".ljust(PADDED_LENGTH, b"\0")
    unbound = by_a_forger(padded, bound=False, inner_bound=False)
    a, b = (
        X25519.opening_key(CAMPAIGN.keys[role].secret) for role in (Role.OFFICER_A, Role.OFFICER_B)
    )
    # Nothing in such an envelope says for which campaign it was: these keys open it for any.
    inner = X25519.hpke.decrypt(unbound[HEADER_BYTES:], a)[:-NOTE_BYTES]
    assert X25519.hpke.decrypt(inner, b) == padded


def test_a_stamp_of_another_campaign_is_refused() -> None:
    with pytest.raises(Invalid, match="bad_stamp"):
        require_genuine(
            stamped_bodies(),
            n_expected=N,
            casting_key=CAMPAIGN.ring.verifying_key(Role.CASTING),
            campaign="8",
        )


def test_an_envelope_of_another_suite_is_refused() -> None:
    hybrid = campaign_named("7", suite=2)
    with pytest.raises(Invalid, match="bad_envelope"):
        opened([hybrid.seal(b"x"), *ENVELOPES[1:]])


def test_a_key_that_fits_no_envelope_says_so() -> None:
    other = campaign_named("77").keys[Role.OFFICER_A]
    with pytest.raises(Invalid) as caught:
        layer_a_off(ENVELOPES, key=other, campaign="7")
    assert caught.value.facts == {"n": N, "got": other.fingerprint}


@pytest.mark.parametrize("role", [Role.OFFICER_B, Role.CASTING])
def test_officer_a_cannot_be_played_with_another_key(role: Role) -> None:
    with pytest.raises(Invalid, match="wrong_role"):
        layer_a_off(ENVELOPES, key=CAMPAIGN.keys[role])


def test_officer_b_cannot_be_played_with_officer_as_key() -> None:
    with pytest.raises(Invalid, match="wrong_role"):
        layer_b_off([], key=CAMPAIGN.keys[Role.OFFICER_A])


def test_progress_ends_at_the_total() -> None:
    seen: list[tuple[int, int]] = []
    layer_a_off(
        ENVELOPES,
        key=CAMPAIGN.keys[Role.OFFICER_A],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[0] == (0, N)
    assert seen[-1] == (N, N)
