"""Whether a workbook is a harmless zip archive: judged before any of it is parsed."""

import stat
import zipfile
from io import BytesIO

LARGEST_FILE = 5 * 1024 * 1024
MOST_MEMBERS = 200
HIGHEST_RATIO = 200
LARGEST_UNPACKED = 20 * 1024 * 1024
# A small member may well compress beyond the ratio and yet do no harm.
RATIO_COUNTS_FROM = 64 * 1024
ENCRYPTED = 0x1
CHUNK = 64 * 1024
# An encrypted or old .xls workbook is an OLE2 file, not a zip archive.
OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
FORBIDDEN = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)


class BadArchive(Exception):
    """The file is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_archive(data: bytes) -> None:
    """Refuse what is too large, no zip archive, encrypted, or made to do harm.

    Raises
    ------
    BadArchive : ``file_too_large``, ``file_encrypted_or_old``, ``not_a_workbook``,
        ``archive_harmful``
    """
    if len(data) > LARGEST_FILE:
        raise BadArchive("file_too_large")
    if data.startswith(OLE2):
        raise BadArchive("file_encrypted_or_old")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_members(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise BadArchive("not_a_workbook") from error


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or len(set(names)) < len(names):
        raise BadArchive("archive_harmful")
    if "xl/workbook.xml" not in names:
        raise BadArchive("not_a_workbook")
    left = LARGEST_UNPACKED
    for member in members:
        _check_entry(member)
        left -= _unpacked_size(archive, member, at_most=left)


def _check_entry(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED:
        raise BadArchive("file_encrypted_or_old")
    parts = member.filename.replace("\\", "/").split("/")
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if ".." in parts or member.filename.startswith(("/", "\\")) or is_link:
        raise BadArchive("archive_harmful")


def _unpacked_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, at_most: int) -> int:
    """Bytes really unpacked: the size in the directory may lie."""
    size = 0
    tail = b""
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            too_dense = size > RATIO_COUNTS_FROM and size > HIGHEST_RATIO * member.compress_size
            if size > at_most or too_dense:
                raise BadArchive("archive_harmful")
            if is_xml and any(word in tail + chunk for word in FORBIDDEN):
                raise BadArchive("archive_harmful")
            tail = chunk[-32:]
    return size
