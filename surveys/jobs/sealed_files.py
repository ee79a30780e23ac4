"""Files that work takes in and gives out, sealed while they lie on the disk.

A file is cut into pieces, each sealed with AES-256-GCM under a key of its own file:
HMAC-SHA-256(the office's secret, "gongping|file|" + salt). A piece's nonce is its place and whether
it is the last one, so none can be moved, doubled, left out or cut off (the STREAM construction).
The salt is kept in the database and forgotten with the file: what may be left of it on the disk,
or in a backup of the disk, then says nothing.

Reference: V. T. Hoang, R. Reyhanitabar, P. Rogaway, D. Vizár, "Online authenticated-encryption and
its nonce-reuse misuse-resistance", CRYPTO 2015, doi:10.1007/978-3-662-47989-6_24.
"""

import hmac
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.errors import NotFound

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

SALT_BYTES: Final = 32
PIECE: Final = 1 << 20
TAG: Final = 16


@dataclass(frozen=True)
class SealedFiles:
    """A folder of sealed files.

    Parameters
    ----------
    folder : made when it is needed, readable by its owner alone
    secret : of the office; not kept in the database
    """

    folder: Path
    secret: bytes = field(repr=False)

    @contextmanager
    def writing(self, name: str, *, salt: bytes) -> Iterator["SealedWriter"]:
        """A file to write into; it has its name, and is on the disk, once the block has ended.

        A block that raises leaves nothing.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f"{name}.{os.getpid()}.part"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as target:
                writer = SealedWriter(target, self._cipher(salt))
                yield writer
                writer.finish()
                target.flush()
                os.fsync(target.fileno())
            part.replace(self.folder / name)
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def reading(self, name: str, *, salt: bytes) -> Iterator[io.BufferedReader]:
        """What was written.

        Raises
        ------
        NotFound : ``file_gone``, also where a piece is not as it was written
        """
        try:
            source = (self.folder / name).open("rb")
        except FileNotFoundError:
            raise NotFound("file_gone") from None
        with source:
            yield io.BufferedReader(SealedReader(source, self._cipher(salt)), PIECE)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self.folder / name).unlink(missing_ok=True)

    def sweep(self, keep: set[str], *, before: datetime) -> int:
        """Remove all files written before a moment but these, and say how many.

        A younger file that nobody knows may belong to work that is not committed yet.
        """
        if not self.folder.is_dir():
            return 0
        lost = [
            path
            for path in self.folder.iterdir()
            if path.name not in keep and path.stat().st_mtime < before.timestamp()
        ]
        for path in lost:
            path.unlink(missing_ok=True)
        return len(lost)

    def _cipher(self, salt: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self.secret, b"gongping|file|" + salt, "sha256"))


class SealedWriter(io.RawIOBase):
    """Seals what is written, piece by piece; `size` counts the bytes in clear."""

    def __init__(self, target: IO[bytes], cipher: AESGCM) -> None:
        self._target = target
        self._cipher = cipher
        self._held = bytearray()
        self._place = 0
        self.size = 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Take bytes."""
        n = memoryview(data).nbytes
        self._held += data
        self.size += n
        # One piece is held back: the last one is sealed as such.
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return n

    def finish(self) -> None:
        """Seal the last piece."""
        self._seal(bytes(self._held), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(nonce(self._place, last=last), piece, None))
        self._place += 1


class SealedReader(io.RawIOBase):
    """Opens piece by piece; can go to any place."""

    def __init__(self, source: IO[bytes], cipher: AESGCM) -> None:
        self._source = source
        self._cipher = cipher
        self._next = source.read(PIECE + TAG)
        self._opened = b""
        self._place = 0
        self._at = 0

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Say how many bytes were given up to here."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place, counted from the beginning."""
        if whence != io.SEEK_SET or offset < 0:
            raise io.UnsupportedOperation("seek")
        self._place, inside = divmod(offset, PIECE)
        self._source.seek(self._place * (PIECE + TAG))
        self._next = self._source.read(PIECE + TAG)
        self._opened = self._open()[inside:] if self._next else b""
        self._at = offset
        return offset

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Give bytes."""
        while not self._opened and self._next:
            self._opened = self._open()
        view = memoryview(buffer).cast("B")
        given = self._opened[: len(view)]
        view[: len(given)] = given
        self._opened = self._opened[len(given) :]
        self._at += len(given)
        return len(given)

    def _open(self) -> bytes:
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        try:
            opened = self._cipher.decrypt(nonce(self._place, last=not self._next), piece, None)
        except (InvalidTag, ValueError):
            raise NotFound("file_gone") from None
        self._place += 1
        return opened


def nonce(place: int, *, last: bool) -> bytes:
    """Twelve bytes: the piece's place, and whether it is the last."""
    return place.to_bytes(11) + bytes([last])
