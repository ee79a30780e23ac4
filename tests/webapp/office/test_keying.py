"""The pages on which paper ballots are keyed in."""

from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.database.engine import Database
from surveys.issuing.paper_form import PaperForm, form_content, form_data
from surveys.models import Batch, Role
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county

READ = {"a0_0": "1", "a0_1": "2"}


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def codes(polling: Polling) -> tuple[str, ...]:
    _batch, codes = polling.issue()
    polling.open()
    return codes


@pytest.fixture
def anna(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="anna")


@pytest.fixture
def bert(sign_in: SignIn) -> Browser:
    return sign_in(Role.OFFICER, login="bert")


def key(browser: Browser, polling: Polling, code: str, **fields: str) -> str:
    """Key a paper in, and give what the page says."""
    page = f"/office/campaigns/{polling.campaign_id}/keying"
    browser.post_form(f"{page}/paper", {"code": code, **fields}, page=page)
    return browser.get(page).text


def n_returned(database: Database) -> int:
    with database.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM box.envelope")) or 0)


def test_two_people_put_a_paper_into_the_box(
    anna: Browser, bert: Browser, polling: Polling, codes: tuple[str, ...], database: Database
) -> None:
    first = key(anna, polling, codes[0], **READ)
    second = key(bert, polling, codes[0], **READ)
    assert ("second person" in first, "is in the box" in second, n_returned(database)) == (
        True,
        True,
        1,
    )


def test_the_paper_has_a_field_for_each_answer(
    anna: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    page = f"/office/campaigns/{polling.campaign_id}/keying"
    shown = anna.post_form(page, {"code": codes[0]}).text
    assert all(f'name="{name}"' in shown for name in ("a0_0", "a0_1", "c0"))


def test_the_second_person_does_not_see_what_the_first_one_read(
    anna: Browser, bert: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    page = f"/office/campaigns/{polling.campaign_id}/keying"
    before = bert.post_form(page, {"code": codes[0]}).text
    key(anna, polling, codes[0], **READ)
    after = bert.post_form(page, {"code": codes[0]}).text
    assert fields_of(after) == fields_of(before)


def fields_of(page: str) -> list[str]:
    return [line.strip() for line in page.splitlines() if 'name="a0_' in line]


def test_the_third_person_sees_where_two_readings_differ(
    anna: Browser, bert: Browser, sign_in: SignIn, polling: Polling, codes: tuple[str, ...]
) -> None:
    key(anna, polling, codes[0], **READ)
    key(bert, polling, codes[0], a0_0="1", a0_1="3")
    clara = sign_in(Role.ORGANIZER, login="clara")
    page = clara.post_form(
        f"/office/campaigns/{polling.campaign_id}/keying", {"code": codes[0]}
    ).text
    assert page.count("Look closely") == 1


def test_a_digit_that_means_nothing_is_marked(
    anna: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    page = f"/office/campaigns/{polling.campaign_id}/keying"
    answer = anna.post_form(
        f"{page}/paper", {"code": codes[0], "a0_0": "9", "a0_1": "1"}, page=page
    )
    assert (answer.status_code, answer.text.count('aria-invalid="true"')) == (422, 1)


def test_a_mistyped_code_is_asked_for_again(
    anna: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    page = f"/office/campaigns/{polling.campaign_id}/keying"
    answer = anna.post_form(page, {"code": codes[0][:-1]})
    assert (answer.status_code, 'name="code"' in answer.text) == (422, True)


def test_nobody_keys_the_same_paper_twice(
    anna: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    key(anna, polling, codes[0], **READ)
    page = f"/office/campaigns/{polling.campaign_id}/keying"
    assert anna.post_form(page, {"code": codes[0]}).status_code == 403


def test_an_auditor_keys_nothing(sign_in: SignIn, polling: Polling) -> None:
    auditor = sign_in(Role.AUDITOR)
    assert auditor.get(f"/office/campaigns/{polling.campaign_id}/keying").status_code == 403


def test_numbers_and_fingerprint_are_those_of_the_printed_paper(
    anna: Browser, polling: Polling
) -> None:
    batch, codes = polling.issue()
    polling.open()
    with polling.database.transaction() as session:
        found = session.get_one(Batch, batch)
        form = PaperForm(found, form_content(found), [("甲", "A")], "zh", drawn=False)
        data = form_data(form)
    page = f"{polling.url}/keying"
    keyed = anna.post_form(page, {"code": codes[0]}, page=page).text
    assert data["fingerprint"] in keyed
    assert all(f"{line['number']}. " in keyed for line in data["lines"][:2])
