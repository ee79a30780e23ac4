"""Files that somebody sent and that work in the background reads."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import IO, Final

from surveys.errors import DomainError
from surveys.jobs.sealed_files import SALT_BYTES, SealedFiles
from webapp.context import config, random_bytes

FOLDER: Final = "uploads"


@dataclass(frozen=True)
class Uploads:
    """Sealed files, each known by a name that also makes its key."""

    files: SealedFiles

    @contextmanager
    def kept(self, parts: Iterable[bytes]) -> Iterator[str]:
        """Keep a file and give its name; a block that raises leaves nothing."""
        salt = random_bytes(SALT_BYTES)
        name = f"{token_hex(8)}.{salt.hex()}"
        with self.files.writing(stem(name), salt=salt) as target:
            for part in parts:
                target.write(part)
        try:
            yield name
        except BaseException:
            self.files.remove(stem(name))
            raise

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Read it, and remove it: unless the work is to be done again.

        Raises
        ------
        NotFound : ``file_gone``
        """
        with self.files.reading(stem(name), salt=bytes.fromhex(name.partition(".")[2])) as stream:
            try:
                yield stream
            except DomainError:
                self.files.remove(stem(name))
                raise
        self.files.remove(stem(name))


def stem(name: str) -> str:
    """The name on the disk: without the part that makes the key."""
    return name.partition(".")[0]


def uploads() -> Uploads:
    """Those of this installation."""
    return Uploads(SealedFiles(config().data_dir / FOLDER, config().secret_key))
