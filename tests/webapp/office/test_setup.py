"""A period from its beginning to the freeze: by workbook and by hand, previewed and undone."""

from importlib import resources
from io import BytesIO

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from surveys.database.engine import Database
from surveys.models import AuditRecord, Period, Role, Unit
from tests.surveys.setup.small_workbook import as_file, small, spoilt
from tests.surveys.setup.test_workbook import BAD_CELLS
from tests.webapp.conftest import Browser, SignIn
from webapp.office.setup_words import PROBLEMS

NEW = "/office/periods/new"


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def upload(browser: Browser, data: bytes, *, url: str = NEW, name: str = "样例.xlsx") -> str:
    """The address of the preview, or the page that says what is wrong."""
    answer = browser.post_form(url, {"workbook": (BytesIO(data), name), "removes": "y"})
    assert answer.status_code in {302, 422, 409}, answer.text
    return answer.location if answer.status_code == 302 else answer.text


def accepted(browser: Browser, preview: str) -> str:
    """The address of the set-up page, once the preview is accepted."""
    answer = browser.post_form(f"{preview}/accept", page=preview)
    assert answer.status_code == 302, answer.text
    return answer.location


def loaded(browser: Browser) -> str:
    """The address of the set-up page of the small workbook."""
    return accepted(browser, upload(browser, as_file(small())))


def act(browser: Browser, page: str, verb: str) -> str:
    """Press the button for `verb` on the set-up page."""
    answer = browser.post_form(page.replace("/setup", f"/{verb}"), page=page)
    return browser.get(answer.location).text if answer.status_code == 302 else answer.text


def test_the_page_offers_the_template(organizer: Browser) -> None:
    assert "/office/workbooks/template.xlsx" in organizer.get(NEW).text


def test_the_template_is_a_workbook(organizer: Browser) -> None:
    answer = organizer.get("/office/workbooks/template.xlsx")
    assert answer.data.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_an_unknown_download_is_not_found(organizer: Browser) -> None:
    assert organizer.get("/office/workbooks/other.xlsx").status_code == 404


def test_a_right_workbook_is_shown_before_it_is_stored(
    organizer: Browser, database: Database
) -> None:
    preview = upload(organizer, as_file(small()))
    text = organizer.get(preview).text
    assert "nothing is stored yet" in text
    assert "样例一局" in text
    with database.transaction() as session:
        assert session.scalars(select(Period)).all() == []


def test_an_accepted_workbook_leads_to_the_checklist(organizer: Browser) -> None:
    page = loaded(organizer)
    assert "Ready to freeze" in organizer.get(page).text
    assert "Bureau 1" in organizer.get(f"{page}/overview").text


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
    assert "neither a workbook nor a table" in upload(organizer, b"no workbook" * 50)


def test_no_file_is_asked_for_again(organizer: Browser) -> None:
    answer = organizer.post_form(NEW, {})
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


def test_a_second_workbook_changes_what_it_says(organizer: Browser) -> None:
    page = loaded(organizer)
    sheets = small()
    sheets["单位名单"][1][2] = "Renamed bureau"
    preview = upload(organizer, as_file(sheets), url=f"{page}/import")
    assert "Renamed bureau" in organizer.get(preview).text
    assert "Renamed bureau" not in organizer.get(f"{page}/units").text
    accepted(organizer, preview)
    assert "Renamed bureau" in organizer.get(f"{page}/units").text


