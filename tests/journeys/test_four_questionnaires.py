"""Each questionnaire of the library, cast the hard way: plain, cut off, by keyboard, small."""

import pytest
from playwright.sync_api import Page, Route, expect

from surveys.questionnaires.library import library
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
from tests.surveys.casting.voting import Voting, open_voting

CONTENTS = library().questionnaires
# No ballot here has more stops: a keyboard that does not reach the end goes in circles.
MOST_STOPS = 200
NEXT_OPEN = """() => {
  const input = document.activeElement;
  if (input.name === "send") return "send";
  if (input.type !== "radio") return "pass";
  return input.form.elements[input.name].value ? "pass" : "tick";
}"""

each_form = pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.code)


def voting_on(live: Live, content: QuestionnaireContent) -> Voting:
    """Open a vote: citizens rate one unit, insiders three."""
    n_targets = 1 if content.kind == "recognition" else 3
    return open_voting(live.database, store=live.store, content=content, n_targets=n_targets)


def answer(page: Page, content: QuestionnaireContent) -> None:
    """Say the second of everything."""
    for target in range(1 if content.kind == "recognition" else 3):
        choose(page, "2", target=target)


@each_form
def test_it_is_cast_when_the_connection_breaks_while_it_is_sent(
    windows: Windows, live: Live, content: QuestionnaireContent
) -> None:
    voting = voting_on(live, content)
    page = windows.open("phone", "en")
    scan(page, voting.codes[0])
    answer(page, content)
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
    page.get_by_role("button", name="Send again now").click()
    receipt_number(page)
    assert (len(tries), voting.n_envelopes()) == (2, 1)


@each_form
def test_it_is_cast_with_the_keyboard_alone(
    windows: Windows, live: Live, content: QuestionnaireContent
) -> None:
    voting = voting_on(live, content)
    page = windows.open("desk")
    scan(page, voting.codes[0])
    check_accessible(page)
    take_picture(page, f"library-{content.code}-desk-zh")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        standing = page.evaluate(NEXT_OPEN)
        if standing == "send":
            break
        if standing == "tick":
            page.keyboard.press("ArrowRight")  # to the second: few may be at the top
    page.keyboard.press("Enter")
    receipt_number(page)


@each_form
def test_it_is_cast_without_a_script(
    windows: Windows, live: Live, content: QuestionnaireContent
) -> None:
    voting = voting_on(live, content)
    page = windows.open("phone", scripts=False)
    page.goto("/b")
    page.locator("textarea[name=code]").fill(voting.codes[0])
    page.locator("form.enter button").click()
    wait_for_paper(page)
    answer(page, content)
    page.locator("button[name=send]").click()
    receipt_number(page)
    assert voting.n_envelopes() == 1


@each_form
def test_it_fits_320_pixels_and_text_of_twice_the_size(
    windows: Windows, live: Live, content: QuestionnaireContent
) -> None:
    voting = voting_on(live, content)
    page = windows.open("phone", "en")
    page.set_viewport_size({"width": 320, "height": 568})
    scan(page, voting.codes[0])
    check_fits(page)
    take_picture(page, f"library-{content.code}-320-en")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    check_fits(page)
