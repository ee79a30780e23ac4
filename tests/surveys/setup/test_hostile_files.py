"""Files made to do harm, or only wrong ones, are refused quickly and by name."""

import re
import struct
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook as OpenpyxlWorkbook
from xlsxwriter import Workbook

from surveys.errors import Invalid
from surveys.setup.archive import LARGEST_FILE
from surveys.setup.cells import read_cells
from tests.surveys.setup.small_workbook import as_file, small


def members() -> dict[str, bytes]:
    """The parts of a right workbook."""
    with zipfile.ZipFile(BytesIO(as_file(small()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_cells(data)
    return caught.value.code


def one_cell(cell: str, value: object = "x") -> bytes:
    book = OpenpyxlWorkbook()
    page = book.active
    assert page is not None
    page[cell] = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_sheet(change: tuple[bytes, bytes]) -> bytes:
    """The small workbook with one change in the text of its second sheet."""
    parts = members()
    name = "xl/worksheets/sheet2.xml"
    assert change[0] in parts[name]
    return zipped(parts | {name: parts[name].replace(*change)})


def test_an_untouched_workbook_is_read() -> None:
    assert list(read_cells(zipped(members()))) == list(small())


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "file_empty"


@pytest.mark.parametrize("data", [b"x", b"no workbook at all" * 100, b"PK\x03\x04" + bytes(500)])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    assert refusal(data) == "not_a_workbook"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    assert refusal(zipped({"readme.txt": b"x" * 100})) == "not_a_workbook"


def test_a_workbook_cut_off_is_refused() -> None:
    data = as_file(small())
    assert refusal(data[: len(data) // 2]) == "not_a_workbook"


def test_a_file_beyond_the_limit_is_refused() -> None:
    assert refusal(bytes(LARGEST_FILE + 1)) == "file_too_large"


def test_an_encrypted_or_old_workbook_is_refused() -> None:
    assert refusal(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)) == "file_encrypted_or_old"


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(zipped(members()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, 1)
            at = data.find(signature, at + 4)
    assert refusal(bytes(data)) == "file_encrypted_or_old"


def test_a_bomb_is_refused() -> None:
    assert refusal(zipped(members() | {"xl/media/a.bin": bytes(19_000_000)})) == "archive_harmful"


def test_a_bomb_whose_directory_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped(members() | {"xl/media/a.bin": bytes(19_000_000)}))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    assert refusal(bytes(data)) in {"archive_harmful", "not_a_workbook"}


def test_too_many_members_are_refused() -> None:
    parts = {f"xl/media/{number}.txt": b"x" for number in range(300)}
    assert refusal(zipped(members() | parts)) == "archive_harmful"


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil", "/etc/passwd", "xl\\..\\..\\e"])
def test_a_member_that_leads_out_is_refused(name: str) -> None:
    assert refusal(zipped(members() | {name: b"x"})) == "archive_harmful"


def test_a_symbolic_link_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members().items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(buffer.getvalue()) == "archive_harmful"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_declaration_is_refused(encoding: str) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
    parts = members() | {"xl/sharedStrings.xml": laughs.encode(encoding)}
    assert refusal(zipped(parts)) == "archive_harmful"


def test_one_cell_at_the_far_end_of_a_sheet_is_refused() -> None:
    assert refusal(one_cell("XFD1048576")) == "sheet_too_large"


@pytest.mark.parametrize("cell", ["A60100", "CA1"])
def test_a_sheet_beyond_the_limits_is_refused(cell: str) -> None:
    assert refusal(one_cell(cell)) == "sheet_too_large"


def test_too_many_sheets_are_refused() -> None:
    sheets = {f"S{number}": [["x"]] for number in range(41)}
    assert refusal(as_file({name: [[*row] for row in rows] for name, rows in sheets.items()})) == (
        "too_many_sheets"
    )


def test_a_dimension_that_lies_hides_no_row() -> None:
    honest = read_cells(as_file(small()))["类别"]
    lying = with_sheet((b'<dimension ref="A1:D3"/>', b'<dimension ref="A1:A1"/>'))
    assert read_cells(lying)["类别"] == honest


def test_a_formula_counts_by_the_result_kept_with_it() -> None:
    buffer = BytesIO()
    with Workbook(buffer) as book:
        book.add_worksheet("S").write_formula("A1", "=1+1", None, 7)
    assert read_cells(buffer.getvalue())["S"] == [[["number", "7"]]]


def test_a_formula_without_a_kept_result_is_no_empty_cell() -> None:
    assert read_cells(one_cell("A1", "=1+1"))["Sheet"] == [[["broken", "=1+1"]]]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell() -> None:
    parts = members()
    name = "xl/worksheets/sheet2.xml"
    empty = b'<c r="D2" t="str"><f>IF(1,"","")</f><v></v></c>'
    cell = re.search(rb'<c r="D2".*?</c>', parts[name])
    assert cell
    changed = zipped(parts | {name: parts[name].replace(cell.group(), empty)})
    assert read_cells(changed)["类别"][1][3] is None


def test_an_error_is_no_empty_cell() -> None:
    assert read_cells(one_cell("A1", "#N/A"))["Sheet"] == [[["broken", "#N/A"]]]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    sheets = small()
    sheets["单位名单"][1][1] = "=cmd|' /C calc'!A0"
    assert read_cells(as_file(sheets))["单位名单"][1][1] == "=cmd|' /C calc'!A0"


def test_numbers_have_the_digits_that_a_spreadsheet_shows() -> None:
    rows = read_cells(one_cell("A1", 0.1 + 0.2))["Sheet"]
    assert rows == [[["number", "0.3"]]]
