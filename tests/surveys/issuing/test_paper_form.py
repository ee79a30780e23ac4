"""Paper ballots: what stands on the form, and the codes on it, read back from the picture."""

import os
from datetime import datetime

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.issuing.codes import printed
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, issue_batch
from surveys.issuing.paper_form import PaperForm, blank_paper, form_data, paper_pdf, typeset_form
from surveys.issuing.sheets import SheetOrder, payload
from surveys.models import RaterGroup
from surveys.setup.questionnaires import QuestionnaireContent
from tests.small_county import MANIFEST_HASH, SmallCounty, build_small_county, small_form

BASE_URL = "https://pingyi.example.gov.cn"
LONG_NAME = "样例县䶮湖新区𬭩矿生态环境综合治理与高质量发展工作领导小组办公室"


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    county = build_small_county(session, now=now, frozen=False)
    county.units[0].name_zh = LONG_NAME
    return county


def freeze(session: Session, county: SmallCounty, now: datetime) -> None:
    session.flush()
    county.period.frozen_at, county.period.manifest_hash = now, MANIFEST_HASH


def issued(
    session: Session, county: SmallCounty, now: datetime, *, group: RaterGroup, n_units: int = 1
) -> IssuedBatch:
    freeze(session, county, now)
    targets = tuple(unit.id for unit in county.units[:n_units])
    order = BatchOrder(county.campaign.id, group.id, targets, n=3)
    return issue_batch(
        session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id
    )


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = [str(page.get_textpage().get_text_bounded()) for page in document]
    document.close()
    return found


def symbols_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = [
        barcode.text
        for page in document
        for barcode in zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
    ]
    document.close()
    return found


def with_items(*items: dict[str, object]) -> QuestionnaireContent:
    """The small form with other items."""
    return QuestionnaireContent.model_validate({**small_form(), "items": items})


def item(code: str, kind: str = "rating", **more: object) -> dict[str, object]:
    return {"code": code, "kind": kind, "text": {"zh": f"题目{code}", "en": code}, **more}


def test_each_ballot_carries_its_own_code(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, group=county.staff)
    pdf = paper_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    assert symbols_of(pdf) == [payload(BASE_URL, code) for code in batch.codes]


def test_a_page_that_got_lost_finds_back_by_its_code(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    county.campaign.questionnaire.content = with_items(
        *(item(f"Q{place}") for place in range(30))
    ).model_dump(mode="json")
    batch = issued(session, county, now, group=county.staff)
    pdf = paper_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    first, second = pages_of(pdf)[:2]
    code = printed(batch.codes[0]).replace("-", " ")
    assert ("第1页，共2页" in first.replace(" ", ""), code in second) == (True, True)


def test_a_blank_form_has_a_place_for_the_code_and_none_of_its_own(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    pdf = blank_paper(session, batch=issued(session, county, now, group=county.staff).batch)
    assert ("测评码贴在这里" in pages_of(pdf)[0], symbols_of(pdf)) == (True, [])


def test_who_votes_with_a_poster_gets_no_paper(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, group=county.citizens).batch
    with pytest.raises(Conflict, match="poster_on_paper"):
        blank_paper(session, batch=batch)


def test_fonts_are_embedded(session: Session, county: SmallCounty, now: datetime) -> None:
    batch = issued(session, county, now, group=county.staff, n_units=3)
    pdf = paper_pdf(session, batch=batch.batch, order=SheetOrder(BASE_URL, batch.codes))
    assert pdf.count(b"/Type/FontDescriptor") == pdf.count(b"/FontFile") > 0
    assert "䶮湖" in pages_of(pdf)[0]


def test_digits_on_paper_are_those_to_be_keyed(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, group=county.staff).batch
    content = QuestionnaireContent.model_validate(small_form())
    line = form_data(PaperForm(batch, content, [("甲", "A")], "zh", drawn=False))["lines"][0]
    assert [(each["digit"], each["label"]) for each in line["options"]] == [
        (1, "好"),
        (2, "较好"),
        (3, "一般"),
        (4, "较差"),
        (5, "不了解"),
    ]


def test_twenty_units_and_seven_items_are_a_table_of_two_pages(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    batch = issued(session, county, now, group=county.staff, n_units=3).batch
    units = [(f"样例县第{place}单位", f"Unit {place}") for place in range(19)] + [(LONG_NAME, "")]
    content = with_items(*(item(f"Q{place}") for place in range(7)))
    form = PaperForm(batch, content, units, "zh", drawn=False)
    pages = pages_of(typeset_form(form))
    assert len(pages) == 2
    assert len(form_data(form)["tables"]) == 1


def test_a_questionnaire_of_every_kind_can_be_ticked(
    session: Session, county: SmallCounty, now: datetime
) -> None:
    options = [{"code": code, "label": {"zh": f"选项{code}", "en": code}} for code in "abc"]
    content = with_items(
        item("N", "note"),
        item("R"),
        item("Y", "yes_no"),
        item("S", "several", options=options, most=2),
        item("K", "ranking", options=options, most=2),
        item("M", "number", low=0, high=10),
        item("L", "number", low=0, high=500),
        item("C", "comment", max_length=200, show_if=[{"item": "Y", "values": [1]}]),
    )
    batch = issued(session, county, now, group=county.staff).batch
    (page,) = pages_of(typeset_form(PaperForm(batch, content, [("甲", "A")], "zh", drawn=False)))
    told = ("可多选，最多2项", "选出前2名", "请填写0至500的整数", "第2题选“是”时填写")
    assert [words for words in told if words not in page.replace(" ", "")] == []


def test_in_english_it_is_english(session: Session, county: SmallCounty, now: datetime) -> None:
    batch = issued(session, county, now, group=county.staff).batch
    page = pages_of(blank_paper(session, batch=batch, language="en"))[0]
    assert ("How to fill it in" in page, "填写说明" in page) == (True, False)
