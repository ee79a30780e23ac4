"""The office in a journey: its people, its sheets, the voters who need no browser."""

import io
import re
import secrets
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

import pypdfium2
import zxingcpp
from playwright.sync_api import Page
from sqlalchemy import select

from surveys.accounts.create_account import NewAccount, create_account
from surveys.casting.casting_keys import casting_keys
from surveys.errors import Invalid
from surveys.issuing.codes import parse_code
from surveys.issuing.issue_batch import IssuedBatch
from surveys.models import Account, Assessment, Batch, Campaign, Role, Unit
from surveys.sample.evaluation import CampaignCodes, cast_all, errands, simulation
from surveys.sample.planted import Planted
from tests.journeys.browsers import Windows, check_accessible, check_fits, take_picture
from tests.journeys.conftest import Live

PRINTED = re.compile(r"((?:[0-9A-Z]{4}\s+){6}[0-9A-Z]{4})")
DOTS_PER_POINT = 200 / 72


@dataclass(frozen=True)
class Person:
    """Somebody who logs in."""

    login: str
    password: str


@dataclass
class County:
    """A journey's windows and people; each person keeps one window."""

    live: Live
    windows: Windows
    size: str
    language: str

    def person(self, login: str, *roles: Role) -> Page:
        """Make an account and log it in through the page."""
        password = secrets.token_urlsafe(12)
        with self.live.database.transaction() as session:
            new = NewAccount(login=login, name=f"{login}（样例）", password=password, roles=roles)
            create_account(
                session, new=new, salt=secrets.token_bytes(16), now=datetime.now(UTC), by=None
            )
        page = self.windows.open(self.size, self.language)
        page.goto("/account/login")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(password)
        page.locator("main form button").first.click()
        page.wait_for_url(re.compile(r"/(office|staff|admin)"))
        return page

    def belongs_to_a_body(self, login: str) -> None:
        """Give a reviewer the first body that assesses others."""
        with self.live.database.transaction() as session:
            body = session.scalars(select(Assessment.body_id).order_by(Assessment.body_id)).first()
            session.scalars(select(Account).where(Account.login == login)).one().unit_id = body

    def look(self, page: Page, name: str) -> None:
        """Every page is accessible, fits, and keeps its picture."""
        check_accessible(page)
        check_fits(page)
        take_picture(page, f"{name}-{self.size}-{self.language}")

    def cast_the_rest(self, campaign_id: int, sheets: dict[int, list[str]], used: set[str]) -> None:
        """Let simulated voters use the codes that the sheets carry, one batch of them stuffed."""
        database = self.live.database
        with database.transaction() as session:
            campaign = session.get_one(Campaign, campaign_id)
            batches = session.scalars(select(Batch).where(Batch.campaign_id == campaign_id)).all()
            drawn = simulation(
                session, period_id=campaign.period_id, seed=7, starts_at=datetime.now(UTC)
            )
            towns = session.scalars(select(Unit).where(Unit.code == "T05")).one()
            drawn.planted = Planted(towns.id, -1, -1, -1, (), -1)
            issued = tuple(IssuedBatch(batch, tuple(sheets[batch.id])) for batch in batches)
            listed = errands(session, CampaignCodes(campaign_id, "", issued), drawn)
        cast_all(
            database,
            errands=[errand for errand in listed if errand.code not in used],
            keys=casting_keys(self.live.store, campaign_id),
            told=lambda _n: None,
            workers=2,
        )


def press(page: Page, ending: str) -> None:
    """Press the button of the form that goes to an address, opening its warning first."""
    form = page.locator(f"form[action$='{ending}']").first
    folded = form.locator("xpath=ancestor::details[not(@open)]")
    for place in range(folded.count()):
        folded.nth(place).locator("summary").first.click()
    form.locator("button").click()


def sheets_in(archive: bytes) -> dict[int, list[str]]:
    """The codes printed on the sheets of a ZIP, by batch."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            int(re.findall(r"_(\d+)_", name)[0]): codes_on(opened.read(name))
            for name in opened.namelist()
            if name.endswith(".pdf")
        }


def codes_on(pdf: bytes) -> list[str]:
    """The codes that stand on a sheet in letters."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return [code for found in PRINTED.findall(text) if (code := code_in(found)) is not None]


def code_in(text: str) -> str | None:
    """The code in a piece of text, or None."""
    try:
        return parse_code(text)
    except Invalid:
        return None


def scanned(pdf: bytes) -> str:
    """What a phone's camera sees on the second page."""
    document = pypdfium2.PdfDocument(pdf)
    seen = zxingcpp.read_barcodes(document[1].render(scale=DOTS_PER_POINT).to_pil())
    document.close()
    return str(seen[0].text)
