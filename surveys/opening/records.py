"""Records behind their lengths, kept in a file instead of in memory."""

from array import array
from collections.abc import Iterable, Iterator
from typing import IO, Final, Protocol, TypeVar

LENGTH_BYTES: Final = 2

Record_co = TypeVar("Record_co", covariant=True)


class Records(Protocol[Record_co]):
    """So many records, one after the other."""

    def __len__(self) -> int:
        """How many."""

    def __iter__(self) -> Iterator[Record_co]:
        """One after the other."""


class Passing:
    """Records that are made while they are read, once.

    Parameters
    ----------
    n : how many there will be
    made : makes them
    """

    def __init__(self, n: int, made: Iterable[bytes]) -> None:
        self._n = n
        self._made = iter(made)

    def __len__(self) -> int:
        """How many."""
        return self._n

    def __iter__(self) -> Iterator[bytes]:
        """One after the other; a second time there are none."""
        return self._made


class StoredRecords:
    """Records in a file: 8 bytes of memory for each.

    Parameters
    ----------
    file : can seek, stays open; read by one reader at a time
    begins_at : where the first one's length stands
    """

    def __init__(self, file: IO[bytes], *, begins_at: int = 0) -> None:
        self._file = file
        self._end = begins_at
        self._starts = array("Q")

    def __len__(self) -> int:
        """How many."""
        return len(self._starts)

    def __getitem__(self, place: int) -> bytes:
        """One of them."""
        self._file.seek(self._starts[place])
        return self._file.read(int.from_bytes(self._file.read(LENGTH_BYTES)))

    def __iter__(self) -> Iterator[bytes]:
        """One after the other, in the order of the file."""
        for place in range(len(self._starts)):
            yield self[place]

    def scan(self, n: int) -> Iterator[bytes]:
        """Find the next n, and give them; fewer if the file breaks off or its end mark comes."""
        self._file.seek(self._end)
        for _ in range(n):
            size = int.from_bytes(self._file.read(LENGTH_BYTES))
            record = self._file.read(size)
            if not size or len(record) < size:
                return
            self._starts.append(self._end)
            self._end += LENGTH_BYTES + size
            yield record

    def store(self, records: Iterable[bytes]) -> "StoredRecords":
        """Write records behind those that are there."""
        self._file.seek(self._end)
        for record in records:
            self._file.write(framed(record))
            self._starts.append(self._end)
            self._end += LENGTH_BYTES + len(record)
        return self


def framed(record: bytes) -> bytes:
    """A record behind its length."""
    return len(record).to_bytes(LENGTH_BYTES) + record
