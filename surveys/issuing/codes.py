"""Codes that admit one ballot each, and the hash by which the box knows them.

A code is 26 random Crockford characters (130 bits) and two check characters. Only its hash is
stored. Why the hash leaves the campaign out: docs/adr/0002-sealed-envelopes.md.
"""

import hashlib
import re
from collections.abc import Callable

from surveys.errors import Invalid
from surveys.issuing import crockford

N_RANDOM = 26
CODE_LENGTH = N_RANDOM + crockford.N_CHECKS
IDENTITY_BYTES = 16

_ADDRESS_END = re.compile(r"[#/]")
_RANDOM_BYTES = 17
_SPARE_BITS = _RANDOM_BYTES * 8 - N_RANDOM * 5


def new_codes(n: int, *, random_bytes: Callable[[int], bytes]) -> list[str]:
    """Make codes.

    Parameters
    ----------
    n : how many
    random_bytes : a cryptographic source, such as ``os.urandom``

    Returns
    -------
    list of n strings of 28 characters, in no order that means anything
    """
    pool = random_bytes(_RANDOM_BYTES * n)
    return [
        _spelled(int.from_bytes(pool[start : start + _RANDOM_BYTES]) >> _SPARE_BITS)
        for start in range(0, len(pool), _RANDOM_BYTES)
    ]


def _spelled(number: int) -> str:
    return crockford.text_of(crockford.with_checks(crockford.split_bits(number, N_RANDOM)))


def printed(code: str) -> str:
    """Set the code in seven groups of four, as it stands on the sheet."""
    return crockford.grouped(code)


def parse_code(text: str) -> str:
    """Read a code that was scanned or typed; a whole pasted address will do.

    Raises
    ------
    Invalid
        ``code_bad_character`` (character, position), ``code_wrong_length`` (length, expected),
        ``code_mistyped`` (position, group): position counts from 1 without separators and is
        None where more than one character must be wrong; group is the printed group of four.
    """
    # A pasted link ends in "#CODE" or "/CODE"; neither sign can belong to a code.
    values = crockford.values_of(_ADDRESS_END.split(text.strip())[-1])
    if len(values) != CODE_LENGTH:
        raise Invalid("code_wrong_length", length=len(values), expected=CODE_LENGTH)
    if not crockford.fits(values):
        place = crockford.wrong_place(values)
        raise Invalid(
            "code_mistyped",
            position=None if place is None else place + 1,
            group=None if place is None else place // 4 + 1,
        )
    return crockford.text_of(values)


def code_hash(code: str) -> bytes:
    """By which the box knows a code: 32 bytes, one look-up whatever the campaign.

    Parameters
    ----------
    code : as `parse_code` or `new_codes` gives it
    """
    return hashlib.sha256(b"gongping|code|" + code.encode("ascii")).digest()


def ballot_identity_hash(code: str, identity: bytes) -> bytes:
    """By which the box knows one ballot cast with a poster's open code.

    Parameters
    ----------
    code : the poster's code, as `parse_code` gives it
    identity : 16 bytes the voter's browser drew at random and keeps for its retries

    Raises
    ------
    Invalid : ``identity_wrong_length`` (length)
    """
    if len(identity) != IDENTITY_BYTES:
        raise Invalid("identity_wrong_length", length=len(identity))
    # Fixed lengths on both sides of the bar: no two pairs give the same text.
    return hashlib.sha256(b"gongping|open|" + code.encode("ascii") + b"|" + identity).digest()
