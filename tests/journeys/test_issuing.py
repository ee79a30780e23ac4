"""From a frozen period to an open campaign: sheets whose codes decode, a hall, papers keyed in."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import text

from surveys.accounts.create_account import NewAccount, create_account
from surveys.issuing.codes import printed
from surveys.models import Role
from tests.conftest import NOW
from tests.journeys.browsers import (
    Windows,
    check_accessible,
    check_fits,
    take_picture,
    wait_for_paper,
)
from tests.journeys.conftest import Live
from tests.journeys.county import press
from tests.surveys.issuing.test_sheets import read_back
from tests.webapp.conftest import PASSWORD
from tests.webapp.office.polling import Polling, planned_county

JOB = 60_000
SignedIn = Callable[[str], Page]


@pytest.fixture
def polling(live: Live, tmp_path: Path) -> Polling:
    return planned_county(live.database, tmp_path)


@pytest.fixture(params=[("desk", "zh"), ("phone", "en")], ids="-".join)
def signed_in(
    windows: Windows, live: Live, polling: Polling, request: pytest.FixtureRequest
) -> SignedIn:
    """Opens a window in which somebody is logged in."""
    for login in ("anna", "bert"):
        new = NewAccount(
            login=login, name=login, password=PASSWORD, roles=(Role.ORGANIZER,), unit_id=None
        )
        with live.database.transaction() as session:
            create_account(session, new=new, salt=os.urandom(16), now=NOW, by=None)

    def open_window(login: str) -> Page:
        page = windows.open(*request.param)
        page.goto("/account/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_load_state()
        return page

    return open_window


def look(page: Page, name: str) -> None:
    """Everybody can read the page, on any window."""
    check_accessible(page)
    check_fits(page)
    take_picture(page, f"issuing-{name}-{page.evaluate('window.innerWidth')}")


def fetched(page: Page) -> bytes:
    """Wait for the file and fetch it."""
    ready = page.locator("form[action*='/handouts/'] button").first
    expect(ready).to_be_visible(timeout=JOB)
    look(page, "ready")
    with page.expect_download() as downloading:
        ready.click()
    return Path(downloading.value.path()).read_bytes()


def issue_all(page: Page, polling: Polling) -> list[str]:
    """All that is planned, on labels; gives what a camera reads on them, posters last."""
    page.goto(f"{polling.url}/issuing")
    page.locator("details:has(form[action$='/issuing/all']) > summary").first.click()
    page.locator("select[name=layout]:visible").first.select_option("labels24")
    page.locator("form[action$='/issuing/all']").first.locator("button").click()
    with zipfile.ZipFile(io.BytesIO(fetched(page))) as archive:
        names = sorted(archive.namelist(), reverse=True)
        return [code for name in names for code in read_back(archive.read(name))]


def key_paper(page: Page, polling: Polling, code: str, name: str) -> None:
    """Key a paper in by the keyboard alone: the code, two digits, and send."""
    page.goto(f"{polling.url.replace('/issuing', '')}/keying")
    look(page, f"keying-{name}")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-keying]")
    look(page, f"paper-{name}")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.wait_for_selector(".keying-code")


def test_sheets_decode_and_admit_ballots_by_telephone_and_on_paper(
    signed_in: SignedIn, polling: Polling, live: Live
) -> None:
    anna, bert = signed_in("anna"), signed_in("bert")
    read = issue_all(anna, polling)
    assert len(set(read)) == 8
    anna.goto(f"{polling.url}/issuing")
    press(anna, "/issuing/open")
    anna.wait_for_load_state()

    slips = [payload.rpartition("#")[2] for payload in read if payload_is_slip(live, payload)]
    assert len(slips) == 6
    anna.goto(f"/B#{slips[0]}")
    wait_for_paper(anna)

    key_paper(anna, polling, printed(slips[1]), "first")
    key_paper(bert, polling, printed(slips[1]), "second")
    with live.database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM box.envelope")) == 1

    anna.goto(f"{polling.url}/issuing/accounts")
    look(anna, "accounts")
    anna.goto("/office/jobs")
    look(anna, "jobs")


def payload_is_slip(live: Live, payload: str) -> bool:
    """Whether a code admits one ballot: a poster's code is known to nobody as one."""
    with live.database.box() as box:
        found = text("SELECT standing FROM box.lookup(sha256(convert_to(:said, 'UTF8')))")
        said = f"gongping|code|{payload.rpartition('#')[2]}"
        return str(box.scalar(found, {"said": said})) == "ready"


def test_the_code_on_the_wall_decodes_and_counts_down(
    signed_in: SignedIn, polling: Polling, live: Live
) -> None:
    anna = signed_in("anna")
    polling.issue()
    polling.open()
    anna.goto(f"{polling.url}/issuing/hall")
    look(anna, "hall-form")
    anna.locator("[name=target_ids]").first.check()
    anna.locator("form.card button").click()
    anna.wait_for_selector(".wall-clock")
    look(anna, "hall")
    clock = anna.locator(".wall-clock")
    before = clock.inner_text()
    picture = Image.open(io.BytesIO(anna.screenshot(full_page=True)))
    (seen,) = zxingcpp.read_barcodes(picture)
    assert seen.text.rpartition("#")[2] == anna.url.rpartition("/")[2]
    expect(clock).not_to_have_text(before)
