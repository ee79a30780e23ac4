"""The ballot on phones that make it hard: small, slow, without a mouse, in another language."""

import re

import pytest
from playwright.sync_api import Page, expect

from surveys.setup.questionnaires import QuestionnaireContent
from tests.journeys.browsers import (
    Windows,
    check_accessible,
    check_fits,
    take_picture,
    wait_for_paper,
)
from tests.journeys.conftest import Live
from tests.journeys.test_citizen import choose, receipt_number, scan, send
from tests.surveys.casting.forms import DEMOCRATIC, EVERY_KIND, RECOGNITION, REVERSE
from tests.surveys.casting.voting import Voting, open_voting

# A bad connection.
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 500 * 1024 / 8,
    "uploadThroughput": 500 * 1024 / 8,
}
FIRST_PAINT = (
    """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 1e9"""
)
MOST_BYTES = 100_000

FORMS = pytest.mark.parametrize(
    "content",
    [DEMOCRATIC, RECOGNITION, REVERSE, EVERY_KIND],
    ids=lambda content: content.code,
)


def paper_of(live: Live, content: QuestionnaireContent, **more: bool) -> Voting:
    """Open a vote: citizens rate one unit, insiders four."""
    n_targets = 1 if content.kind == "recognition" else 4
    return open_voting(
        live.database, store=live.store, content=content, n_targets=n_targets, **more
    )


def answer_every_kind(page: Page) -> None:
    """Fill the form with an item of every kind in."""
    choose(page, "1", item=0)
    choose(page, "1", item=1)
    choose(page, "8", item=2)
    for option in (1, 3):
        page.locator(f"[name=a0_3_{option}]").check()
    page.locator("[name=a0_4_2]").select_option("1")
    page.locator("[name=a0_4_1]").select_option("2")
    page.locator("[name=c0]").fill("好")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_item_can_be_answered(
    windows: Windows, live: Live, language: str, scripts: bool
) -> None:
    voting = paper_of(live, EVERY_KIND)
    page = windows.open("phone", language, scripts=scripts)
    page.goto("/b")
    page.locator("textarea[name=code]").fill(voting.codes[0])
    page.locator("form.enter button").click()
    wait_for_paper(page)
    expect(page.locator("#i-a0_2")).to_be_hidden()
    answer_every_kind(page)
    if scripts:  # axe-core is one itself
        check_accessible(page)
    take_picture(page, f"kinds-phone-{language}-{'scripts' if scripts else 'plain'}")
    send(page)
    receipt_number(page)
    assert voting.n_envelopes() == 1


def test_what_is_wrong_with_an_item_is_said_beside_it_and_on_top(
    windows: Windows, live: Live
) -> None:
    voting = paper_of(live, EVERY_KIND)
    page = windows.open("phone", "en", scripts=False)
    page.goto("/b")
    page.locator("textarea[name=code]").fill(voting.codes[0])
    page.locator("form.enter button").click()
    wait_for_paper(page)
    answer_every_kind(page)
    page.locator("[name=a0_3_2]").check()
    page.locator("[name=a0_4_1]").select_option("1")
    send(page)
    problems = page.locator("#problems")
    expect(problems).to_contain_text("choose at most 2; 3 were chosen")
    expect(problems).to_contain_text("give each place once")
    expect(page.locator("#i-a0_3")).to_have_class(re.compile("wrong"))
    expect(page.locator("[name=a0_4_2]")).to_have_value("1")
    take_picture(page, "kinds-problems-phone-en")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_third_language_is_written_from_right_to_left(
    windows: Windows, live: Live, size: str
) -> None:
    voting = paper_of(live, EVERY_KIND)
    page = windows.open(size)
    scan(page, voting.codes[0])
    choose(page, "2", item=0)
    page.locator("button.language[value=ug]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#i-a0_0 legend .head")).to_contain_text("مۇئامىلە")
    expect(page.locator("#i-a0_0 legend .head")).to_have_attribute("lang", "ug")
    expect(page.locator("[name=a0_0][value='2']")).to_be_checked()
    answer_every_kind(page)
    check_accessible(page)
    check_fits(page)
    take_picture(page, f"kinds-{size}-ug")
    send(page)
    receipt_number(page)


