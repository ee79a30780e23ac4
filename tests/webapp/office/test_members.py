"""The office sets members up, sees whose ballots are out, and reads how each score came about."""

import re
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from surveys.database.engine import Database
from surveys.models import Account, MemberFact, Role
from surveys.publishing.certify import certify, countersign, publish
from surveys.scoring.score_period import score_both_ways
from surveys.setup.load_period import load_period
from tests.conftest import NOW
from tests.surveys.members.rated_members import open_and_examine, open_vote, set_up, vote
from tests.surveys.publishing.left_open import left_open
from tests.surveys.setup.leading_groups import with_members
from tests.surveys.setup.small_workbook import read
from tests.webapp.conftest import Browser, SignIn


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def scored(database: Database) -> int:
    """The id of a period whose members are scored."""
    with database.transaction() as session:
        rated = set_up(session, now=NOW)
        vote(session, rated, open_vote(session, rated, now=NOW))
        open_and_examine(session, rated, now=NOW)
        score_both_ways(session, period_id=rated.period.id, now=NOW, by=rated.organizer.id)
        return rated.period.id


def test_members_are_searched_and_edited_in_the_browser(
    organizer: Browser, database: Database
) -> None:
    with database.transaction() as session:
        workbook = read(with_members())
        period_id = load_period(session, workbook=workbook, now=NOW, by=None).id
    address = f"/office/periods/{period_id}/setup/members"
    assert "of 5 rows" in organizer.get(f"{address}?q=Sample+B").text
    row = {"成员代码": "P06", "姓名": "样例己", "所属单位": "D02", "职务": "局长"}
    answer = organizer.post_form(
        f"{address}/row",
        {f"c{place}": said for place, said in enumerate(_row(row))},
    )
    assert answer.status_code == 302
    assert "样例己" in organizer.get(address).text


def _row(said: dict[str, str]) -> list[str]:
    headers = ("成员代码", "姓名", "英文名称", "所属单位", "职务", "英文职务")
    return [*(said.get(header, "") for header in headers), "主要负责人"]


def test_the_office_sees_whose_members_each_batch_rates(
    organizer: Browser, database: Database
) -> None:
    with database.transaction() as session:
        rated = set_up(session, now=NOW)
        open_vote(session, rated, now=NOW)
        campaign_id = rated.campaign.id
    page = organizer.get(f"/office/campaigns/{campaign_id}/issuing").text
    assert "3 members" in page
    assert "and 1 other member" in page
    assert "Sample B (Bureau 1)" in page


def test_persons_are_listed_by_place_with_their_components(
    organizer: Browser, database: Database
) -> None:
    address = f"/office/periods/{scored(database)}/scores/members"
    page = organizer.get(address).text
    assert organizer.get(f"{address}.csv?q=Sample+B").data.decode().count("Sample B") == 1
    assert page.index("Sample A") < page.index("Sample B") < page.index("Sample C")
    assert "91.50" in page
    assert "undecided" in page
    assert "1 seat for First" in page


def test_a_person_page_shows_how_the_total_comes_about(
    organizer: Browser, database: Database
) -> None:
    page = organizer.get(f"/office/periods/{scored(database)}/scores/members/P02").text
    assert "45 + 24 + 16.8 = 85.8" in page
    # 领导 .3 · 80 + 正职 .2 · 100 + 职工 .5 · 80
    assert "0.3 × 80 + 0.2 × 100 + 0.5 × 80 = 84.0000" in page
    assert "Deputy director" in page


def post(browser: Browser, page: str, action: str, prefix: str, **data: str) -> int:
    """Send one of the forms of a page; each has its own prefix."""
    form = {f"{prefix}-{name}": said for name, said in data.items()}
    form[f"{prefix}-csrf_token"] = browser.token(page)
    return browser.post(f"{page}/{action}", data=form).status_code


