"""When a ballot was cast: told to officer A alone, who sees no answers.

Whoever owns the database sees in the write-ahead log when each code was used, and officer B sees
answers: a fine time before both would join the two without officer A. So the time lies in A's
layer; A counts who shares it, hands on only what enough ballots share, and cannot hand on anything
else: the ballot itself carries a commitment to each time that A may tell. Byte for byte:
docs/envelope-format.md. Why so: docs/adr/0022-times-for-officer-a.md.
"""

import hashlib
import secrets
import struct
from dataclasses import dataclass
from typing import Final

SALT_BYTES: Final = 16
COMMITMENT_BYTES: Final = 16
# How many ten minutes each time that may be told covers: itself, or two hours.
BUCKETS_IN_WINDOW: Final = 12
WIDTHS: Final = (1, BUCKETS_IN_WINDOW)
# In a ballot's body, one commitment for each width; zeros where no time was recorded.
TIMES_BYTES: Final = len(WIDTHS) * COMMITMENT_BYTES
NO_TIMES: Final = bytes(TIMES_BYTES)

_NOTE = struct.Struct(f">II{SALT_BYTES}s{SALT_BYTES}s")
_COMMITTED = struct.Struct(f">14sB{SALT_BYTES}sII")
_TOLD = struct.Struct(f">I{SALT_BYTES}s")
NOTE_BYTES: Final = _NOTE.size
TOLD_BYTES: Final = _TOLD.size
NOT_TOLD: Final = bytes(TOLD_BYTES)


@dataclass(frozen=True, slots=True)
class TimeNote:
    """What officer A finds beside the inner layer.

    Parameters
    ----------
    batch : whose paper it is; 0 where no time was recorded
    bucket : ten-minute bucket since 1970 in UTC; 0 where none was recorded
    salts : for each of `WIDTHS`, 16 random bytes
    """

    batch: int = 0
    bucket: int = 0
    salts: tuple[bytes, bytes] = (bytes(SALT_BYTES), bytes(SALT_BYTES))

    def packed(self) -> bytes:
        """40 bytes."""
        return _NOTE.pack(self.batch, self.bucket, *self.salts)

    def commitments(self) -> bytes:
        """What the ballot's body carries, 32 bytes."""
        if not self.bucket:
            return NO_TIMES
        return b"".join(
            commitment(salt, batch=self.batch, time=first_of(self.bucket, width), width=width)
            for salt, width in zip(self.salts, WIDTHS, strict=True)
        )

    def told(self, width: int) -> bytes:
        """What officer A hands on, 20 bytes: the time so coarse, and the salt that proves it."""
        salt = self.salts[WIDTHS.index(width)]
        return _TOLD.pack(first_of(self.bucket, width), salt)


NO_NOTE: Final = TimeNote()


def new_note(batch: int, bucket: int) -> TimeNote:
    """A note with fresh salts; an empty one where no time is recorded."""
    if not bucket:
        return NO_NOTE
    drawn = secrets.token_bytes(2 * SALT_BYTES)
    return TimeNote(batch, bucket, (drawn[:SALT_BYTES], drawn[SALT_BYTES:]))


def read_note(data: bytes) -> TimeNote:
    """Read what `TimeNote.packed` wrote."""
    batch, bucket, fine, wide = _NOTE.unpack(data)
    return TimeNote(batch, bucket, (fine, wide))


def commitment(salt: bytes, *, batch: int, time: int, width: int) -> bytes:
    """Binds to a time, and tells it to nobody who has not the salt."""
    content = _COMMITTED.pack(b"gongping|time|", width, salt, batch, time)
    return hashlib.sha256(content).digest()[:COMMITMENT_BYTES]


def proven_time(told: bytes, *, batch: int, times: bytes) -> int | None:
    """The time that was told, 0 where none was; None where the ballot says otherwise.

    Parameters
    ----------
    told : 20 bytes, as `TimeNote.told` gives them
    batch, times : from the ballot's stamped body
    """
    if told == NOT_TOLD:
        return 0
    time, salt = _TOLD.unpack(told)
    for place, width in enumerate(WIDTHS):
        expected = times[place * COMMITMENT_BYTES : (place + 1) * COMMITMENT_BYTES]
        if commitment(salt, batch=batch, time=time, width=width) == expected:
            return int(time)
    return None


def first_of(bucket: int, width: int) -> int:
    """The first of the ten minutes that a time so wide covers."""
    return bucket // width * width
