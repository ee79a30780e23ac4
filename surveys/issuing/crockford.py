"""Crockford base32 with two check characters over GF(32).

A word of n ≤ 29 characters gets two more, so that the polynomial of all of them vanishes at
1 and at α (a shortened Reed-Solomon code of distance 3): every wrong character, every two
wrong characters and therefore every swap of two characters is caught, and a single wrong
character can be pointed at.

Reference: I. S. Reed, G. Solomon, "Polynomial codes over certain finite fields", J. SIAM 8(2),
1960, doi:10.1137/0108018. The field is GF(2)[x]/(x⁵ + x² + 1), α = x.
"""

import re
import unicodedata
from collections.abc import Sequence

from surveys.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
N_CHECKS = 2
LONGEST = 31

_READ_AS = {"O": "0", "I": "1", "L": "1"}
# What a scanned code is made of, by the place of the character in ASCII; 255 for all others.
_PLAIN = bytes(ALPHABET.index(chr(code)) if chr(code) in ALPHABET else 255 for code in range(256))
_SEPARATOR = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def _powers_of_alpha() -> tuple[int, ...]:
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 0b100000 else doubled)
    return tuple(powers)


_POWER = _powers_of_alpha()
_LOG = {value: exponent for exponent, value in enumerate(_POWER)}


def _product(a: int, b: int) -> int:
    return _POWER[(_LOG[a] + _LOG[b]) % 31] if a and b else 0


# _TIMES[i][v] is v·αⁱ: what a character of value v adds to the second sum at place i.
_TIMES = tuple(tuple(_product(value, _POWER[place]) for value in range(32)) for place in range(31))


def _sums(values: Sequence[int]) -> tuple[int, int]:
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _TIMES[place][value]
    return plain, weighted


def with_checks(values: Sequence[int]) -> list[int]:
    """Append the two check values.

    Parameters
    ----------
    values : at most 29 values of 0..31

    Raises
    ------
    ValueError : more than 29 values
    """
    n = len(values)
    if n > LONGEST - N_CHECKS:
        raise ValueError("values: at most 29")
    plain, weighted = _sums(values)
    # c(n) + c(n+1) = plain and c(n)·αⁿ + c(n+1)·αⁿ⁺¹ = weighted, solved for both.
    last = _product(
        weighted ^ _TIMES[n][plain], _POWER[(31 - _LOG[_POWER[n] ^ _POWER[n + 1]]) % 31]
    )
    return [*values, plain ^ last, last]


def fits(values: Sequence[int]) -> bool:
    """Whether the check values at the end belong to the values before them."""
    return _sums(values) == (0, 0)


def wrong_place(values: Sequence[int]) -> int | None:
    """Place (from 0) of the one wrong value that would explain the sums, if there is one."""
    plain, weighted = _sums(values)
    if not plain or not weighted:
        return None  # two or more values are wrong: two swapped ones leave the plain sum at 0
    place = (_LOG[weighted] - _LOG[plain]) % 31
    return place if place < len(values) else None


def text_of(values: Sequence[int]) -> str:
    """Spell values of 0..31."""
    return "".join([ALPHABET[value] for value in values])


def values_of(text: str) -> list[int]:
    """Read what a person typed: any case, spaces and dashes, O as 0, I and L as 1, full width.

    Raises
    ------
    Invalid : ``code_bad_character`` (character, position from 1, separators not counted)
    """
    if text.isascii() and 255 not in (scanned := text.encode("ascii").translate(_PLAIN)):
        return list(scanned)
    bare = _SEPARATOR.sub("", unicodedata.normalize("NFKC", text))
    values = []
    for position, typed in enumerate(bare, start=1):
        character = typed.upper()
        value = _VALUE.get(_READ_AS.get(character, character))
        if value is None:
            raise Invalid("code_bad_character", character=typed, position=position)
        values.append(value)
    return values


def split_bits(number: int, n: int) -> list[int]:
    """Cut a number of 5·n bits into n values, the highest bits first."""
    return [number >> 5 * place & 31 for place in range(n - 1, -1, -1)]


def join_bits(values: Sequence[int]) -> int:
    """Undo `split_bits`."""
    number = 0
    for value in values:
        number = number << 5 | value
    return number


def grouped(text: str, size: int = 4) -> str:
    """Set a hyphen after every `size` characters."""
    return "-".join(text[start : start + size] for start in range(0, len(text), size))