def test_what_is_decided_about_a_person_is_recorded_and_withdrawn_on_the_page(
    organizer: Browser, database: Database
) -> None:
    period_id = scored(database)
    page = f"/office/periods/{period_id}/scores/members/P04"
    basis = {"reason": "样例", "document": "样例3号"}
    assert post(organizer, page, "points/ballots", "ballots", points="90", reason="x") == 422
    assert post(organizer, page, "points/ballots", "ballots", points="90", **basis) == 302
    shown = organizer.get(page).text
    assert "The scores are being computed" in shown
    assert "样例3号" in shown.partition('id="rulings"')[2]
    # Both who certify see it, with the person's page.
    certifying = organizer.get(f"/office/periods/{period_id}/publishing").text
    assert f'href="{page}"' in certifying
    (withdraw,) = re.findall(rf'action="({page}/rulings/\d+/withdraw)"', shown)
    elsewhere = withdraw.replace("/P04/", "/P01/")
    assert organizer.post_form(elsewhere, page=page).status_code == 404
    assert organizer.post_form(withdraw, page=page).status_code == 302
    assert "样例3号" not in organizer.get(page).text


def test_a_proposal_about_a_person_is_decided_on_the_page(
    organizer: Browser, database: Database
) -> None:
    with database.transaction() as session:
        rated = set_up(session, now=NOW)
        vote(session, rated, open_vote(session, rated, now=NOW))
        open_and_examine(session, rated, now=NOW)
        fact = MemberFact(member_id=rated.member("P01").id, fact="触犯刑律", document="样例2号")
        session.add(fact)
        score_both_ways(session, period_id=rated.period.id, now=NOW, by=rated.organizer.id)
        page = f"/office/periods/{rated.period.id}/scores/members/P01"
    shown = organizer.get(page).text
    key = shown.partition('id="p-')[2][:32]
    assert "waits for a decision" in shown
    word = {"verdict": "confirm", "reason": "样例", "document": "1", "decided_on": "2026-01-05"}
    assert post(organizer, page, f"proposals/{key}", key, **word) == 302
    assert "Proposal confirmed" in organizer.get(page).text


def test_a_person_nobody_scored_is_not_found(organizer: Browser, database: Database) -> None:
    answer = organizer.get(f"/office/periods/{scored(database)}/scores/members/P99")
    assert answer.status_code == 404
    assert "no person with this code" in answer.text


def test_without_members_the_page_says_what_to_do(organizer: Browser, database: Database) -> None:
    with database.transaction() as session:
        sheets = with_members()
        del sheets["班子成员"][1:]
        period_id = load_period(session, workbook=read(sheets), now=NOW, by=None).id
    page = organizer.get(f"/office/periods/{period_id}/scores/members").text
    assert "Nobody is rated by name" in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN])
def test_only_the_office_reads_persons_scores(
    role: Role, sign_in: SignIn, database: Database
) -> None:
    answer = sign_in(role).get(f"/office/periods/{scored(database)}/scores/members")
    assert answer.status_code == 403


PUBLIC = ("/board/2026S", "/board/2026S/D01", "/api/v1/board", "/api/v1/board/2026S")


def test_no_public_page_names_a_person(client: Browser, database: Database) -> None:
    period_id = scored(database)
    with database.transaction() as session:
        first, second, *_ = session.scalars(select(Account.id).order_by(Account.id))
        certify(
            session,
            period_id=period_id,
            without_total=left_open(session, period_id),
            now=NOW,
            by=first,
        )
        countersign(
            session,
            period_id=period_id,
            without_total=left_open(session, period_id),
            now=NOW,
            by=second,
        )
        publish(session, period_id=period_id, now=NOW, by=first)
    for address in PUBLIC:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Sample A" not in answer.text
        assert "样例甲" not in answer.text


def test_the_result_workbook_has_a_sheet_of_persons(organizer: Browser, database: Database) -> None:
    answer = organizer.get(f"/office/periods/{scored(database)}/publishing/scores.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data))["班子成员 Members"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0][:5] == ("样例一局", "P01", "样例甲", "局长", "主要负责人 Head")
    assert rows[0][5:] == (90, 95, 90, 0, 0, 91.5, 91.5, 1, "一等 First")


def test_a_voter_reads_name_unit_and_post(client: Browser, database: Database) -> None:
    with database.transaction() as session:
        rated = set_up(session, now=NOW)
        issued = open_vote(session, rated, now=NOW)
        staff = next(each for each in issued if each.batch.group.code == "E")
        code = staff.codes[0]
    page = client.post_form("/b/paper", {"code": code}, page="/b").text
    assert "Director, Bureau 1" in page
    assert "Member" in page
    assert "3 members" in page
    assert "3 units" not in page
