"""Codes: random, typed by hand, known to the box by their hash alone."""

import hashlib
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import Invalid
from surveys.issuing.codes import (
    ballot_identity_hash,
    code_hash,
    new_codes,
    parse_code,
    printed,
)

CODES = new_codes(50, random_bytes=random.Random(7).randbytes)
CODE = CODES[0]


def refusal(typed: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        parse_code(typed)
    return caught.value


def test_a_code_prints_as_seven_groups_of_four() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", printed(CODE))


def test_codes_are_all_different() -> None:
    assert len(set(new_codes(20_000, random_bytes=random.Random(1).randbytes))) == 20_000


def test_all_130_bits_of_a_code_are_random() -> None:
    codes = new_codes(2_000, random_bytes=random.Random(2).randbytes)
    for place in range(26):
        assert len({code[place] for code in codes}) == 32


def test_a_codes_first_character_is_the_highest_five_bits() -> None:
    assert new_codes(1, random_bytes=lambda n: bytes([0x80, *bytes(n - 1)]))[0].startswith("G0")


def test_no_codes_are_made_when_none_are_asked_for() -> None:
    assert new_codes(0, random_bytes=random.Random(1).randbytes) == []


@given(st.sampled_from(CODES), st.sampled_from(["printed", "lower", "spaced", "wide", "letters"]))
def test_a_code_is_read_however_it_is_written(code: str, manner: str) -> None:
    written = {
        "printed": printed(code),
        "lower": printed(code).lower(),
        "spaced": " ".join(code),
        "wide": "".join(chr(ord(sign) + 0xFEE0) for sign in printed(code)),
        "letters": code.replace("0", "O").replace("1", "l"),
    }[manner]
    assert parse_code(written) == code


@pytest.mark.parametrize("address", ["HTTPS://PING.EXAMPLE/B#{}", "https://ping.example/B/{} "])
def test_a_pasted_address_is_read_as_its_code(address: str) -> None:
    assert parse_code(address.format(CODE)) == CODE


def test_a_wrong_character_is_named_by_position_and_group() -> None:
    wrong = "A" if CODE[8] != "A" else "B"
    error = refusal(CODE[:8] + wrong + CODE[9:])
    assert (error.code, error.facts["position"], error.facts["group"]) == ("code_mistyped", 9, 3)


def test_neighbours_swapped_are_caught_without_blaming_a_place() -> None:
    place = next(i for i in range(27) if CODE[i] != CODE[i + 1])
    swapped = CODE[:place] + CODE[place + 1] + CODE[place] + CODE[place + 2 :]
    error = refusal(swapped)
    assert (error.code, error.facts["position"]) == ("code_mistyped", None)


@pytest.mark.parametrize(("typed", "length"), [(CODE[:-1], 27), (CODE + "0", 29), ("", 0)])
def test_a_wrong_length_is_named(typed: str, length: int) -> None:
    error = refusal(typed)
    assert (error.code, error.facts["length"]) == ("code_wrong_length", length)


def test_a_strange_sign_is_named() -> None:
    error = refusal(CODE[:5] + "%" + CODE[6:])
    assert (error.code, error.facts["position"]) == ("code_bad_character", 6)


@given(st.text(max_size=60))
def test_whatever_is_typed_only_a_fitting_code_passes(typed: str) -> None:
    try:
        code = parse_code(typed)
    except Invalid:
        return
    assert parse_code(code) == code


def test_the_hash_is_sha256_of_the_marked_code() -> None:
    assert code_hash(CODE) == hashlib.sha256(f"gongping|code|{CODE}".encode()).digest()


def test_every_identity_on_a_poster_is_a_ballot_of_its_own() -> None:
    hashes = {ballot_identity_hash(CODE, bytes([n] * 16)) for n in range(100)}
    assert len(hashes) == 100
    assert code_hash(CODE) not in hashes


def test_the_hash_of_an_open_ballot_is_marked_as_such() -> None:
    marked = f"gongping|open|{CODE}|".encode() + bytes(range(16))
    assert ballot_identity_hash(CODE, bytes(range(16))) == hashlib.sha256(marked).digest()


def test_the_same_identity_gives_the_same_hash_again() -> None:
    assert ballot_identity_hash(CODE, bytes(16)) == ballot_identity_hash(CODE, bytes(16))


def test_one_identity_on_two_posters_is_two_ballots() -> None:
    assert ballot_identity_hash(CODES[1], bytes(16)) != ballot_identity_hash(CODE, bytes(16))


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_identity_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Invalid, match="identity_wrong_length"):
        ballot_identity_hash(CODE, bytes(length))
