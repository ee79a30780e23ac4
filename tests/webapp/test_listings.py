"""Lists that are searched and saved, without a page around them."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from webapp.listings import Listing, as_csv, as_workbook

ROWS = [("甲局", Decimal("-1.50")), ("乙局", None), ("=HYPERLINK(1)", Decimal(3))]


def listing(wanted: str) -> Listing[tuple[str, Decimal | None]]:
    columns = {"单位": lambda row: row[0], "总分": lambda row: row[1]}
    return Listing(ROWS, columns, wanted)


def test_a_row_is_found_that_holds_all_words() -> None:
    assert [listing(words).found for words in ("局 1.5", "甲 3", "hyperlink")] == [
        (ROWS[0],),
        (),
        (ROWS[2],),
    ]


def test_without_words_every_row_is_found() -> None:
    assert listing("").found == tuple(ROWS)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_text_of_a_csv_begins_like_a_formula_and_numbers_stay_numbers(sign: str) -> None:
    lines = b"".join(as_csv(["甲", "乙"], [[f"{sign}1", Decimal("-1.5")]]))
    assert lines.decode("utf-8-sig").splitlines() == ["甲,乙", f"'{sign}1,-1.5"]


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(BytesIO(as_workbook(["甲", "乙"], [["=1+1", Decimal("-1.5")]])))
    assert [(cell.value, cell.data_type) for cell in book.active[2]] == [("=1+1", "s"), (-1.5, "n")]


def test_a_workbook_of_many_rows_holds_them_all() -> None:
    book = openpyxl.load_workbook(BytesIO(as_workbook(["甲"], ([str(n)] for n in range(501)))))
    assert (book.active.max_row, book.active["A502"].value) == (502, "500")
