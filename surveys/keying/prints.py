"""Fingerprints of what somebody read on a paper ballot: to compare two readings, and no more.

One for each answer byte, so that a third person can be told where two readings differ, but not
what was read. The key is the campaign's own for tags: it lies outside the database and is
destroyed at certification. Without it a stolen database says nothing of what is on paper.
"""

import hmac
from typing import Final

PRINT_BYTES: Final = 8
# Longer than any answer byte, so that no answer has its print.
UNREADABLE: Final = b"unreadable"


def prints(packed: bytes | None, *, h: bytes, key: bytes) -> bytes:
    """The fingerprints of a reading.

    Parameters
    ----------
    packed : the ballot's answer bytes, or None where the paper cannot be read
    h : hash of the ballot's code: the same answer on two ballots has two prints
    key : 32 bytes, the campaign's
    """
    read = [UNREADABLE] if packed is None else [bytes([answer]) for answer in packed]
    return b"".join(
        hmac.digest(key, b"gongping|paper|" + h + place.to_bytes(2) + what, "sha256")[:PRINT_BYTES]
        for place, what in enumerate(read)
    )


def differing(one: bytes, other: bytes) -> frozenset[int]:
    """Places of the answer bytes in which two readings differ; none where one was unreadable."""
    if len(one) != len(other):
        return frozenset()
    return frozenset(
        start // PRINT_BYTES
        for start in range(0, len(one), PRINT_BYTES)
        if one[start : start + PRINT_BYTES] != other[start : start + PRINT_BYTES]
    )


def paper_nonce(h: bytes, *, key: bytes) -> bytes:
    """The nonce of a paper ballot: the same again when its casting is repeated."""
    return hmac.digest(key, b"gongping|paper-nonce|" + h, "sha256")
