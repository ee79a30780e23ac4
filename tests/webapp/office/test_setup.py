"""Loading a workbook, its list of mistakes, reading it over, freezing it."""

from importlib import resources
from io import BytesIO

import pytest
from sqlalchemy import select

from surveys.database.engine import Database
from surveys.models import Period, Role
from tests.surveys.setup.small_workbook import as_file, small, spoilt
from tests.surveys.setup.test_workbook import BAD_CELLS
from tests.webapp.conftest import Browser, SignIn
from webapp.office.setup_words import PROBLEMS

NEW = "/office/periods/new"


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def upload(browser: Browser, data: bytes, *, url: str = NEW, name: str = "样例.xlsx") -> str:
    answer = browser.post_form(url, {"workbook": (BytesIO(data), name)})
    assert answer.status_code in {302, 422, 409}, answer.text
    return answer.location if answer.status_code == 302 else answer.text


def loaded(browser: Browser) -> str:
    """The address of the set-up page of the small workbook."""
    return upload(browser, as_file(small()))


def test_the_page_offers_the_template(organizer: Browser) -> None:
    assert "/office/workbooks/template.xlsx" in organizer.get(NEW).text


def test_the_template_is_a_workbook(organizer: Browser) -> None:
    answer = organizer.get("/office/workbooks/template.xlsx")
    assert answer.data.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_an_unknown_download_is_not_found(organizer: Browser) -> None:
    assert organizer.get("/office/workbooks/other.xlsx").status_code == 404


def test_a_right_workbook_leads_to_its_overview(organizer: Browser) -> None:
    page = organizer.get(loaded(organizer)).text
    assert "Ready to freeze" in page
    assert "Bureau 1" in page


def test_a_mistake_is_shown_with_its_cell_and_how_to_mend_it(organizer: Browser) -> None:
    page = upload(organizer, as_file(spoilt("单位名单", "E3", "许多")))
    assert "<code>E3</code>" in page
    assert "许多" in page
    assert "Write the number in digits" in page


def test_a_refused_workbook_stores_nothing(organizer: Browser, database: Database) -> None:
    upload(organizer, as_file(spoilt("单位名单", "E3", "许多")))
    with database.transaction() as session:
        assert session.scalars(select(Period)).all() == []


def test_what_a_workbook_says_is_shown_as_text(organizer: Browser) -> None:
    page = upload(organizer, as_file(spoilt("单位名单", "E3", "<script>alert(1)</script>")))
    assert "<script>alert" not in page


def test_every_mistake_of_the_faulty_sample_has_words(organizer: Browser) -> None:
    file = resources.files("surveys.sample") / "workbooks" / "有错误的样例.xlsx"
    page = upload(organizer, file.read_bytes())
    assert page.count('data-label="How to fix it"') >= 15


def test_every_problem_has_words() -> None:
    assert {code for _, _, _, code in BAD_CELLS} <= set(PROBLEMS)


def test_a_file_that_is_no_workbook_is_answered_calmly(organizer: Browser) -> None:
    assert "not an Excel workbook" in upload(organizer, b"no workbook" * 50)


def test_no_file_is_asked_for_again(organizer: Browser) -> None:
    answer = organizer.post_form(NEW, {})
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


def test_a_second_workbook_replaces_the_draft(organizer: Browser) -> None:
    page = loaded(organizer)
    sheets = small()
    sheets["单位名单"][1][2] = "Renamed bureau"
    upload(organizer, as_file(sheets), url=page)
    assert "Renamed bureau" in organizer.get(page).text


def test_a_refused_second_workbook_leaves_the_first(organizer: Browser) -> None:
    page = loaded(organizer)
    answer = upload(organizer, as_file(spoilt("单位名单", "C2", None)), url=page)
    assert "It has not changed" in answer
    assert "Bureau 1" in organizer.get(page).text


def test_another_periods_workbook_does_not_replace_this_one(organizer: Browser) -> None:
    page = loaded(organizer)
    answer = upload(organizer, as_file(spoilt("考核周期", "B2", "2027")), url=page)
    assert "another period" in answer


def test_freezing_shows_the_fingerprint_and_ends_loading(
    organizer: Browser, database: Database
) -> None:
    page = loaded(organizer)
    organizer.post_form(page.replace("setup", "freeze"), {}, page=page)
    with database.transaction() as session:
        digest = session.scalars(select(Period)).one().manifest_hash
    text = organizer.get(page).text
    assert digest is not None
    assert digest.hex() in text
    assert 'name="workbook"' not in text


def test_a_frozen_period_is_not_loaded_again(organizer: Browser) -> None:
    page = loaded(organizer)
    organizer.post_form(page.replace("setup", "freeze"), {}, page=page)
    assert "This period is frozen" in upload(organizer, as_file(small()))


def test_what_keeps_a_period_open_is_listed(organizer: Browser) -> None:
    page = upload(organizer, as_file(spoilt("测评主体", "H2", 0)))
    text = organizer.get(page).text
    assert "gets no ballots" in text
    assert "Freeze the period" not in text


def test_an_auditor_reads_but_does_not_load(organizer: Browser, sign_in: SignIn) -> None:
    page = loaded(organizer)
    auditor = sign_in(Role.AUDITOR)
    text = auditor.get(page).text
    assert "Bureau 1" in text
    assert 'name="workbook"' not in text
    assert auditor.get(NEW).status_code == 403
