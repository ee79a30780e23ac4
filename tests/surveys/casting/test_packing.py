"""Ballots as bytes: one spelling for each ballot, nothing else accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.casting.packing import FORMAT, BallotBody, Comment, pack, unpack
from surveys.casting.sealing import LONGEST_BODY
from surveys.errors import Invalid

TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), min_size=1, max_size=200
)


@st.composite
def bodies(draw: st.DrawFn) -> BallotBody:
    targets = sorted(draw(st.sets(st.integers(0, 255), max_size=5)))
    return BallotBody(
        batch=draw(st.integers(1, 2**32 - 1)),
        answers=draw(st.binary(max_size=300)),
        comments=tuple(Comment(target, draw(TEXTS)) for target in targets),
        times=draw(st.binary(min_size=32, max_size=32)),
        seconds=draw(st.integers(0, 2**16 - 1)),
        network=draw(st.binary(min_size=8, max_size=8)),
        device=draw(st.binary(min_size=8, max_size=8)),
    )


BODY = BallotBody(
    batch=258,
    answers=bytes([1, 5, 0, 255]),
    comments=(Comment(1, "好"),),
    times=bytes(range(32)),
    seconds=95,
    network=bytes.fromhex("0102030405060708"),
    device=bytes.fromhex("1112131415161718"),
)
BYTES = bytes.fromhex(
    "02 00000102 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f"
    "005f 0102030405060708 1112131415161718 0004 010500ff 01 01 0003 e5a5bd"
)


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        unpack(data)
    return caught.value


def test_a_ballot_is_these_bytes() -> None:
    assert pack(BODY) == BYTES


@given(bodies())
def test_what_is_packed_is_unpacked(body: BallotBody) -> None:
    assert unpack(pack(body)) == body


@given(st.binary(max_size=80))
def test_bytes_that_are_read_are_written_the_same(tail: bytes) -> None:
    data = bytes([FORMAT]) + tail
    try:
        body = unpack(data)
    except Invalid:
        return
    assert pack(body) == data


@given(st.integers(0, len(BYTES) - 1))
def test_a_ballot_cut_short_is_refused(length: int) -> None:
    assert refusal(BYTES[:length]).code == "ballot_unreadable"


def test_bytes_behind_a_ballot_are_refused() -> None:
    assert refusal(BYTES + b"\0").facts["reason"] == "length"


def test_an_unknown_format_is_refused() -> None:
    assert refusal(b"\x01" + BYTES[1:]).facts["reason"] == "format"


def test_a_comment_that_is_not_utf8_is_refused() -> None:
    assert refusal(BYTES[:-3] + b"\xff\xfe\xfd").facts["reason"] == "text"


def test_ten_units_by_eight_items_with_two_full_comments_fit() -> None:
    comments = (Comment(0, "评" * 200), Comment(9, "议" * 200))
    assert len(pack(BallotBody(1, bytes(80), comments))) <= LONGEST_BODY


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("batch", BallotBody(0, b"")),
        ("batch", BallotBody(2**32, b"")),
        ("times", BallotBody(1, b"", times=bytes(31))),
        ("seconds", BallotBody(1, b"", seconds=65_536)),
        ("network", BallotBody(1, b"", network=bytes(7))),
        ("device", BallotBody(1, b"", device=bytes(9))),
        ("answers", BallotBody(1, bytes(65_536))),
        ("comments", BallotBody(1, b"", tuple(Comment(n, "x") for n in range(256)))),
    ],
)
def test_a_field_out_of_range_is_named(field: str, body: BallotBody) -> None:
    with pytest.raises(Invalid) as caught:
        pack(body)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize("length", [0, 201])
def test_a_comment_has_one_to_two_hundred_characters(length: int) -> None:
    with pytest.raises(Invalid, match="comment_wrong_length"):
        pack(BallotBody(1, b"", (Comment(0, "评" * length),)))


@pytest.mark.parametrize("character", ["\0", "\r", "\x1b", "\ud800"])
def test_a_comment_has_no_control_characters(character: str) -> None:
    with pytest.raises(Invalid, match="comment_bad_character"):
        pack(BallotBody(1, b"", (Comment(0, f"a{character}"),)))


@pytest.mark.parametrize("targets", [(1, 1), (2, 1), (256,)])
def test_comments_stand_in_the_order_of_their_targets(targets: tuple[int, ...]) -> None:
    with pytest.raises(Invalid, match="comments_out_of_order"):
        pack(BallotBody(1, b"", tuple(Comment(target, "x") for target in targets)))
