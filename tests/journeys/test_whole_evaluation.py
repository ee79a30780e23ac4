"""The whole way in real Chromium, from a workbook to the public board."""

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from surveys.models import Batch, Campaign, CampaignKind, RaterGroup, Role
from surveys.sample.evaluation import WORKBOOKS
from tests.journeys.browsers import Windows, wait_for_paper
from tests.journeys.conftest import Live
from tests.journeys.county import County, press, sheets_in
from tests.journeys.test_citizen import send, turn_to

QUARTER = "样例县2026年第一季度.xlsx"
FAULTY = "有错误的样例.xlsx"
JOB = 60_000


def upload(page: Page, name: str) -> None:
    """Choose a workbook and send it."""
    page.locator("input[type=file]").set_input_files(str(Path(str(WORKBOOKS)) / name))
    page.locator("form.upload button").click()


def set_up(county: County, page: Page) -> str:
    """Errors with their rows, a good workbook, the freeze; returns the period's address."""
    county.look(page, "office-empty")
    page.goto("/office/periods/new")
    upload(page, FAULTY)
    expect(page.locator("table.problems tbody tr")).not_to_have_count(0)
    county.look(page, "setup-errors")
    upload(page, QUARTER)
    page.wait_for_url(re.compile(r"/office/setup-changes/\d+"))
    county.look(page, "setup-preview")
    page.locator("form[action$='/accept'] button").click()
    page.wait_for_url(re.compile(r"/office/periods/\d+/setup"))
    county.look(page, "setup-read")
    press(page, "/freeze")
    page.wait_for_load_state()
    return page.url.partition("/setup")[0]


def campaigns(live: Live) -> dict[CampaignKind, int]:
    """The campaigns' ids by kind."""
    with live.database.transaction() as session:
        return {each.kind: each.id for each in session.scalars(select(Campaign))}


def issue_and_open(county: County, page: Page, campaign_id: int) -> dict[int, list[str]]:
    """All sheets as one download, then the vote is opened."""
    page.goto(f"/office/campaigns/{campaign_id}/issuing")
    county.look(page, f"issuing-planned-{campaign_id}")
    press(page, "/issuing/all")
    ready = page.locator("form[action*='/handouts/'] button").first
    expect(ready).to_be_visible(timeout=JOB)
    with page.expect_download() as downloading:
        ready.click()
    sheets = sheets_in(Path(downloading.value.path()).read_bytes())
    page.goto(f"/office/campaigns/{campaign_id}/issuing")
    press(page, "/issuing/open")
    page.wait_for_load_state()
    county.look(page, f"issuing-open-{campaign_id}")
    return sheets


def a_code(live: Live, campaign_id: int, group: str, sheets: dict[int, list[str]]) -> str:
    """A code of a rater group."""
    with live.database.transaction() as session:
        batch_id = session.scalars(
            select(Batch.id)
            .join(RaterGroup, RaterGroup.id == Batch.group_id)
            .where(Batch.campaign_id == campaign_id, RaterGroup.code == group)
            .order_by(Batch.id)
        ).first()
    assert batch_id is not None
    return sheets[batch_id][0]


def vote(county: County, page: Page, code: str, name: str) -> str:
    """Scan, answer everything, send; returns the receipt's number."""
    page.goto(f"/B#{code}")
    wait_for_paper(page)
    county.look(page, f"ballot-{name}")
    for card in range(max(1, page.locator(".jump:visible button").count())):
        turn_to(page, card)
        for fieldset in page.locator("#ballot fieldset:visible").all():
            options = fieldset.locator("input[type=radio]:visible")
            if options.count() > 1:
                options.nth(1).check()
    send(page)
    number = page.locator(".receipt-number").inner_text()
    county.look(page, f"receipt-{name}")
    return number


def close_and_open(county: County, people: dict[str, Page], campaign_id: int) -> None:
    """The organizer closes, one officer asks, the other opens."""
    address = f"/office/campaigns/{campaign_id}/opening"
    people["organizer"].goto(f"/office/campaigns/{campaign_id}/turnout")
    county.look(people["organizer"], f"turnout-{campaign_id}")
    people["organizer"].goto(address)
    press(people["organizer"], "/opening/close")
    people["officer-a"].goto(address)
    press(people["officer-a"], "/opening/request")
    county.look(people["officer-a"], f"opening-asked-{campaign_id}")
    people["officer-b"].goto(address)
    press(people["officer-b"], "/opening/open")
    expect(people["officer-b"].locator("ol.story > li.done")).to_have_count(3, timeout=JOB)
    people["officer-b"].goto(address)
    county.look(people["officer-b"], f"opening-done-{campaign_id}")


def examine(county: County, page: Page, campaign_id: int) -> None:
    """Start the checks and wait for what they found."""
    page.goto(f"/office/campaigns/{campaign_id}/examining")
    page.locator("form.start button").first.click()
    expect(page.locator("main dl.figures").first).to_be_visible(timeout=JOB)
    page.goto(f"/office/campaigns/{campaign_id}/examining")
    county.look(page, f"examined-{campaign_id}")


