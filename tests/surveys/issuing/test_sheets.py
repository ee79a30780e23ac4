"""Sheets on paper: read back by a QR reader, from the picture of the page."""

import os
from datetime import datetime

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy.orm import Session

from surveys.issuing.codes import printed
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, issue_batch
from surveys.issuing.sheets import SheetOrder, payload, sheet_pdf
from tests.small_county import SmallCounty, build_small_county

BASE_URL = "https://pingyi.example.gov.cn"
DOTS_PER_POINT = 200 / 72


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_small_county(session, now=now)


def issued(session: Session, county: SmallCounty, now: datetime, *, poster: bool) -> IssuedBatch:
    group = county.citizens if poster else county.staff
    order = BatchOrder(county.campaign.id, group.id, (county.units[0].id,), n=17)
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
