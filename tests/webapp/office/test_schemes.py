"""The page of a period's scheme: read, downloaded, written anew, undone."""

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from surveys.database.engine import Database
from surveys.models import AuditRecord, Period, Role
from surveys.scoring.scheme_parts import Branch
from surveys.scoring.scheme_text import SchemeProblem
from surveys.scoring.schemes import Scheme, preset_text
from surveys.setup.load_period import load_period
from tests.conftest import NOW
from tests.surveys.setup.small_workbook import read, small
from tests.webapp.conftest import Browser, SignIn
from webapp.office.scheme_words import FIELDS, problem_words

LIUYANG = preset_text("liuyang")
# Five points of a hundred go from the annual indicators to the special assessments.
OTHER = LIUYANG.replace('weight = "0.45"', 'weight = "0.40"').replace(
    'weight = "0.05"\nsheet', 'weight = "0.10"\nsheet'
)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


@pytest.fixture
def page(database: Database) -> str:
    """The address of the scheme of a draft."""
    with database.transaction() as session:
        period = load_period(session, workbook=read(small()), now=NOW, by=None)
        return f"/office/periods/{period.id}/setup/scheme"


def send(browser: Browser, page: str, act: str, text: str, **fields: object) -> TestResponse:
    """Press a button of the form; the scheme in force is the one that was looked at."""
    shown = browser.get(f"{page}/edit").text
    mark = shown.partition('name="instead_of"')[2].partition('value="')[2].partition('"')[0]
    data = {"act": act, "text": text, "instead_of": mark, **fields}
    return browser.post_form(f"{page}/edit", data)


def kept(database: Database) -> dict[str, object]:
    with database.transaction() as session:
        return session.query(Period).one().scheme


def freeze(database: Database) -> None:
    with database.transaction() as session:
        period = session.query(Period).one()
        period.frozen_at, period.manifest_hash = NOW, b"\1" * 32


def test_the_page_shows_weights_seats_and_articles(organizer: Browser, page: str) -> None:
    shown = organizer.get(page).text
    assert "Democratic evaluation" in shown
    assert "at most 30 %, rounded down" in shown
    assert "第3条第4项" in shown


@pytest.mark.parametrize("key", ["ankang", "changsha", "jiuyuan", "changchun"])
def test_every_scheme_can_be_read(
    organizer: Browser, page: str, database: Database, key: str
) -> None:
    with database.transaction() as session:
        session.query(Period).one().scheme = {"preset": key}
    assert organizer.get(page).status_code == 200


def test_the_file_of_the_scheme_in_force_is_given_out(organizer: Browser, page: str) -> None:
    assert organizer.get(f"{page}.toml").text == LIUYANG


def test_a_change_is_shown_beside_what_is_in_force_and_nothing_is_kept(
    organizer: Browser, page: str, database: Database
) -> None:
    before = kept(database)
    shown = send(organizer, page, "check", OTHER).text
    assert "Annual indicators → weight" in shown
    assert '<span class="before">45 %</span>' in shown
    assert '<span class="after">40 %</span>' in shown
    assert kept(database) == before


def test_a_scheme_of_ones_own_is_taken_over_and_on_record(
    organizer: Browser, page: str, database: Database
) -> None:
    assert send(organizer, page, "keep", OTHER).status_code == 302
    assert organizer.get(f"{page}.toml").text == OTHER
    assert "The office's own" in organizer.get(page).text.replace("&#39;", "'")
    with database.transaction() as session:
        acts = [each.body["act"] for each in session.query(AuditRecord)]
    assert "setup_change_accepted" in acts


def test_the_change_shows_the_lines_that_differ_and_can_be_undone(
    organizer: Browser, page: str, database: Database
) -> None:
    before = kept(database)
    change = send(organizer, page, "keep", OTHER).location
    shown = organizer.get(change).text
    for pair in (
        "<del>weight = &#34;0.45&#34;</del>",
        "<ins>weight = &#34;0.40&#34;</ins>",
    ):
        assert pair in shown
    assert "/undo" in shown
    organizer.post_form(f"{change}/undo", page=change)
    assert kept(database) == before


def test_a_frozen_period_offers_to_undo_nothing(
    organizer: Browser, page: str, database: Database
) -> None:
    change = send(organizer, page, "keep", OTHER).location
    freeze(database)
    assert "/undo" not in organizer.get(change).text


def test_the_own_scheme_stays_when_something_else_is_changed(
    organizer: Browser, page: str, database: Database
) -> None:
    send(organizer, page, "keep", OTHER)
    facts = page.replace("/scheme", "/period")
    data: dict[str, object] = {
        "name_zh": "改名",
        "county_zh": "样例县",
        "starts": "2025-01-01",
        "ends": "2025-12-31",
        "scheme": "own",
    }
    assert organizer.post_form(facts, data).status_code == 302
    assert organizer.get(f"{page}.toml").text == OTHER


