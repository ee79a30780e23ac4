"""A citizen's way in real Chromium: scan, answer, send, keep the receipt."""

import re
from dataclasses import replace
from time import monotonic

import pytest
from playwright.sync_api import Page, Route, expect

from surveys.casting.throttling import WITHOUT_PROOF, WRONG_CODES, Allowance, Throttle
from surveys.issuing.codes import printed
from surveys.models.campaigns import CampaignState
from tests.journeys.browsers import (
    Windows,
    check_accessible,
    check_fits,
    take_picture,
    wait_for_paper,
)
from tests.journeys.conftest import Live
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION, REVERSE
from tests.surveys.casting.voting import Voting, open_voting

SEND = re.compile("Send my ballot|交票|提交")
NOTHING_WITHOUT_PROOF = Allowance(burst=0, per_second=1e-9, burst_of_all=0, per_second_of_all=1e-9)
RECEIPT = re.compile(r"[0-9A-Z]{4}( [0-9A-Z]{4}){3}")

on_devices = pytest.mark.parametrize("size", ["phone", "desk"])
in_languages = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def voting(live: Live) -> Voting:
    """Citizens rate one unit."""
    return open_voting(live.database, store=live.store, content=RECOGNITION, n_codes=40)


def scan(page: Page, code: str) -> None:
    """What a phone's camera does: open the address with the code in its fragment."""
    page.goto(f"/B#{code}")
    wait_for_paper(page)


def turn_to(page: Page, target: int) -> None:
    """Jump to a unit, where a narrow screen shows one at a time."""
    jumps = page.locator(".jump:visible button")
    if jumps.count():
        # Some forms shuffle their units.
        cards = page.locator(".card:not(.review)").evaluate_all("all => all.map(one => one.id)")
        jumps.nth(cards.index(f"u-{target}")).click()


def choose(page: Page, value: str, *, item: int | None = None, target: int = 0) -> None:
    """Tick an option of one item, or of all items of a target."""
    turn_to(page, target)
    places = range(page.locator(f"#u-{target} .item").count()) if item is None else (item,)
    for place in places:
        page.locator(f"[name=a{target}_{place}][value='{value}']").check()


def send(page: Page) -> None:
    """Press the button, after the look at all units where there is one."""
    jumps = page.locator(".jump:visible button")
    if jumps.count():
        jumps.last.click()
        page.locator(".bar-next").click()
    page.locator("button[name=send]").click()


def receipt_number(page: Page) -> str:
    """The number on the receipt."""
    found = page.locator(".receipt-number").inner_text()
    assert RECEIPT.fullmatch(found)
    return found


def looked_at(page: Page, name: str) -> None:
    """Every page is accessible and fits."""
    check_accessible(page)
    check_fits(page)
    take_picture(page, name)


@on_devices
@in_languages
def test_a_citizen_scans_answers_and_keeps_a_receipt(
    windows: Windows, voting: Voting, size: str, language: str
) -> None:
    page = windows.open(size, language)
    scan(page, voting.codes[0])
    assert "#" not in page.url
    looked_at(page, f"citizen-paper-{size}-{language}")
    choose(page, "1", item=0)
    for item in range(1, 7):
        choose(page, "2", item=item)
    page.locator("textarea[name=c0]").fill("希望周末也能办事")
    looked_at(page, f"citizen-answered-{size}-{language}")
    send(page)
    receipt_number(page)
    looked_at(page, f"citizen-receipt-{size}-{language}")
    assert voting.n_envelopes() == 1


@on_devices
@in_languages
def test_an_insider_rates_several_units(
    windows: Windows, live: Live, size: str, language: str
) -> None:
    voting = open_voting(live.database, store=live.store, content=DEMOCRATIC, n_targets=8)
    page = windows.open(size, language)
    scan(page, voting.codes[0])
    looked_at(page, f"insider-paper-{size}-{language}")
    for target in range(3):
        choose(page, "1", item=5, target=target)
    expect(page.locator(".bar-quota")).to_have_class(re.compile("over-quota"))
    for target in range(7):
        choose(page, "2", target=target)
    turn_to(page, 7)
    page.locator("[name=d7]").check()
    looked_at(page, f"insider-answered-{size}-{language}")
    send(page)
    receipt_number(page)


