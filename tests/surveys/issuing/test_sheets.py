"""Sheets on paper: read back by a QR reader, from the picture of the page."""

import os
from datetime import datetime, timedelta
from itertools import combinations

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy.orm import Session

from surveys.issuing.codes import printed
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, issue_batch
from surveys.issuing.layouts import LAYOUTS
from surveys.issuing.sheets import SheetOrder, payload, sheet_pdf, window_text
from surveys.typesetting import missing_glyphs
from tests.small_county import SmallCounty, build_small_county

BASE_URL = "https://pingyi.example.gov.cn"
DOTS_PER_POINT = 200 / 72


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_small_county(session, now=now)


def issued(
    session: Session, county: SmallCounty, now: datetime, *, poster: bool, n: int = 17
) -> IssuedBatch:
    group = county.citizens if poster else county.staff
    order = BatchOrder(county.campaign.id, group.id, (county.units[0].id,), n=n)
    return issue_batch(
        session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id
    )


def read_back(pdf: bytes) -> list[str]:
    """What a reader sees on all pages."""
    document = pypdfium2.PdfDocument(pdf)
    found = [
        barcode.text
        for page in document
        for barcode in zxingcpp.read_barcodes(page.render(scale=DOTS_PER_POINT).to_pil())
    ]
    document.close()
    return found


def texts(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return str(text)


def test_a_reader_finds_every_code_of_the_batch_on_its_pages(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=False)
    pdf = sheet_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    expected = sorted(payload(BASE_URL, code) for code in batch.codes)
    assert sorted(read_back(pdf)) == expected


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_layout_carries_every_code_once(
    session: Session, county: SmallCounty, now: datetime, layout: str
) -> None:
    batch = issued(session, county, now, poster=False, n=LAYOUTS[layout].n_slips + 2)
    order = SheetOrder(BASE_URL, batch.codes, layout=layout, cover=False)
    pdf = sheet_pdf(session, batch=batch.batch, order=order)
    expected = sorted(payload(BASE_URL, code) for code in batch.codes)
    assert sorted(read_back(pdf)) == expected


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_symbol_and_words_of_a_slip_keep_clear_of_each_other(layout: str) -> None:
    chosen = LAYOUTS[layout]
    boxes = [chosen.qr, chosen.words, chosen.foot]
    apart = [
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
        for one, other in combinations(boxes, 2)
    ]
    assert all(apart)
    assert all(box.x + box.width <= chosen.width for box in boxes)


def test_group_and_code_stand_on_every_slip(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=False)
    order = SheetOrder(BASE_URL, batch.codes, layout="labels24", cover=False)
    found = texts(sheet_pdf(session, batch=batch.batch, order=order))
    codes = [printed(code)[:19].replace("-", " ") for code in batch.codes]
    assert (found.count("市级领导"), all(code in found for code in codes)) == (17, True)


@pytest.mark.parametrize("rare", ["䶮", "𬭩", "㛃", "𫟹"])
def test_rare_characters_of_names_have_a_glyph(rare: str) -> None:
    assert missing_glyphs(rare) == ""


def test_a_character_that_no_font_has_is_named() -> None:
    assert missing_glyphs("县\ue000") == "\ue000"


def test_all_fonts_are_embedded(session: Session, county: SmallCounty, now: datetime) -> None:
    batch = issued(session, county, now, poster=False)
    pdf = sheet_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    assert pdf.count(b"/Type/FontDescriptor") == pdf.count(b"/FontFile") > 0


def test_a_window_of_one_day_names_the_day_once(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=False).batch
    batch.opens_at, batch.closes_at = now, now + timedelta(minutes=40)
    assert window_text(batch, "Asia/Shanghai") == "3月2日17:30至18:10有效"


def test_a_poster_comes_in_the_size_asked_for(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=True)
    order = SheetOrder(BASE_URL, batch.codes, paper="a3", cover=False)
    document = pypdfium2.PdfDocument(sheet_pdf(session, batch=batch.batch, order=order))
    sizes = [tuple(round(side / 72 * 25.4) for side in document.get_page_size(0))]
    document.close()
    assert sizes == [(297, 420)]


def test_a_scanned_code_is_one_that_the_box_knows(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=True)
    pdf = sheet_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    assert read_back(pdf) == [f"HTTPS://PINGYI.EXAMPLE.GOV.CN/B#{batch.codes[0]}"]


def test_the_code_stands_beside_its_picture_for_typing(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=True)
    pdf = sheet_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    assert printed(batch.codes[0])[:19].replace("-", " ") in texts(pdf)


def test_a_sample_is_marked_on_every_page(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, poster=False)
    pdf = sheet_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    document = pypdfium2.PdfDocument(pdf)
    marked = ["样例" in page.get_textpage().get_text_bounded() for page in document]
    document.close()
    assert marked == [True, True, True]


def test_the_slips_do_not_stand_in_the_order_of_storage(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    orders = {tuple(issued(session, county, now, poster=False).codes) for _ in range(2)}
    assert all(list(codes) != sorted(codes) for codes in orders)


def test_a_path_can_carry_the_code_where_scanners_drop_fragments() -> None:
    assert payload(BASE_URL, "ABC", in_path=True) == "HTTPS://PINGYI.EXAMPLE.GOV.CN/B/ABC"
