"""Check characters: what they catch, proved by trying everything."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import Invalid
from surveys.issuing import crockford

WORDS = [
    crockford.with_checks([random.Random(seed).randrange(32) for _ in range(26)])
    for seed in range(5)
]


def parity_only(values: list[int]) -> bool:
    """A control: one sum without weights, as a lesser scheme would have."""
    total = 0
    for value in values:
        total ^= value
    return total == 0


def test_every_single_wrong_character_is_caught_and_pointed_at() -> None:
    for word in WORDS:
        for place, value in enumerate(word):
            for wrong in set(range(32)) - {value}:
                typed = [*word[:place], wrong, *word[place + 1 :]]
                assert not crockford.fits(typed)
                assert crockford.wrong_place(typed) == place


def swaps(word: list[int]) -> list[list[int]]:
    swapped = []
    for i, j in combinations(range(len(word)), 2):
        if word[i] != word[j]:
            typed = list(word)
            typed[i], typed[j] = typed[j], typed[i]
            swapped.append(typed)
    return swapped


def test_every_swap_of_two_characters_is_caught() -> None:
    assert not any(crockford.fits(typed) for word in WORDS for typed in swaps(word))


def test_a_swap_is_not_blamed_on_one_character() -> None:
    assert all(crockford.wrong_place(typed) is None for word in WORDS for typed in swaps(word))


def test_without_weights_swaps_would_pass() -> None:
    assert all(parity_only(typed) for word in WORDS for typed in swaps(word))


def test_every_two_wrong_characters_are_caught() -> None:
    word = WORDS[0]
    for i, j in combinations(range(len(word)), 2):
        for a, b in ((1, 1), (1, 31), (7, 18), (30, 5)):
            typed = list(word)
            typed[i] ^= a
            typed[j] ^= b
            assert not crockford.fits(typed)
            place = crockford.wrong_place(typed)
            assert place is None or place < len(word)


def test_the_field_is_that_of_x5_x2_1() -> None:
    # One x at place 5 is α⁵ = α² + 1; solved by hand: c6 + c7 = 1, c6·α⁶ + c7·α⁷ = α⁵.
    word = crockford.with_checks([0, 0, 0, 0, 0, 1])
    assert word[6] ^ word[7] == 1
    alpha = [1, 2, 4, 8, 16, 5, 10, 20]
    assert times(word[6], alpha[6]) ^ times(word[7], alpha[7]) == alpha[5]


def times(a: int, b: int) -> int:
    """Multiply polynomials modulo x⁵ + x² + 1, bit by bit."""
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << bit - 5
    return product


@given(st.lists(st.integers(0, 31), min_size=1, max_size=29))
def test_a_word_with_its_checks_fits_at_every_length(values: list[int]) -> None:
    assert crockford.fits(crockford.with_checks(values))


def test_thirty_characters_are_refused_because_places_would_repeat() -> None:
    with pytest.raises(ValueError, match="values"):
        crockford.with_checks([0] * 30)


@given(st.integers(0, 2**130 - 1))
def test_bits_survive_cutting_and_joining(number: int) -> None:
    assert crockford.join_bits(crockford.split_bits(number, 26)) == number


@pytest.mark.parametrize(
    "typed",
    ["o1", "Oi", "ol", "OL", "0-1", " 0 1 ", "\uff10\uff11", "\uff4f\uff0d\uff4c", "0\u20131"],
)
def test_look_alikes_and_separators_are_read_kindly(typed: str) -> None:
    assert crockford.values_of(typed) == [0, 1]


@pytest.mark.parametrize(("typed", "position"), [("0U", 2), ("0-1!", 3), ("公1", 1), ("ß", 1)])
def test_a_sign_outside_the_alphabet_is_named(typed: str, position: int) -> None:
    with pytest.raises(Invalid) as caught:
        crockford.values_of(typed)
    assert caught.value.code == "code_bad_character"
    assert caught.value.facts["position"] == position