def test_an_accepted_change_can_be_undone(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    preview = upload(organizer, as_file(spoilt("单位名单", "B2", "别的局")), url=f"{page}/import")
    accepted(organizer, preview)
    organizer.post_form(f"{preview}/undo", page=preview)
    assert names(database)["D01"] == "样例一局"
    assert "has been undone" in organizer.get(preview).text


def test_a_refused_second_workbook_leaves_the_first(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    data = as_file(spoilt("单位名单", "B2", None))
    assert "<code>B2</code>" in upload(organizer, data, url=f"{page}/import")
    assert names(database)["D01"] == "样例一局"


def test_another_periods_workbook_does_not_replace_this_one(organizer: Browser) -> None:
    page = loaded(organizer)
    data = as_file(spoilt("考核周期", "B2", "2027"))
    assert "another period" in upload(organizer, data, url=f"{page}/import")


def test_freezing_shows_the_fingerprint_and_closes_the_rules(
    organizer: Browser, database: Database
) -> None:
    page = loaded(organizer)
    text = act(organizer, page, "freeze")
    with database.transaction() as session:
        digest = session.scalars(select(Period)).one().manifest_hash
    assert digest is not None
    assert digest.hex() in text
    assert "/units/row" not in organizer.get(f"{page}/units").text


def test_rules_of_a_frozen_period_are_not_loaded_again(organizer: Browser) -> None:
    page = loaded(organizer)
    act(organizer, page, "freeze")
    data = as_file(spoilt("测评主体", "H2", 11))
    assert "This period is frozen" in upload(organizer, data)


def test_figures_of_a_frozen_period_may_still_be_loaded_and_entered(organizer: Browser) -> None:
    page = loaded(organizer)
    act(organizer, page, "freeze")
    accepted(
        organizer, upload(organizer, as_file(spoilt("指标值", "C10", 92)), url=f"{page}/import")
    )
    assert ">92<" in organizer.get(f"{page}/values").text
    organizer.post_form(f"{page}/values/of/Z01", {"value-D01": "93", "value-D02": "88"})
    assert ">93<" in organizer.get(f"{page}/values").text


def test_the_rules_are_printed_with_their_fingerprint(
    organizer: Browser, database: Database
) -> None:
    page = loaded(organizer)
    act(organizer, page, "freeze")
    with database.transaction() as session:
        digest = session.scalars(select(Period)).one().manifest_hash
    answer = organizer.get(f"{page}/rules.pdf")
    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(answer.data)
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    assert digest is not None
    assert digest.hex()[:32] in text
    assert "Leaders" in text


def test_what_keeps_a_period_open_is_listed(organizer: Browser) -> None:
    page = accepted(organizer, upload(organizer, as_file(spoilt("测评主体", "H2", 0))))
    text = organizer.get(page).text
    assert "gets no ballots" in text
    assert "Freeze the period" not in text


def test_an_auditor_reads_but_does_not_change(organizer: Browser, sign_in: SignIn) -> None:
    page = loaded(organizer)
    auditor = sign_in(Role.AUDITOR)
    assert "样例一局" in auditor.get(f"{page}/units").text
    assert "/row" not in auditor.get(f"{page}/units").text
    for closed in (NEW, f"{page}/import", f"{page}/units/row", f"{page}/units/remove?key=D01"):
        assert auditor.get(closed).status_code == 403


# By hand.


FACTS: dict[str, object] = {
    "name_zh": "样例周期",
    "code": "2027",
    "county_zh": "样例县",
    "starts": "2027-01-01",
    "ends": "2027-12-31",
    "scheme": "liuyang",
}


def begun(browser: Browser, **changes: str) -> str:
    """The address of the checklist of a period begun by hand."""
    answer = browser.post_form("/office/periods/begin", {**FACTS, **changes}, page=NEW)
    assert answer.status_code == 302, answer.text
    return answer.location


def names(database: Database) -> dict[str, str]:
    with database.transaction() as session:
        return {unit.code: unit.name_zh for unit in session.scalars(select(Unit))}


def save(browser: Browser, table: str, *cells: str, key: str = "", status: int = 302) -> str:
    """Fill in the form of a row."""
    page = f"{table}/row{key}"
    answer = browser.post_form(page, {f"c{n}": cell for n, cell in enumerate(cells)})
    assert answer.status_code == status, answer.text
    return answer.text


def test_the_first_page_of_an_empty_database_says_what_to_do(organizer: Browser) -> None:
    page = organizer.get("/office").text
    assert "Begin the first period" in page
    assert "/office/periods/new" in page


def test_a_period_begun_by_hand_has_the_standard_set(organizer: Browser) -> None:
    page = begun(organizer, begin="standard")
    assert "Public recognition" in organizer.get(f"{page}/campaigns").text
    assert "党群机关" in organizer.get(f"{page}/categories").text
    assert "What comes next: Units" in organizer.get(page).text


def test_an_empty_period_asks_for_everything(organizer: Browser) -> None:
    page = begun(organizer, begin="empty")
    assert "What comes next: Categories" in organizer.get(page).text


def test_a_period_without_name_is_asked_for_it(organizer: Browser) -> None:
    data = {**FACTS, "name_zh": "", "begin": "empty"}
    answer = organizer.post_form("/office/periods/begin", data, page=NEW)
    assert answer.status_code == 422
    assert "Please fill this in" in answer.text


def test_a_code_belongs_to_one_period(organizer: Browser) -> None:
    begun(organizer, begin="empty")
    data = {**FACTS, "begin": "empty"}
    answer = organizer.post_form("/office/periods/begin", data, page=NEW)
    assert answer.status_code == 422
    assert "belongs to another period" in answer.text


def test_a_copy_has_everything_but_the_figures(organizer: Browser, database: Database) -> None:
    loaded(organizer)
    with database.transaction() as session:
        like = session.scalars(select(Period.id)).one()
    page = begun(organizer, begin=str(like))
    assert "样例一局" in organizer.get(f"{page}/units").text
    assert "Nothing here yet" in organizer.get(f"{page}/values").text


def test_a_copy_whose_categories_are_not_of_the_scheme_says_so(
    organizer: Browser, database: Database
) -> None:
    loaded(organizer)
    with database.transaction() as session:
        like = session.scalars(select(Period.id)).one()
    data = {**FACTS, "begin": str(like), "scheme": "jiuyuan"}
    answer = organizer.post_form("/office/periods/begin", data, page=NEW)
    assert answer.status_code == 422
    assert "A category of the scheme: departments" in answer.text


def test_a_copy_without_a_scheme_has_that_of_its_source(
    organizer: Browser, database: Database
) -> None:
    loaded(organizer)
    with database.transaction() as session:
        like = session.scalars(select(Period.id)).one()
    begun(organizer, begin=str(like), scheme="")
    with database.transaction() as session:
        schemes = {
            period.code: period.scheme["preset"] for period in session.scalars(select(Period))
        }
    assert schemes["2027"] == "liuyang"


def test_a_unit_is_added_changed_and_found(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    save(organizer, f"{page}/units", "D09", "新局", "", "M1", "12")
    save(organizer, f"{page}/units", "D10", "更名局", "", "M1", "12", key="?key=D09")
    assert names(database)["D10"] == "更名局"
    found = organizer.get(f"{page}/units?q=更名").text
    assert "更名局" in found
    assert "样例一局" not in found


def test_a_new_code_is_taken_over_where_the_old_one_stood(organizer: Browser) -> None:
    page = loaded(organizer)
    save(organizer, f"{page}/units", "D99", "样例一局", "", "M1", "20", key="?key=D01")
    assert "D99" in organizer.get(f"{page}/values").text
    assert "D01" not in organizer.get(f"{page}/values").text


def test_a_wrong_row_is_explained_at_its_field(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    text = save(organizer, f"{page}/units", "D09", "新局", "", "M1", "many", status=422)
    assert "without unit or words" in text
    assert "D09" not in names(database)


def test_a_code_that_stands_already_is_refused(organizer: Browser) -> None:
    page = loaded(organizer)
    text = save(organizer, f"{page}/units", "D01", "新局", "", "M1", "1", status=422)
    assert "There already is one" in text


def test_removing_says_what_goes_and_can_be_undone(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    asked = f"{page}/units/remove?key=D01"
    text = organizer.get(asked).text
    assert "Values of indicators" in text
    change = organizer.post_form(asked, {}).location
    assert "D01" not in names(database)
    organizer.post_form(f"{change}/undo", page=change)
    assert names(database)["D01"] == "样例一局"


def test_the_units_of_a_body_are_ticked_at_once(organizer: Browser) -> None:
    page = loaded(organizer)
    organizer.post_form(f"{page}/assessments/of/D02", {"unit": ["D01", "D03"]})
    text = organizer.get(f"{page}/assessments/of/D02").text
    assert text.count(" checked") == 2


def test_a_table_goes_out_and_comes_back_unchanged(organizer: Browser) -> None:
    page = loaded(organizer)
    for form in ("units.xlsx", "units.csv", "values.csv", "workbook.xlsx"):
        data = organizer.get(f"{page}/{form}").data
        assert "Nothing would change" in upload(organizer, data, url=f"{page}/import", name=form)


def test_an_empty_template_offers_the_codes(organizer: Browser) -> None:
    page = loaded(organizer)
    book = load_workbook(BytesIO(organizer.get(f"{page}/units.xlsx?blank=1").data))
    sheet = book["单位名单"]
    assert [cell.value for cell in sheet[3]][:2] == ["单位代码", "单位名称"]
    assert any("M1" in str(rule.formula1) for rule in sheet.data_validations.dataValidation)


def test_a_draft_is_deleted_and_that_is_on_record(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    assert "is deleted" in act(organizer, page, "delete")
    with database.transaction() as session:
        assert session.scalars(select(Period)).all() == []
        acts = [row.body["act"] for row in session.scalars(select(AuditRecord))]
    assert acts[-1] == "period_deleted"


def test_a_frozen_period_is_not_deleted(organizer: Browser, database: Database) -> None:
    page = loaded(organizer)
    act(organizer, page, "freeze")
    assert organizer.post_form(page.replace("/setup", "/delete"), page=NEW).status_code == 409
    assert len(names(database)) == 4


def test_a_changed_questionnaire_is_previewed_item_by_item(organizer: Browser) -> None:
    page = loaded(organizer)
    changed = small()
    items = changed["测评题目"]
    items[1][3], items[1][5], items[2][5] = "工作实绩", 70, 30
    items[3][1] = "T9"
    preview = organizer.get(upload(organizer, as_file(changed), url=f"{page}/import")).text
    assert "工作实绩" in preview
    assert "The wording or the items differ." not in preview
    lines = preview.partition('id="form-team"')[2].partition("</table>")[0]
    assert (lines.count("Added"), lines.count("Removed")) == (1, 1)
    assert "60" in lines
    assert "70" in lines
