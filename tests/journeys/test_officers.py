"""The officers' way and the replacement of a code in real Chromium, on a desk and on a phone."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from surveys.accounts.create_account import NewAccount, create_account
from surveys.models import Role
from tests.conftest import NOW
from tests.journeys.browsers import Windows, check_accessible, check_fits, take_picture
from tests.journeys.conftest import Live
from tests.webapp.conftest import PASSWORD
from tests.webapp.office.officers import Officers, officers_of
from tests.webapp.office.polling import Polling, planned_county

SignedIn = Callable[[str], Page]


@pytest.fixture
def polling(live: Live, tmp_path: Path) -> Polling:
    return planned_county(live.database, tmp_path)


@pytest.fixture
def officers(polling: Polling, tmp_path: Path) -> Officers:
    """Two officers whose public parts lie in the folder."""
    officers = officers_of(polling.campaign_id)
    for role, (file, _name) in officers.parts_by_role().items():
        (tmp_path / f"{role}.public.json").write_bytes(file.getvalue())
    return officers


@pytest.fixture(params=[("desk", "zh"), ("phone", "en")], ids="-".join)
def signed_in(
    windows: Windows, live: Live, polling: Polling, request: pytest.FixtureRequest
) -> SignedIn:
    """Opens a window in which somebody is logged in: office, first or second."""
    for login, role in (("office", "organizer"), ("first", "officer"), ("second", "officer")):
        new = NewAccount(
            login=login, name=login, password=PASSWORD, roles=(Role(role),), unit_id=None
        )
        with live.database.transaction() as session:
            create_account(session, new=new, salt=os.urandom(16), now=NOW, by=None)

    def open_window(login: str) -> Page:
        page = windows.open(*request.param)
        page.goto("/account/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.goto(f"{polling.url}/issuing")
        return page

    return open_window


def look(page: Page, name: str) -> None:
    """Everybody can read the page, on any window."""
    check_accessible(page)
    check_fits(page)
    take_picture(page, f"officers-{name}-{page.evaluate('window.innerWidth')}")


def name_stays_in_sight(page: Page) -> bool:
    """Whether a wide table's rows keep their name while the figures scroll."""
    return bool(
        page.locator(".scroll:has(> table:not(.stack))").evaluate(
            """frame => {
                frame.scrollLeft = 120
                const name = frame.querySelector("tbody th").getBoundingClientRect()
                return Math.abs(name.left - frame.getBoundingClientRect().left) < 3
            }"""
        )
    )


def submit(page: Page, step: str) -> None:
    """Send the form that leads to a step."""
    form = page.locator(f"form[action$='/{step}']")
    fold = page.locator(f"details:has(form[action$='/{step}'])")
    if fold.count() and not form.is_visible():
        fold.locator("summary").first.click()
    form.locator("button").click()


def test_keys_are_brought_and_the_box_is_opened_with_files(
    signed_in: SignedIn, polling: Polling, officers: Officers, tmp_path: Path
) -> None:
    _batch, codes = polling.issue(6)
    office, first, second = (signed_in(login) for login in ("office", "first", "second"))
    office.locator("#keys ~ details summary").first.click()
    look(office, "keys")
    for role in ("officer_a", "officer_b"):
        office.set_input_files(f"[name={role}]", tmp_path / f"{role}.public.json")
    submit(office, "issuing/keys")
    look(office, "fingerprints")

    first.reload()
    with first.expect_download() as fetched:
        first.click("a[href$='canary.gpbox']")
    first.fill("#answer", officers.answer(Path(fetched.value.path()).read_bytes()))
    submit(first, "issuing/canary")
    look(first, "proven")
    office.reload()
    submit(office, "issuing/open")
    polling.cast(codes[:3])

    office.goto(f"{polling.url}/opening")
    submit(office, "opening/close")
    first.goto(f"{polling.url}/opening")
    look(first, "closed")
    first.locator("details.fold:has(table) > summary").click()
    assert name_stays_in_sight(first)
    with first.expect_download() as fetched:
        first.click("a[href$='sealed.gpbox']")
    layer = officers.a(Path(fetched.value.path()).read_bytes())
    first.set_input_files("#layer", officers.file(layer, tmp_path / "layer-b.gpbox"))
    submit(first, "opening/layer")
    look(first, "handed-in")
    second.goto(f"{polling.url}/opening")
    opened = officers.file(officers.b(layer), tmp_path / "opened.gpbox")
    second.set_input_files("#opened", opened)
    submit(second, "opening/import")
    expect(second.locator("ol.story > li.done")).to_have_count(3, timeout=30_000)
    look(second, "opened")


def test_a_code_is_replaced_by_two(signed_in: SignedIn, polling: Polling) -> None:
    _batch, codes = polling.issue(6)
    polling.open()
    polling.cast(codes[:3])
    office, first = signed_in("office"), signed_in("first")
    office.locator("#annul ~ details summary").click()
    look(office, "annul")
    office.fill("#annul-code", codes[0])
    submit(office, "issuing/annul")
    look(office, "annul-waits")
    first.reload()
    look(first, "annul-confirm")
    with first.expect_download() as fetched:
        submit(first, "issuing/annul/confirm")
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")
