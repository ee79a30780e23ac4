"""A full hall and a restart, seen from one phone: it waits, says so, and gets its receipt."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.browsers import Windows
from tests.journeys.conftest import Live
from tests.journeys.test_citizen import choose, receipt_number, scan, send
from tests.surveys.casting.forms import RECOGNITION
from tests.surveys.casting.voting import Voting, open_voting

KEPT = "Your answers are kept"


@pytest.fixture
def voting(live: Live) -> Voting:
    """Citizens rate one unit."""
    return open_voting(live.database, store=live.store, content=RECOGNITION, n_codes=40)


@pytest.fixture
def page(windows: Windows, voting: Voting) -> Page:
    """A paper, filled in."""
    page = windows.open("phone", "en")
    scan(page, voting.codes[0])
    choose(page, "1", item=0)
    for item in range(1, 7):
        choose(page, "2", item=item)
    return page


def nonces_sent(tries: list[str]) -> set[str]:
    return {re.findall("nonce=([^&]+)", sent)[0] for sent in tries}


def test_a_phone_waits_as_long_as_a_busy_server_asks_and_gets_its_receipt(
    page: Page, voting: Voting
) -> None:
    tries: list[str] = []

    def busy_once(route: Route) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.fulfill(status=503, headers={"Retry-After": "4"}, body="busy")
        else:
            route.continue_()

    page.route("**/b/ballot", busy_once)
    send(page)
    expect(page.locator(".status")).to_contain_text(KEPT)
    found = re.search(r"again in (\d+) s", page.locator(".status").inner_text())
    assert found
    assert int(found[1]) >= 3
    expect(page.locator(".receipt-number")).to_be_visible(timeout=15_000)
    receipt_number(page)
    assert len(tries) == 2
    assert len(nonces_sent(tries)) == 1
    assert voting.n_envelopes() == 1


def test_a_phone_outlasts_a_server_that_restarts(page: Page, voting: Voting) -> None:
    tries: list[str] = []

    def gone_twice(route: Route) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.abort("connectionrefused")
        elif len(tries) == 2:
            route.fulfill(status=502, body="the proxy stands alone")
        else:
            route.continue_()

    page.route("**/b/ballot", gone_twice)
    send(page)
    expect(page.locator(".status")).to_contain_text(KEPT)
    # It tries by itself, after two seconds and after four.
    expect(page.locator(".receipt-number")).to_be_visible(timeout=30_000)
    receipt_number(page)
    assert len(nonces_sent(tries)) == 1
    assert voting.n_envelopes() == 1
    assert page.evaluate("sessionStorage.length") == 0