def test_a_copied_period_has_the_own_scheme_as_well(organizer: Browser, page: str) -> None:
    send(organizer, page, "keep", OTHER)
    like = page.split("/")[3]
    data: dict[str, object] = {
        "name_zh": "下一年",
        "code": "2027S",
        "county_zh": "样例县",
        "starts": "2027-01-01",
        "ends": "2027-12-31",
        "begin": like,
    }
    copy = organizer.post_form("/office/periods/begin", data, page="/office/periods/new").location
    assert organizer.get(f"{copy}/scheme.toml").text == OTHER


def test_the_file_of_a_preset_chooses_the_preset(
    organizer: Browser, page: str, database: Database
) -> None:
    send(organizer, page, "keep", OTHER)
    send(organizer, page, "keep", LIUYANG)
    assert kept(database)["preset"] == "liuyang"


def test_a_wrong_entry_is_named_with_its_line_and_all_that_was_typed_is_kept(
    organizer: Browser, page: str
) -> None:
    typed = LIUYANG.replace('weight = "0.45"', "weight = 0.45 # 手滑")
    answer = send(organizer, page, "check", typed)
    row = typed[: typed.index("# 手滑")].count("\n") + 1
    assert answer.status_code == 422
    assert f"Line {row}, Components → 2 → weight" in answer.text
    assert f'<li class="wrong">{row}</li>' in answer.text
    assert "weight = 0.45 # 手滑" in answer.text.partition("<textarea")[2]


def test_weights_that_do_not_add_up_are_told_with_their_sum(organizer: Browser, page: str) -> None:
    answer = send(organizer, page, "keep", LIUYANG.replace('weight = "0.45"', 'weight = "0.50"'))
    assert answer.status_code == 422
    assert "they make 1.05" in answer.text


def test_what_is_no_toml_is_told_with_its_line(organizer: Browser, page: str) -> None:
    answer = send(organizer, page, "check", 'key = "a"\nzh = "没有引号结尾\n')
    assert answer.status_code == 422
    assert "Line 2" in answer.text


def test_a_scheme_without_the_categories_in_use_is_refused(organizer: Browser, page: str) -> None:
    answer = send(organizer, page, "preset", "", preset="jiuyuan")
    assert answer.status_code == 422
    assert "The period has these categories" in answer.text


def test_an_uploaded_file_comes_into_the_field(organizer: Browser, page: str) -> None:
    file = (BytesIO(OTHER.encode()), "own.toml")
    assert "40 %" in send(organizer, page, "file", "", file=file).text


def test_a_file_that_is_no_text_is_refused(organizer: Browser, page: str) -> None:
    answer = send(organizer, page, "file", "", file=(BytesIO(b"\xff\xfe\x00"), "own.toml"))
    assert answer.status_code == 422
    assert "UTF-8" in answer.text


def test_what_somebody_else_chose_meanwhile_is_not_overwritten(
    organizer: Browser, page: str, database: Database
) -> None:
    answer = send(organizer, page, "keep", OTHER, instead_of="another")
    assert answer.status_code == 422
    assert kept(database)["preset"] == "liuyang"


def test_a_component_that_nothing_fills_is_pointed_out(organizer: Browser, page: str) -> None:
    renamed = OTHER.replace('key = "special"', 'key = "others"')
    assert "Nothing in a period fills" in send(organizer, page, "check", renamed).text


def test_after_freezing_the_scheme_stays(organizer: Browser, page: str, database: Database) -> None:
    token = organizer.token(f"{page}/edit")
    freeze(database)
    data = {"csrf_token": token, "act": "keep", "text": OTHER, "instead_of": ""}
    answer = organizer.post(f"{page}/edit", data=data)
    assert answer.status_code == 409
    assert "This period is frozen" in answer.text
    assert f"{page}/edit" not in organizer.get(page).text


def test_an_auditor_reads_but_does_not_write(sign_in: SignIn, page: str) -> None:
    auditor = sign_in(Role.AUDITOR)
    assert auditor.get(page).status_code == 200
    assert auditor.get(f"{page}/edit").status_code == 403


def test_every_field_of_a_scheme_has_its_word() -> None:
    schema = Scheme.model_json_schema()
    parts = [schema, *schema["$defs"].values()]
    fields = {field for part in parts for field in part.get("properties", {})}
    assert fields <= FIELDS.keys()
    assert Branch.__name__ in schema["$defs"]


def test_a_problem_of_an_unknown_kind_still_has_words() -> None:
    problem = SchemeProblem(1, "grades.0.quota", "some_new_kind", {"found": "7"})
    assert problem_words(problem, ['quota = "7"']).words == "This does not fit: 7."
