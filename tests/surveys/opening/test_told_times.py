"""Officer A tells of a ballot's time only what enough ballots share, and can tell nothing false."""

from collections import Counter

import pytest

from surveys.casting.moments import (
    NOT_TOLD,
    NOTE_BYTES,
    TOLD_BYTES,
    TimeNote,
    commitment,
    new_note,
    proven_time,
    read_note,
)
from surveys.casting.packing import BallotBody, pack, unpack
from surveys.casting.sealing import HEADER_BYTES, layer_info, seal
from surveys.casting.suites import X25519
from surveys.opening.keys import Role
from surveys.opening.unsealing import StampedBody
from tests.surveys.opening.conftest import campaign_named
from tests.surveys.opening.piles import layer_a_off, layer_b_off

BATCH = 3
WINDOW = 2_950_008  # the first ten minutes of two hours
CAMPAIGN = campaign_named("7")
A, B = CAMPAIGN.keys[Role.OFFICER_A], CAMPAIGN.keys[Role.OFFICER_B]


def envelopes(*buckets: int) -> list[bytes]:
    """A ballot for each time; its first answer is its place."""
    sealed = []
    for place, bucket in enumerate(buckets):
        note = new_note(BATCH, bucket)
        body = BallotBody(BATCH, bytes([place + 1]), times=note.commitments())
        casting = CAMPAIGN.keys[Role.CASTING].signing_key()
        keys = CAMPAIGN.ring.sealing
        sealed.append(seal(pack(body), campaign="7", keys=keys, casting_key=casting, note=note))
    return sealed


def times_of(stamped: list[StampedBody]) -> dict[int, int | None]:
    """place → the time that was told."""
    bodies = [(one, unpack(one.body)) for one in stamped]
    return {
        body.answers[0] - 1: proven_time(one.told, batch=body.batch, times=body.times)
        for one, body in bodies
    }


def opened(*buckets: int) -> list[StampedBody]:
    """What officer B sees."""
    return layer_b_off(layer_a_off(envelopes(*buckets), key=A), key=B)


def test_a_time_that_eight_share_is_told() -> None:
    buckets = [WINDOW + 1] * 8 + [WINDOW + 2] * 8
    assert times_of(opened(*buckets)) == dict(enumerate(buckets))


def test_times_that_few_share_are_told_as_two_hours_or_not_at_all() -> None:
    alone = [WINDOW + 12 * n for n in range(5, 13)]
    found = times_of(opened(*[WINDOW + n for n in range(8)], *alone))
    assert Counter(found.values()) == {WINDOW: 8, 0: 8}
    assert {found[place] for place in range(8)} == {WINDOW}


def test_the_first_ten_minutes_of_two_hours_look_like_the_others() -> None:
    """Both times are the same number; which salt came with it would tell them apart."""
    stamped = opened(*[WINDOW + n for n in range(8)])
    for one in stamped:
        body = unpack(one.body)
        salt = one.told[4:]
        wide = commitment(salt, batch=BATCH, time=WINDOW, width=12)
        assert body.times[16:] == wide
        assert commitment(salt, batch=BATCH, time=WINDOW, width=1) not in body.times


def test_where_no_time_was_recorded_none_is_told() -> None:
    stamped = opened(*[0] * 9)
    assert {one.told for one in stamped} == {NOT_TOLD}
    assert {unpack(one.body).times for one in stamped} == {bytes(32)}
    assert set(times_of(stamped).values()) == {0}


@pytest.mark.parametrize("bucket", [WINDOW + 1, WINDOW + 2, WINDOW, WINDOW + 12, 1])
def test_officer_a_can_tell_no_other_time(bucket: int) -> None:
    note = new_note(BATCH, WINDOW + 3)
    body = BallotBody(BATCH, b"", times=note.commitments())
    false = bucket.to_bytes(4) + note.salts[0]
    assert proven_time(false, batch=BATCH, times=body.times) is None
    assert proven_time(note.told(1), batch=BATCH, times=body.times) == WINDOW + 3
    assert proven_time(note.told(1), batch=BATCH + 1, times=body.times) is None


def test_a_ballot_without_a_time_gets_none() -> None:
    told = new_note(BATCH, WINDOW).told(1)
    assert proven_time(told, batch=BATCH, times=bytes(32)) is None


def test_officer_a_reads_the_time_and_no_answer() -> None:
    (envelope,) = envelopes(WINDOW + 5)
    info = layer_info("officer_a", "7", suite=1)
    layer = X25519.hpke.decrypt(envelope[HEADER_BYTES:], X25519.opening_key(A.secret), info=info)
    note = read_note(layer[-NOTE_BYTES:])
    assert (note.batch, note.bucket) == (BATCH, WINDOW + 5)
    # The control: it is the time to which the ballot is bound.
    (stamped,) = layer_b_off([layer[:-NOTE_BYTES] + note.told(1)], key=B)
    assert unpack(stamped.body).times == note.commitments()


def test_what_is_told_has_one_length() -> None:
    lengths = {len(layer) for layer in layer_a_off(envelopes(0, *[WINDOW] * 8), key=A)}
    assert lengths == {32 + 16 + 1652 + TOLD_BYTES}
    assert len(TimeNote().packed()) == NOTE_BYTES