@on_devices
def test_a_unit_rates_those_who_assess_it(windows: Windows, live: Live, size: str) -> None:
    voting = open_voting(live.database, store=live.store, content=REVERSE, n_targets=3, home=True)
    page = windows.open(size)
    scan(page, voting.codes[0])
    choose(page, "2", target=0)
    choose(page, "5", target=1)
    choose(page, "3", target=2)
    turn_to(page, 0)
    page.locator("#u-0 summary").click()
    page.locator("textarea[name=c0]").fill("同样的材料要了三次")
    looked_at(page, f"reverse-answered-{size}")
    send(page)
    receipt_number(page)


@on_devices
@in_languages
def test_the_form_works_without_a_script(
    windows: Windows, voting: Voting, size: str, language: str
) -> None:
    page = windows.open(size, language, scripts=False)
    page.goto("/b")
    take_picture(page, f"citizen-door-{size}-{language}")
    page.locator("textarea[name=code]").fill(printed(voting.codes[0]))
    page.locator("form.enter button").click()
    wait_for_paper(page)
    choose(page, "1")
    page.locator("[name=a0_1]").nth(2).check()
    send(page)
    receipt_number(page)
    assert voting.n_envelopes() == 1


def test_without_a_script_a_missing_answer_is_listed(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone", "en", scripts=False)
    page.goto("/b")
    page.locator("textarea[name=code]").fill(voting.codes[0])
    page.locator("form.enter button").click()
    wait_for_paper(page)
    choose(page, "1", item=0)
    choose(page, "2", item=1)
    send(page)
    expect(page.locator("#problems")).to_contain_text("How quickly they get things done")
    expect(page.locator("[name=a0_1][value='2']")).to_be_checked()
    take_picture(page, "citizen-problems-phone-en")


def test_the_listed_problems_are_accessible(windows: Windows, live: Live) -> None:
    voting = open_voting(live.database, store=live.store, content=DEMOCRATIC, n_targets=3)
    page = windows.open("phone")
    scan(page, voting.codes[0])
    for target in range(3):
        choose(page, "1", target=target)
    send(page)
    expect(page.locator("#problems")).to_be_visible()
    looked_at(page, "insider-over-quota-phone")


@on_devices
def test_who_does_not_know_the_unit_is_asked_nothing_more(
    windows: Windows, voting: Voting, size: str
) -> None:
    for scripts in (True, False):
        page = windows.open(size, scripts=scripts)
        page.goto("/b")
        page.locator("textarea[name=code]").fill(voting.codes[int(scripts)])
        page.locator("form.enter button").click()
        wait_for_paper(page)
        choose(page, "4", item=0)
        expect(page.locator("#i-a0_1")).to_be_hidden()
        send(page)
        receipt_number(page)


def test_a_left_out_item_is_shown_before_sending(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone")
    scan(page, voting.codes[0])
    choose(page, "1")
    page.reload(wait_until="load")
    page = windows.open("phone")
    scan(page, voting.codes[0])
    choose(page, "1", item=0)
    send(page)
    expect(page.locator("#i-a0_1")).to_have_class(re.compile("wrong"))
    expect(page.locator("#i-a0_1 input").first).to_be_focused()
    looked_at(page, "citizen-missing-phone")


def test_the_language_switch_loses_nothing(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone", "zh")
    scan(page, voting.codes[0])
    choose(page, "2", item=0)
    page.locator("textarea[name=c0]").fill("写到一半")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[name=a0_0][value='2']")).to_be_checked()
    expect(page.locator("textarea[name=c0]")).to_have_value("写到一半")


def test_a_reload_keeps_the_draft(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone")
    scan(page, voting.codes[0])
    nonce = page.locator("[name=nonce]").input_value()
    choose(page, "3", item=2)
    scan(page, voting.codes[0])
    expect(page.locator("[name=a0_2][value='3']")).to_be_checked()
    assert page.locator("[name=nonce]").input_value() == nonce


def test_a_lost_connection_is_tried_again_with_the_same_nonce(
    windows: Windows, voting: Voting
) -> None:
    page = windows.open("phone", "en")
    scan(page, voting.codes[0])
    choose(page, "1", item=0)
    for item in range(1, 7):
        choose(page, "2", item=item)
    tries: list[str] = []

    def lose_first_answer(route: Route) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.fetch()  # the ballot arrives, its receipt does not
            route.abort()
        else:
            route.continue_()

    page.route("**/b/ballot", lose_first_answer)
    send(page)
    expect(page.locator(".status")).to_contain_text("Your answers are kept")
    looked_at(page, "citizen-waiting-phone")
    page.get_by_role("button", name="Send again now").click()
    receipt_number(page)
    assert len({re.findall("nonce=([^&]+)", sent)[0] for sent in tries}) == 1
    assert voting.n_envelopes() == 1


def test_the_draft_is_gone_after_the_receipt(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone")
    scan(page, voting.codes[0])
    choose(page, "4", item=0)
    assert page.evaluate("sessionStorage.length") == 1
    send(page)
    receipt_number(page)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_a_double_tap_is_harmless(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone")
    scan(page, voting.codes[0])
    choose(page, "4", item=0)
    page.locator("button[name=send]").dblclick()
    receipt_number(page)
    assert voting.n_envelopes() == 1


def test_a_code_in_the_path_is_moved_into_the_body(windows: Windows, voting: Voting) -> None:
    page = windows.open("phone")
    page.goto(f"/B/{voting.codes[0]}")
    wait_for_paper(page)
    assert voting.codes[0] not in page.url


@on_devices
@in_languages
def test_every_refusal_is_calm_and_accessible(
    windows: Windows, voting: Voting, size: str, language: str
) -> None:
    page = windows.open(size, language)
    page.goto("/b")
    looked_at(page, f"door-{size}-{language}")
    code = voting.codes[0]
    mistyped = code[:6] + ("0" if code[6] != "0" else "1") + code[7:]
    page.goto(f"/B#{mistyped}")
    expect(page.locator("#code")).to_have_value(mistyped)
    looked_at(page, f"mistyped-{size}-{language}")
    scan(page, code)
    choose(page, "4", item=0)
    send(page)
    receipt_number(page)
    page.goto(f"/B?#{code}")
    page.wait_for_selector("body[data-page=refused]")
    looked_at(page, f"used-{size}-{language}")
    voting.set_state(CampaignState.CLOSED)
    page.goto(f"/B?again#{voting.codes[1]}")
    page.wait_for_selector("body[data-page=refused]")
    looked_at(page, f"closed-{size}-{language}")


def test_targets_are_big_enough_for_a_thumb(windows: Windows, live: Live) -> None:
    voting = open_voting(live.database, store=live.store, content=DEMOCRATIC, n_targets=2)
    page = windows.open("phone")
    scan(page, voting.codes[0])
    for target in page.locator(
        ".options > label:visible, label.pass:visible, button:visible, summary:visible"
    ).all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 48
        assert box["width"] >= 48


def test_a_phone_proves_its_work_while_the_poster_is_answered(windows: Windows, live: Live) -> None:
    poster = open_voting(
        live.database, store=live.store, content=RECOGNITION, open_code=True, proof_of_work=True
    )
    # Nobody is let in without a proof: whoever gets a receipt has sent a good one.
    live.app.extensions["gongping_throttles"] = {
        WITHOUT_PROOF: Throttle(NOTHING_WITHOUT_PROOF, now=0.0)
    }
    page = windows.open("phone", "zh")
    scan(page, poster.codes[0])
    choose(page, "2")
    send(page)
    receipt_number(page)
    assert poster.n_envelopes() == 1


@in_languages
def test_without_scripts_a_posters_ballot_waits_and_is_not_lost(
    windows: Windows, live: Live, language: str
) -> None:
    poster = open_voting(
        live.database, store=live.store, content=RECOGNITION, open_code=True, proof_of_work=True
    )
    live.app.extensions["gongping_throttles"] = {
        WITHOUT_PROOF: Throttle(replace(WITHOUT_PROOF, burst=0.1), now=monotonic())
    }
    page = windows.open("phone", language, scripts=False)
    page.goto(f"/B/{poster.codes[0]}")
    page.locator("button.wide").click()
    choose(page, "2")
    send(page)
    check_fits(page)
    take_picture(page, f"citizen-slowly-{language}")
    assert page.locator("body[data-page=busy]").count() == 1
    live.app.extensions.pop("gongping_throttles")
    page.locator("button.wide").click()
    receipt_number(page)


@in_languages
def test_who_mistypes_beside_a_guesser_gets_on_by_working(
    windows: Windows, live: Live, voting: Voting, language: str
) -> None:
    live.app.extensions["gongping_throttles"] = {
        WRONG_CODES: Throttle(NOTHING_WITHOUT_PROOF, now=0.0)
    }
    page = windows.open("phone", language)
    page.goto("/B")
    page.locator("#code").fill("7K3F")
    page.locator("button.wide").click()
    expect(page.locator("form[data-prove]")).to_be_visible()
    looked_at(page, f"citizen-too-many-{language}")
    page.locator("#code").fill("7K3F-AAAA")
    page.locator("button.wide").click()
    expect(page.locator("form[data-prove]")).to_have_count(0)
    page.locator("#code").fill(voting.codes[0])
    page.locator("button.wide").click()
    wait_for_paper(page)
