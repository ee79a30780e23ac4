"""A folder of nasty files: each ends in a clear error or a right reading, within its limits."""

import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from surveys.errors import Invalid
from surveys.setup import reading_process
from surveys.setup.cells import SheetCells, read_file
from tests.surveys.setup.nasty import csv_text, grid, members, saved, zipped
from tests.surveys.setup.small_workbook import as_file, small

UNITS = [["单位代码", "单位名称", "类别代码"], ["D01", "样例一局", "M1"], ["D02", "样例二局", "M1"]]
SHEET = "xl/worksheets/sheet1.xml"
# Read or refused: both are right, as long as it ends.
EITHER: frozenset[str] = frozenset()


def many_rows(n: int) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, {"constant_memory": True}) as book:
        page = book.add_worksheet("指标值")
        page.write_row(0, 0, ["指标代码", "单位代码", "完成值", "目标值"])
        for row in range(1, n):
            page.write_row(row, 0, ["Q1", f"D{row}", row / 7, 100])
    return buffer.getvalue()


def dimension_bomb() -> bytes:
    book = grid("单位名单", UNITS)
    page = book.active
    assert page is not None
    page["XFD1048576"] = "x"
    return saved(book)


def changed(part: bytes, by: bytes, *, data: bytes | None = None) -> bytes:
    with zipfile.ZipFile(BytesIO(data or saved(grid("单位名单", UNITS)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert part in parts[SHEET]
    return zipped(parts | {SHEET: parts[SHEET].replace(part, by)})


def formatted_to_the_end() -> bytes:
    """Whole columns with a colour: cells without values down to the last row."""
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    return changed(b"</sheetData>", far)


def prefixed() -> bytes:
    """As WPS and strict writers do it: every element with a prefix of its own."""
    return changed(b"<sheetPr>", b'<sheetPr xmlns:wps="http://www.wps.cn/officeDocument/2013">')


def merged() -> bytes:
    book = grid("单位名单", [["样例县单位名单"], *UNITS])
    page = book.active
    assert page is not None
    page["C4"] = None
    page.merge_cells("A1:C1")
    page.merge_cells("C3:C4")
    return saved(book)


def formulas() -> bytes:
    buffer = BytesIO()
    with Workbook(buffer) as book:
        page = book.add_worksheet("单位名单")
        for number, row in enumerate(UNITS):
            page.write_row(number, 0, row)
        page.write_formula(2, 1, '="样例"&"二局"', None, "样例二局")
    return buffer.getvalue()


def hidden_rows() -> bytes:
    book = grid("单位名单", UNITS)
    page = book.active
    assert page is not None
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    return saved(book)


def lying_header() -> bytes:
    return changed(b'<dimension ref="A1:C3" />', b'<dimension ref="A1:A1" />')


def zip_bomb() -> bytes:
    return zipped(members() | {"xl/media/a.bin": bytes(90_000_000)})


def billion_laughs() -> bytes:
    return entity('<!ENTITY a "ha"><!ENTITY b "&a;&a;">')


def external_entity() -> bytes:
    return entity('<!ENTITY b SYSTEM "file:///etc/passwd">')


def entity(declaration: str) -> bytes:
    text = f'<?xml version="1.0"?><!DOCTYPE x [{declaration}]><sst>&b;</sst>'
    return zipped(members() | {"xl/sharedStrings.xml": text.encode()})


def inner_bomb() -> bytes:
    """An archive inside the archive: 19 MB of zeros, packed once more."""
    return zipped(members() | {"xl/media/inner.zip": zipped({"zeros": bytes(19_000_000)})})


def many_strings() -> bytes:
    """A shared table of strings that unpacks to more than is allowed."""
    strings = b"<si><t>" + b"x" * 100 + b"</t></si>"
    return zipped(members() | {"xl/sharedStrings.xml": b"<sst>" + strings * 200_000 + b"</sst>"})


def encrypted() -> bytes:
    data = bytearray(as_file(small()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, 1)
            at = data.find(signature, at + 4)
    return bytes(data)


def external_link() -> bytes:
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1" xmlns:r="r"/></externalLink>'
    return zipped(members() | {"xl/externalLinks/externalLink1.xml": link})


def broken_zip() -> bytes:
    data = as_file(small())
    return data[:1500] + b"\0" * 200 + data[1700:]


def no_sheets() -> bytes:
    return zipped(members() | {"xl/workbook.xml": b"<workbook><sheets/></workbook>"})


def circular_relations() -> bytes:
    """A sheet whose part is the list of sheets itself."""
    relations = members()["xl/_rels/workbook.xml.rels"]
    turned = relations.replace(b"worksheets/sheet1.xml", b"workbook.xml")
    return zipped(members() | {"xl/_rels/workbook.xml.rels": turned})


RIGHT: Mapping[str, Callable[[], bytes]] = {
    "merged_cells.xlsx": merged,
    "formulas.xlsx": formulas,
    "hidden_rows.xlsx": hidden_rows,
    "lying_header.xlsx": lying_header,
    "formatted_to_the_end.xlsx": formatted_to_the_end,
    "prefixed.xlsx": prefixed,
    "utf8.csv": lambda: csv_text(UNITS).encode(),
    "utf8_with_mark.csv": lambda: csv_text(UNITS).encode("utf-8-sig"),
    "gb18030.csv": lambda: csv_text(UNITS).encode("gb18030"),
    "utf16.txt": lambda: csv_text(UNITS, "\t").encode("utf-16"),
}
REFUSED: Mapping[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "dimension_bomb.xlsx": (dimension_bomb, frozenset({"sheet_too_large"})),
    "a_million_rows.csv": (lambda: b"a,b\n" * 1_000_000, frozenset({"sheet_too_large"})),
    "wide.csv": (lambda: b"," * 5_000, frozenset({"sheet_too_large"})),
    "zip_bomb.xlsx": (zip_bomb, frozenset({"archive_harmful"})),
    "inner_bomb.xlsx": (inner_bomb, EITHER),
    "many_strings.xlsx": (many_strings, frozenset({"archive_harmful"})),
    "billion_laughs.xlsx": (billion_laughs, frozenset({"archive_harmful"})),
    "external_entity.xlsx": (external_entity, frozenset({"archive_harmful"})),
    "encrypted.xlsx": (encrypted, frozenset({"file_encrypted_or_old"})),
    "old.xls renamed.xlsx": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(8192),
        frozenset({"file_encrypted_or_old"}),
    ),
    "page.html renamed.xls": (
        lambda: b"<html><table><tr><td>a,b</td></tr></table></html>",
        frozenset({"not_a_workbook"}),
    ),
    "picture.png renamed.csv": (
        lambda: bytes.fromhex("89504e470d0a1a0a") + bytes(range(256)) * 9,
        frozenset({"not_a_workbook"}),
    ),
    "unclosed_quote.csv": (
        lambda: b'a,b\n"c,d\n' + b"e,f\n" * 50,
        frozenset({"csv_broken"}),
    ),
    "broken.xlsx": (broken_zip, frozenset({"not_a_workbook", "archive_harmful"})),
    "no_sheets.xlsx": (no_sheets, EITHER),
    "circular.xlsx": (circular_relations, EITHER),
    "external_link.xlsx": (external_link, EITHER),
}


def in_folder(folder: Path, name: str, data: bytes) -> tuple[SheetCells, ...]:
    """The file, written and read as an upload is."""
    path = folder / name
    path.write_bytes(data)
    return read_file(path.read_bytes())


@pytest.mark.parametrize("name", RIGHT)
def test_habits_of_offices_are_read_rightly(tmp_path: Path, name: str) -> None:
    rows = in_folder(tmp_path, name, RIGHT[name]())[0].rows
    found = [[cell for cell in row[:3] if cell] for row in rows if any(row)]
    assert found[-3:] == UNITS


def outcome(folder: Path, name: str, data: bytes) -> str:
    """The code of the refusal, or "read"."""
    try:
        in_folder(folder, name, data)
    except Invalid as error:
        return error.code
    return "read"


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_made_to_do_harm_is_refused_by_name(tmp_path: Path, name: str) -> None:
    make, codes = REFUSED[name]
    assert outcome(tmp_path, name, make()) in codes or codes is EITHER


def test_fifty_thousand_rows_are_read_to_the_last_within_the_limits() -> None:
    data = many_rows(50_000)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = read_file(data)[0].rows
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(rows) == 50_000
    assert rows[-1] == [
        "Q1",
        "D49999",
        ["number", format(49_999 / 7, ".15g")],
        ["number", "100"],
    ]
    assert after.ru_utime - before.ru_utime < reading_process.CPU_SECONDS
    # In KiB; the limit is on addresses, so what really lies in memory is below it.
    assert after.ru_maxrss < reading_process.MEMORY / 1024


@pytest.mark.parametrize(
    "attempt", ["open(sys.argv[1], 'w').write('x' * 9000)", "bytes(600 * 2**20)"]
)
def test_the_child_may_neither_write_a_file_nor_take_more_memory(
    tmp_path: Path, attempt: str
) -> None:
    program = (
        "import sys; from surveys.setup.reading_process import limit_self; limit_self(); " + attempt
    )
    path = tmp_path / "written"
    tried = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, check=False
    )
    assert tried.returncode != 0
    assert not path.exists() or path.stat().st_size == 0
