"""Files of work lie sealed on the disk, and are read as they were written or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from surveys.errors import NotFound
from surveys.jobs.sealed_files import PIECE, SealedFiles

SALT = b"\1" * 32
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE)


@pytest.fixture
def files(tmp_path: Path) -> SealedFiles:
    return SealedFiles(tmp_path / "files", b"s" * 32)


def write(files: SealedFiles, content: bytes, *, salt: bytes = SALT) -> Path:
    with files.writing("a", salt=salt) as target:
        for start in range(0, len(content), 100_000):
            target.write(content[start : start + 100_000])
    return files.folder / "a"


def read(files: SealedFiles, *, salt: bytes = SALT) -> bytes:
    with files.reading("a", salt=salt) as source:
        return source.read()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_read(files: SealedFiles, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    write(files, content[:size])
    assert read(files) == content[:size]


def test_nothing_of_it_stands_on_the_disk(files: SealedFiles) -> None:
    assert b"code" not in write(files, b"code" * 1000).read_bytes()


def test_only_its_owner_may_read_the_file(files: SealedFiles) -> None:
    assert write(files, b"code").stat().st_mode & 0o777 == 0o600


def test_without_the_salt_nobody_reads_it(files: SealedFiles) -> None:
    write(files, b"code")
    with pytest.raises(NotFound, match="file_gone"):
        read(files, salt=b"\2" * 32)


def test_a_file_that_was_cut_off_is_refused(files: SealedFiles) -> None:
    path = write(files, b"c" * 2 * PIECE)
    path.write_bytes(path.read_bytes()[: PIECE + 16])
    with pytest.raises(NotFound, match="file_gone"):
        read(files)


def test_a_file_that_is_not_there_is_said_to_be_gone(files: SealedFiles) -> None:
    with pytest.raises(NotFound, match="file_gone"):
        read(files)


def test_writing_that_breaks_off_leaves_nothing(files: SealedFiles) -> None:
    with pytest.raises(TypeError), files.writing("a", salt=SALT) as target:
        target.write("no bytes")  # type: ignore[arg-type]
    assert list(files.folder.iterdir()) == []


def test_files_that_nobody_knows_are_swept(files: SealedFiles) -> None:
    write(files, b"code")
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert (files.sweep({"b"}, before=later), list(files.folder.iterdir())) == (1, [])


def test_a_young_file_is_not_swept(files: SealedFiles) -> None:
    write(files, b"code")
    assert files.sweep(set(), before=datetime.now(UTC) - timedelta(days=1)) == 0


def test_any_place_of_it_can_be_read(files: SealedFiles) -> None:
    content = bytes(range(251)) * (3 * PIECE // 251 + 1)
    write(files, content[: 3 * PIECE])
    with files.reading("a", salt=SALT) as source:
        for place in (2 * PIECE - 3, 5, PIECE, 0, 3 * PIECE - 2, 3 * PIECE, 7):
            source.seek(place)
            assert source.read(6) == content[: 3 * PIECE][place : place + 6]