def test_units_stand_in_another_order_on_every_ballot_and_in_the_same_after_a_reload(
    windows: Windows, live: Live
) -> None:
    content = DEMOCRATIC.model_copy(update={"random_order": True})
    voting = open_voting(live.database, store=live.store, content=content, n_targets=8)
    page = windows.open("desk")
    orders = set()
    for code in voting.codes[:4]:
        scan(page, code)
        orders.add(tuple(page.locator(".card h2").all_inner_texts()[:8]))
        page.goto("/b")
    assert len(orders) > 1


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_channel_may_ask_for_the_age(windows: Windows, live: Live, answer: str) -> None:
    voting = paper_of(live, RECOGNITION, asks_age=True)
    page = windows.open("phone", "en")
    scan(page, voting.codes[0])
    page.locator(f"[name=age][value={answer}]").check()
    choose(page, "2")
    take_picture(page, f"age-{answer}-phone-en")
    send(page)
    if answer == "yes":
        receipt_number(page)
    else:
        expect(page.locator("h1")).to_contain_text("Thank you for your interest")
        check_accessible(page)
    assert voting.n_envelopes() == (answer == "yes")


@FORMS
@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(320, 568, 1), (844, 390, 1), (390, 844, 2)],
    ids=["320px", "landscape", "200%"],
)
def test_the_page_fits(
    windows: Windows, live: Live, content: QuestionnaireContent, width: int, height: int, scale: int
) -> None:
    voting = paper_of(live, content)
    page = windows.open("phone")
    page.set_viewport_size({"width": width, "height": height})
    scan(page, voting.codes[0])
    page.evaluate(f"document.documentElement.style.fontSize = '{100 * scale}%'")
    check_fits(page)
    take_picture(page, f"fits-{content.code}-{width}-{scale}")


def test_large_text_is_one_tap_and_stays(windows: Windows, live: Live) -> None:
    voting = paper_of(live, RECOGNITION)
    page = windows.open("phone")
    scan(page, voting.codes[0])
    page.locator("#big-text").check()
    scan(page, voting.codes[1])
    expect(page.locator("#big-text")).to_be_checked()
    check_fits(page)
    take_picture(page, "large-text-phone-zh")


def test_a_ballot_can_be_cast_with_the_keyboard_alone(windows: Windows, live: Live) -> None:
    voting = paper_of(live, RECOGNITION)
    page = windows.open("desk")
    page.goto("/b")
    page.keyboard.press("Tab")
    page.locator("textarea[name=code]").focus()
    page.keyboard.type(voting.codes[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_paper(page)
    page.locator("[name=a0_0][value='1']").focus()
    for _ in range(7):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "send"
    page.keyboard.press("Enter")
    receipt_number(page)


def test_the_way_through_several_units_leads_forward_back_and_to_a_look_at_all(
    windows: Windows, live: Live
) -> None:
    voting = paper_of(live, DEMOCRATIC)
    page = windows.open("phone")
    scan(page, voting.codes[0])
    for target in range(4):
        choose(page, "2", target=target)
    page.locator(".bar-back").click()
    expect(page.locator("#u-2")).to_be_visible()
    expect(page.locator("#u-3")).to_be_hidden()
    page.locator(".bar-next").click()
    page.locator(".bar-next").click()
    expect(page.locator("#review li")).to_have_count(4)
    expect(page.locator("#review li").first).to_contain_text("较好 × 6")
    check_accessible(page)
    take_picture(page, "review-phone-zh")
    page.locator("#review button").nth(1).click()
    expect(page.locator("#u-1")).to_be_visible()
    send(page)
    receipt_number(page)


def test_a_second_tab_is_told_calmly_that_the_code_is_used(windows: Windows, live: Live) -> None:
    voting = paper_of(live, RECOGNITION)
    first = windows.open("phone", "en")
    scan(first, voting.codes[0])
    second = first.context.new_page()
    scan(second, voting.codes[0])
    for page in (first, second):
        choose(page, "4", item=0)
        send(page)
    receipt_number(first)
    expect(second.locator("h1")).to_contain_text("This code has been used")
    assert voting.n_envelopes() == 1


def test_back_after_sending_leads_to_the_door(windows: Windows, live: Live) -> None:
    voting = paper_of(live, RECOGNITION)
    page = windows.open("phone")
    page.goto("/b")
    scan(page, voting.codes[0])
    choose(page, "4", item=0)
    send(page)
    receipt_number(page)
    page.go_back()
    expect(page.locator("form[data-enter]")).to_be_visible()
    expect(page.locator("#code")).to_have_value("")


@FORMS
def test_the_first_load_is_light_also_on_slow_3g(
    windows: Windows, live: Live, content: QuestionnaireContent
) -> None:
    voting = paper_of(live, content)
    page = windows.open("phone")
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_3G)
    received: list[int] = []
    tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    scan(page, voting.codes[0])
    page.wait_for_load_state("networkidle")
    take_picture(page, f"slow-{content.code}")
    assert 0 < sum(received) < MOST_BYTES
