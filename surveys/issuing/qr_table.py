"""QR codes of many payloads that differ only in their code, a thousand times as fast as one by one.

Data bits, error correction (a linear code over GF(2⁸)) and placement are linear over GF(2), and
version, mask and segments stay the same. So the symbol of a payload is the symbol of one base
code, XOR what each pair of characters changes. Alphanumeric mode writes a pair as an 11-bit number:
eleven symbols drawn by the library give what each bit changes, and from them all 1,024 pairs.

Reference: ISO/IEC 18004:2015, 7.4.4 (alphanumeric mode), 7.5 (error correction).
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from surveys.issuing.crockford import ALPHABET
from surveys.issuing.qr import qr_matrix

Packed: TypeAlias = NDArray[np.uint8]

# The 45 characters of alphanumeric mode, in the order of their values.
ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PAIR_BITS: Final = 11
N_VALUES: Final = len(ALPHABET)
# Not a digit: the library would write a run of digits in another mode.
BASE: Final = "A"
BASE_PAIR: Final = ALPHANUMERIC.index(BASE) * 46


class QrTable:
    """The symbols of ``head + code`` for all codes of one length.

    Parameters
    ----------
    head : what stands before the code, in capitals
    length : characters of a code, of `crockford.ALPHABET`
    """

    def __init__(self, head: str, *, length: int) -> None:
        self._head, self._length = head, length
        # Where the head ends within its own alphanumeric run, the code's first character is the
        # second one of a pair; "#" begins a new run.
        self._shift = 0 if head.endswith("#") else len(head) % 2
        self._plain = BASE * length
        self._base = self._symbol(self._plain)
        self._slots = [self._slot(*places) for places in self._places()]
        self.side = len(qr_matrix(head + self._plain))

    def symbols(self, codes: Sequence[str]) -> Packed:
        """Draw the symbols.

        Returns
        -------
        array of shape (n, side, ⌈side/8⌉): rows of modules, eight to a byte, 1 = dark
        """
        given = np.frombuffer("".join(codes).encode("ascii"), np.uint8)
        values = _VALUE_OF[given.reshape(len(codes), self._length)].astype(np.intp)
        drawn = np.repeat(self._base[None], len(codes), axis=0)
        for (first, second), table in zip(self._places(), self._slots, strict=True):
            index = values[:, first]
            if second is not None:
                index = index * N_VALUES + values[:, second]
            drawn ^= table[index]
        return drawn

    def _places(self) -> list[tuple[int, int | None]]:
        """Which characters are written together: pairs, and single ones at the ends."""
        single: list[tuple[int, int | None]] = [(0, None)] if self._shift else []
        rest = range(self._shift, self._length, 2)
        return single + [(place, place + 1 if place + 1 < self._length else None) for place in rest]

    def _slot(self, first: int, second: int | None) -> Packed:
        """What each value of a slot changes in the base symbol."""
        if second is None:
            return np.stack([self._change({first: letter}) for letter in ALPHABET])
        bits = [
            self._change({first: ALPHANUMERIC[number // 45], second: ALPHANUMERIC[number % 45]})
            for number in (BASE_PAIR ^ 1 << bit for bit in range(PAIR_BITS))
        ]
        table = np.zeros((N_VALUES * N_VALUES, *self._base.shape), np.uint8)
        for index, (a, b) in enumerate((a, b) for a in ALPHABET for b in ALPHABET):
            number = (ALPHANUMERIC.index(a) * 45 + ALPHANUMERIC.index(b)) ^ BASE_PAIR
            for bit in range(PAIR_BITS):
                if number >> bit & 1:
                    table[index] ^= bits[bit]
        return table

    def _change(self, letters: dict[int, str]) -> Packed:
        code = [letters.get(place, base) for place, base in enumerate(self._plain)]
        return self._symbol("".join(code)) ^ self._base

    def _symbol(self, code: str) -> Packed:
        return np.packbits(np.array(qr_matrix(self._head + code), np.uint8), axis=1)


def _values() -> Packed:
    values = np.zeros(256, np.uint8)
    for value, letter in enumerate(ALPHABET):
        values[ord(letter)] = value
    return values


_VALUE_OF: Final = _values()
