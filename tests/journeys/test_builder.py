"""A questionnaire built in real Chromium: by pointer, by keyboard, without a script."""

import pytest
from playwright.sync_api import Page, expect

from surveys.accounts.create_account import NewAccount, create_account
from surveys.models import QuestionnaireVersion, Role
from surveys.questionnaires.library import library
from surveys.questionnaires.versions import begin_draft, content_of
from tests.conftest import NOW
from tests.journeys.browsers import Windows, check_accessible, check_fits, take_picture
from tests.journeys.conftest import Live
from tests.webapp.conftest import PASSWORD

LOGIN = "builder"


@pytest.fixture
def draft(live: Live) -> int:
    """A draft of the citizens' questionnaire, and an organizer."""
    with live.database.transaction() as session:
        create_account(
            session,
            new=NewAccount(login=LOGIN, name=LOGIN, password=PASSWORD, roles=(Role.ORGANIZER,)),
            salt=b"s" * 16,
            now=NOW,
            by=None,
        )
        content = library().questionnaire("gr_citizen")
        return begin_draft(session, content=content, now=NOW, by=None).id


def opened(windows: Windows, draft: int, size: str, language: str, *, scripts: bool = True) -> Page:
    """The builder, by an organizer who logged in."""
    page = windows.open(size, language, scripts=scripts)
    page.goto("/account/login")
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.goto(f"/office/questionnaires/{draft}")
    return page


def codes(live: Live, draft: int) -> list[str]:
    """Codes of the stored items in order."""
    with live.database.transaction() as session:
        content = content_of(session.get_one(QuestionnaireVersion, draft))
    return [item.code for item in content.items]


def saved(page: Page) -> None:
    """Press save and wait."""
    page.locator(".savebar button").click()
    expect(page.locator(".notice.good")).to_be_visible()


@pytest.mark.parametrize(("size", "language"), [("desk", "zh"), ("phone", "en")])
def test_the_builder_is_accessible_and_fits(
    windows: Windows, draft: int, size: str, language: str
) -> None:
    page = opened(windows, draft, size, language)
    for part in page.locator("form.build details").all():
        part.evaluate("part => { part.open = true; }")
    check_accessible(page)
    check_fits(page)
    take_picture(page, f"builder-{size}-{language}")
    page.goto(f"/office/questionnaires/{draft}/trial")
    check_accessible(page)
    check_fits(page)
    page.goto("/office/questionnaires")
    check_accessible(page)
    check_fits(page)


def test_an_item_is_moved_by_keyboard(windows: Windows, live: Live, draft: int) -> None:
    page = opened(windows, draft, "desk", "zh")
    page.locator("#item-1 button").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    saved(page)
    assert codes(live, draft)[:3] == ["C1", "C3", "C2"]


def test_an_item_is_dragged_by_its_handle(windows: Windows, live: Live, draft: int) -> None:
    page = opened(windows, draft, "desk", "zh")
    page.locator("#item-2").evaluate("item => item.scrollIntoView({block: 'center'})")
    handle = page.locator("#item-2 .handle").bounding_box()
    other = page.locator("#item-1").bounding_box()
    assert handle is not None
    assert other is not None
    page.mouse.move(handle["x"] + 8, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(other["x"] + 30, other["y"] + 4, steps=6)
    page.mouse.up()
    saved(page)
    assert codes(live, draft)[:3] == ["C1", "C3", "C2"]


def test_a_form_is_built_without_a_script(windows: Windows, live: Live, draft: int) -> None:
    page = opened(windows, draft, "phone", "en", scripts=False)
    page.locator("#new_kind").select_option("number")
    page.locator("button[value=add]").click()
    page.locator("#item-8 input[name='item.8.zh']").fill("您给这个单位打几分？")
    saved(page)
    page.locator("button[value='up:8']").click()
    assert codes(live, draft)[-2:] == ["Q1", "C8"]
