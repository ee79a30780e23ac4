"""Proof of work: a second or two of a phone's reckoning, in place of a question to a person.

Asked where nobody hands out codes one by one (a poster), if the campaign wants it, and of a network
that sent many wrong codes. A challenge is signed, not stored, and holds for one browser; a proof
holds for one challenge and one code. So a proof is good for one ballot of a poster, or for one
guess, however often it is sent. Why and how hard: docs/adr/0011-proof-of-work.md.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

# Sixteen small riddles in place of a great one: who is unlucky waits a quarter longer, not thrice.
N_RIDDLES: Final = 16
# Zero bits at the head of each hash: 262 144 hashes in all are expected.
BITS: Final = 14
LIFETIME_SECONDS: Final = 2 * 60 * 60
# Clocks of several servers differ, and are set back a little now and then.
SKEW_SECONDS: Final = 60
LONGEST_PROOF: Final = 200

_MAC_BYTES: Final = 16
_LARGEST: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Challenger:
    """Makes challenges and judges proofs.

    Parameters
    ----------
    key : secret of this server, at least 16 bytes
    bits : of each of the 16 riddles, 0..32
    """

    key: bytes
    bits: int = BITS

    def challenge(self, *, browser: str, now: float) -> str:
        """Make a challenge of about 31 characters for one browser.

        Parameters
        ----------
        browser : what only this browser knows, such as its page cookie
        now : seconds since 1970
        """
        made = f"{int(now):x}"
        return f"{made}.{self._mac(made, browser)}"

    def proved(self, challenge: str, proof: str, *, code: str, browser: str, now: float) -> bool:
        """Whether somebody did the work for this code, in this browser, not too long ago.

        Costs some 30 µs, less where something is wrong.

        Parameters
        ----------
        challenge : as made, and sent back
        proof : 16 decimal numbers below 2³², joined by dots
        code : as it is sent beside the proof, character by character
        """
        made, _, mac = challenge.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(made, browser).encode()):
            return False
        # The signature says that we wrote it, so it can be read.
        if not -SKEW_SECONDS <= now - int(made, 16) <= LIFETIME_SECONDS:
            return False
        return is_solved(seed_of(challenge, code), proof, bits=self.bits)

    def _mac(self, made: str, browser: str) -> str:
        text = f"gongping|proof of work|{made}|{browser}".encode()
        digest = hmac.digest(self.key, text, "sha256")[:_MAC_BYTES]
        return urlsafe_b64encode(digest).decode().rstrip("=")


def seed_of(challenge: str, code: str) -> bytes:
    """The 32 bytes in front of every number that is tried."""
    return hashlib.sha256(f"{challenge}|{code}".encode()).digest()


def is_solved(seed: bytes, proof: str, *, bits: int = BITS) -> bool:
    """Whether each number of a proof solves its riddle.

    Number n of riddle r (0..15) solves it if SHA-256(seed ‖ r as one byte ‖ n as four bytes, the
    highest first) begins with `bits` zero bits.
    """
    numbers = proof.split(".") if len(proof) <= LONGEST_PROOF else []
    if len(numbers) != N_RIDDLES:
        return False
    return all(
        number.isascii() and number.isdecimal() and _solves(seed, riddle, int(number), bits)
        for riddle, number in enumerate(numbers)
    )


def solve(seed: bytes, *, bits: int = BITS) -> str:
    """Do the work, as a page's script does it: about 0.3 s here."""
    return ".".join(
        str(next(n for n in range(_LARGEST + 1) if _solves(seed, riddle, n, bits)))
        for riddle in range(N_RIDDLES)
    )


def _solves(seed: bytes, riddle: int, number: int, bits: int) -> bool:
    if number > _LARGEST:
        return False
    digest = hashlib.sha256(seed + bytes((riddle,)) + number.to_bytes(4)).digest()
    return int.from_bytes(digest[:4]) >> (32 - bits) == 0
