"""A page on paper: black on white, whatever the palette, without what can only be pressed."""

from playwright.sync_api import Page, expect

from surveys.accounts.create_account import NewAccount, create_account
from surveys.models import Role
from tests.conftest import NOW
from tests.journeys.browsers import Windows
from tests.journeys.conftest import Live
from tests.webapp.conftest import PASSWORD

LOGIN = "printer"
GROUND = "getComputedStyle(document.body).getPropertyValue('--paper')"
INK = "getComputedStyle(document.body).color"


def shelf(windows: Windows, live: Live) -> Page:
    """A page of the office, dark, by an organizer who logged in."""
    with live.database.transaction() as session:
        new = NewAccount(login=LOGIN, name=LOGIN, password=PASSWORD, roles=(Role.ORGANIZER,))
        create_account(session, new=new, salt=b"s" * 16, now=NOW, by=None)
    windows.palette = "dark"
    page = windows.open("desk", "zh")
    page.goto("/account/login")
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/office")
    page.goto("/office/questionnaires")
    return page


def test_paper_is_white_and_has_no_buttons(windows: Windows, live: Live) -> None:
    page = shelf(windows, live)
    dark = page.evaluate(INK)
    page.emulate_media(media="print")
    assert (page.evaluate(INK), page.evaluate(GROUND)) == ("rgb(0, 0, 0)", "#fff")
    assert dark != "rgb(0, 0, 0)"
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator("main button:visible")).to_have_count(0)
    expect(page.locator(".on-paper")).to_contain_text("截至")


def test_the_chosen_palette_outlives_the_device(windows: Windows, live: Live) -> None:
    page = shelf(windows, live)
    dark = page.evaluate(INK)
    page.locator(".palettes a[href*='/light']").click()
    expect(page.locator("html")).to_have_attribute("data-palette", "light")
    assert page.evaluate(INK) != dark
    assert page.url.endswith("/office/questionnaires")
