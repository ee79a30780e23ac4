"""Two persons certify, keys are destroyed, and the board is shown after a look at it."""

import io
from pathlib import Path

import openpyxl
import pytest

from surveys.database.engine import Database
from surveys.models import Role
from surveys.opening.keys import KeyStore
from surveys.publishing.decision_sheet import DECISIONS_TITLE, WAITS
from surveys.publishing.score_workbook import TITLES
from surveys.scoring.rulings import Word, rule
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.example_results import ExampleIds, opened, published, scored


@pytest.fixture
def first(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="anna")


@pytest.fixture
def second(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="bert")


def act(browser: Browser, ids: ExampleIds, name: str) -> int:
    """Press a button; who signs ticks the one unit that has no total."""
    address = f"/office/periods/{ids.period_id}/publishing"
    ticked: dict[str, object] = {"without_total": str(ids.unit_ids["己局"])}
    return browser.post_form(f"{address}/{name}", ticked, page="/account/password").status_code


def room(browser: Browser, ids: ExampleIds) -> str:
    return browser.get(f"/office/periods/{ids.period_id}/publishing").text


def test_without_scores_the_room_leads_to_them(first: Browser, database: Database) -> None:
    ids = opened(database)
    page = room(first, ids)
    assert "There are no scores yet" in page
    assert f'href="/office/periods/{ids.period_id}/scores"' in page


def test_the_first_signature_warns_of_what_becomes_final(
    first: Browser, database: Database
) -> None:
    assert "all keys of the campaigns are destroyed" in room(first, scored(database))


def test_the_first_signature_is_shown_with_its_name(first: Browser, database: Database) -> None:
    ids = scored(database)
    assert act(first, ids, "certify") == 302
    assert "anna" in room(first, ids).split('class="signatures"')[1].split("</ol>")[0]


def test_the_same_person_does_not_sign_twice(first: Browser, database: Database) -> None:
    ids = scored(database)
    act(first, ids, "certify")
    assert act(first, ids, "countersign") == 403


def test_who_signs_ticks_every_unit_that_stays_without_a_total(
    first: Browser, database: Database
) -> None:
    ids = scored(database)
    address = f"/office/periods/{ids.period_id}/publishing"
    page = room(first, ids)
    box = f'name="without_total" value="{ids.unit_ids["己局"]}"'
    assert (page.count('name="without_total"'), box in page) == (1, True)
    refused = first.post_form(f"{address}/certify", page=address)
    assert refused.status_code == 409
    assert f"without a total: 1 ({ids.codes['己局']})" in refused.text


def test_a_signature_is_withdrawn(first: Browser, database: Database) -> None:
    ids = scored(database)
    act(first, ids, "certify")
    act(first, ids, "withdraw")
    assert "Certify the scores" in room(first, ids)


def test_the_second_signature_destroys_the_keys(
    first: Browser, second: Browser, database: Database, tmp_path: Path
) -> None:
    ids = scored(database)
    store = KeyStore(tmp_path / "keys")
    store.create(ids.campaign_ids["democratic"])
    act(first, ids, "certify")
    assert act(second, ids, "countersign") == 302
    assert store.roles(ids.campaign_ids["democratic"]) == []


def test_the_preview_shows_the_board_to_the_office_alone(
    first: Browser, client: Browser, database: Database
) -> None:
    ids = scored(database)
    address = f"/office/periods/{ids.period_id}/publishing/preview"
    assert "94.37" in first.get(address).text
    assert client.get(address).status_code == 302


def test_the_preview_publishes_nothing_before_two_signatures(
    first: Browser, database: Database
) -> None:
    ids = scored(database)
    act(first, ids, "certify")
    assert (
        "/publishing/publish"
        not in first.get(f"/office/periods/{ids.period_id}/publishing/preview").text
    )
    assert act(first, ids, "publish") == 409


def test_two_signatures_publish(
    first: Browser, second: Browser, client: Browser, database: Database
) -> None:
    ids = scored(database)
    act(first, ids, "certify")
    act(second, ids, "countersign")
    assert act(first, ids, "publish") == 302
    assert client.get("/board/2025").status_code == 200


def test_the_room_tells_who_did_what(first: Browser, database: Database) -> None:
    page = room(first, published(database))
    assert page.index("Published</strong>") < page.index("Scores computed</strong>")


def test_both_who_sign_see_the_recorded_decisions(first: Browser, database: Database) -> None:
    ids = scored(database)
    word = Word(grade="average", reason="样例", document="2026-7")
    with database.transaction() as session:
        rule(session, target_id=ids.unit_ids["甲镇"], word=word, now=NOW, by=ids.first)
    assert "2026-7" in room(first, ids)


def test_the_workbook_is_sent(first: Browser, database: Database) -> None:
    ids = scored(database)
    answer = first.get(f"/office/periods/{ids.period_id}/publishing/scores.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == [*TITLES.values(), DECISIONS_TITLE]
    # Every proposal stands there, and that it waits.
    assert {row[4] for row in book[DECISIONS_TITLE].iter_rows(min_row=2, values_only=True)} == {
        WAITS
    }


def test_without_scores_there_is_no_workbook(first: Browser, database: Database) -> None:
    ids = opened(database)
    answer = first.get(f"/office/periods/{ids.period_id}/publishing/scores.xlsx")
    assert answer.status_code == 404


def test_an_auditor_does_not_sign(sign_in: SignIn, database: Database) -> None:
    assert act(sign_in(Role.AUDITOR), scored(database), "certify") == 403