def settle(county: County, first: Page, second: Page, campaign_id: int) -> int:
    """Uphold every waiting finding, a second person confirms; returns how many there were."""
    first.goto(f"/office/campaigns/{campaign_id}/review")
    county.look(first, f"review-{campaign_id}")
    links = {
        link.get_attribute("href") or ""
        for link in first.locator("main a[href^='/office/findings/']").all()
    }
    for address in sorted(links):
        first.goto(address)
        county.look(first, f"finding-{address.rpartition('/')[2]}")
        if not first.locator("form.decision-form:visible").count():
            continue
        first.locator("form.decision-form input[name=choice]").first.check()
        first.locator("form.decision-form textarea").fill("现场核实：同一人代填（样例）")
        first.locator("form.decision-form button").click()
        second.goto(address)
        press(second, "/confirmation")
    return len(links)


def score_and_publish(county: County, first: Page, second: Page, period: str) -> None:
    """Both ways of scoring, two signatures, the preview, the board."""
    first.goto(f"{period}/scores")
    first.locator("main form button").first.click()
    expect(first.locator("table.score-table").first).to_be_visible(timeout=JOB)
    # Anew, so that the answer looked at is that of the page and not of its renewed part.
    first.goto(f"{period}/scores")
    county.look(first, "scores")
    first.goto(f"{period}/publishing")
    sign(first, "/publishing/certify")
    county.look(first, "publishing-certified")
    second.goto(f"{period}/publishing")
    sign(second, "/publishing/countersign")
    second.goto(f"{period}/publishing/preview")
    press(second, "/publishing/publish")
    second.goto(f"{period}/publishing")
    county.look(second, "publishing-published")
    with second.expect_download() as downloading:
        second.locator("a[href$='scores.xlsx']").first.click()
    book = load_workbook(io.BytesIO(Path(downloading.value.path()).read_bytes()))
    assert len(book.sheetnames) == 3


def sign(page: Page, ending: str) -> None:
    """Tick every unit that stays without a total, then sign."""
    page.locator(f"details:has(form[action$='{ending}']) > summary").click()
    boxes = page.locator(f"form[action$='{ending}'] input[name=without_total]")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    press(page, ending)


def check_board(page: Page) -> None:
    """Every unit has its place and colour in words."""
    board = page.locator("main")
    expect(board).to_contain_text(re.compile("金砂镇|Jinsha"))
    expect(board).to_contain_text(re.compile("绿榜|Green"))


@pytest.mark.parametrize(
    ("size", "language"),
    [("desk", "zh"), ("phone", "en"), pytest.param("desk", "en", marks=pytest.mark.slow)],
)
def test_a_county_evaluates_from_workbook_to_board(
    windows: Windows, live: Live, size: str, language: str
) -> None:
    # The desk by day, the phone by night: both palettes are walked through.
    windows.palette = "dark" if size == "phone" else "light"
    county = County(live, windows, size, language)
    people = {
        "organizer": county.person("organizer", Role.ORGANIZER),
        "organizer2": county.person("organizer2", Role.ORGANIZER),
        "officer-a": county.person("officer-a", Role.OFFICER),
        "officer-b": county.person("officer-b", Role.OFFICER),
    }
    organizer = people["organizer"]
    period = set_up(county, organizer)
    ids = campaigns(live)
    sheets = {kind: issue_and_open(county, organizer, each) for kind, each in ids.items()}

    phone = windows.open("phone", language)
    receipts = {}
    used = set()
    for kind, group in (
        (CampaignKind.RECOGNITION, "invited"),
        (CampaignKind.DEMOCRATIC, "A"),
        (CampaignKind.REVERSE, "head"),
    ):
        code = a_code(live, ids[kind], group, sheets[kind])
        receipts[kind] = vote(county, phone, code, kind.value)
        used.add(code)
    phone.goto(f"/B#{min(used)}")
    expect(phone.locator("main h1")).to_be_visible()
    county.look(phone, "code-used")

    for kind, campaign_id in ids.items():
        county.cast_the_rest(campaign_id, sheets[kind], used)
        close_and_open(county, people, campaign_id)
        examine(county, organizer, campaign_id)
        n = settle(county, organizer, people["organizer2"], campaign_id)
        assert n or kind is not CampaignKind.RECOGNITION
    score_and_publish(county, organizer, people["organizer2"], period)
    organizer.goto("/office")
    county.look(organizer, "office-published")

    visitor = windows.open(size, language)
    visitor.goto("/board")
    visitor.locator("main a[href^='/board/']").first.click()
    check_board(visitor)
    county.look(visitor, "board")
    visitor.goto("/receipt")
    visitor.locator("textarea[name=number]").fill(receipts[CampaignKind.RECOGNITION])
    visitor.locator("main form button").first.click()
    county.look(visitor, "receipt-found")
    expect(visitor.locator("a[href^='/receipt/proof/']").first).to_be_attached()

    reviewer = county.person("reviewer", Role.REVIEWER)
    county.belongs_to_a_body("reviewer")
    reviewer.goto("/staff")
    county.look(reviewer, "staff")
