"""The office computes scores, reads every line, and records what people decide."""

import re

import pytest
from flask import Flask
from sqlalchemy import delete

from surveys.database.engine import Database
from surveys.models import Campaign, CampaignState, Examination, Job, Role, ScoreRun
from surveys.scoring.notes import ConsequenceCode, NoteCode
from surveys.scoring.score_period import score_both_ways
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.example_results import ExampleIds, opened, published, scored
from webapp.jobs import wait_for_jobs
from webapp.office.score_words import NOTES, PROPOSALS
from webapp.office.scoring import STEPS


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def page_of(browser: Browser, ids: ExampleIds, name: str = "") -> str:
    unit = f"/{ids.codes[name]}" if name else ""
    return browser.get(f"/office/periods/{ids.period_id}/scores{unit}").text


def test_every_remark_has_its_words() -> None:
    assert set(NOTES) == set(NoteCode)


def test_every_proposal_has_its_words() -> None:
    assert set(PROPOSALS) == set(ConsequenceCode)


def begin(browser: Browser, ids: ExampleIds) -> str:
    """Press the button, and return the page one is led to."""
    address = f"/office/periods/{ids.period_id}/scores"
    assert browser.post_form(address).status_code == 302
    return browser.get(address).text


def ways_scored(database: Database) -> set[bool]:
    with database.transaction() as session:
        return {run.leaves_out_excluded for run in session.query(ScoreRun)}


def test_one_button_computes_both_runs_in_the_background(
    organizer: Browser, database: Database, app: Flask
) -> None:
    page = begin(organizer, opened(database))
    assert "The scores are being computed" in page
    assert ways_scored(database) == set()
    wait_for_jobs(app)
    assert ways_scored(database) == {True, False}


def test_the_button_is_gone_while_the_scoring_waits(organizer: Browser, database: Database) -> None:
    page = begin(organizer, opened(database))
    assert "Compute the scores</button>" not in page
    assert "Nobody does this work now" in page


def test_a_scoring_can_be_cancelled_and_tried_again(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = opened(database)
    found = re.search(r'action="(/office/jobs/\d+/cancel)"', begin(organizer, ids))
    assert found is not None
    organizer.post_form(found.group(1), page="/office/jobs")
    page = page_of(organizer, ids)
    assert "The scoring was cancelled" in page
    organizer.post_form(found.group(1).replace("cancel", "retry"), page="/office/jobs")
    wait_for_jobs(app)
    assert ways_scored(database) == {True, False}


def test_a_scoring_that_fails_says_why_and_what_to_do(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = opened(database)
    begin(organizer, ids)
    with database.transaction() as session:
        session.execute(delete(Examination))
    wait_for_jobs(app)
    page = page_of(organizer, ids)
    assert "The scoring did not end" in page
    assert "Examine the campaign and decide on its findings first." in page
    assert ways_scored(database) == set()


def test_a_period_that_is_not_ready_is_refused_at_once(
    organizer: Browser, database: Database
) -> None:
    ids = opened(database)
    address = f"/office/periods/{ids.period_id}/scores"
    token = organizer.token(address)
    with database.transaction() as session:
        session.execute(delete(Examination))
    assert organizer.post(address, data={"csrf_token": token}).status_code == 409
    with database.transaction() as session:
        assert session.query(Job).count() == 0


def test_the_part_that_renews_itself_asks_for_the_page_once_it_is_done(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = opened(database)
    begin(organizer, ids)
    address = f"/office/periods/{ids.period_id}/scores/progress"
    assert "data-live-reload" not in organizer.get(address).text
    wait_for_jobs(app)
    assert "data-live-reload" in organizer.get(address).text


def test_every_step_of_the_scoring_has_its_words(database: Database) -> None:
    told: list[str] = []
    ids = opened(database)
    with database.transaction() as session:
        score_both_ways(
            session,
            period_id=ids.period_id,
            now=NOW,
            by=ids.first,
            progress=lambda step, _share: told.append(step),
        )
    assert set(told) == set(STEPS) - {""}


def test_a_shut_box_is_named_with_the_way_to_it(organizer: Browser, database: Database) -> None:
    ids = opened(database)
    campaign_id = ids.campaign_ids["recognition"]
    with database.transaction() as session:
        session.get_one(Campaign, campaign_id).state = CampaignState.CLOSED
    page = page_of(organizer, ids)
    assert "Not ready to be scored" in page
    assert f'href="/office/campaigns/{campaign_id}/opening"' in page


def test_an_unexamined_campaign_is_named_with_the_way_to_it(
    organizer: Browser, database: Database
) -> None:
    ids = opened(database)
    with database.transaction() as session:
        session.execute(delete(Examination))
    campaign_id = ids.campaign_ids["democratic"]
    assert f'href="/office/campaigns/{campaign_id}/examining"' in page_of(organizer, ids)


def test_the_table_shows_totals_of_all_units(organizer: Browser, database: Database) -> None:
    page = page_of(organizer, scored(database))
    for total in ("94.3713", "91.9706", "84.5085", "94.9170", "71.1320"):
        assert f'title="{total}"' in page


def test_what_people_must_decide_stands_above_the_table(
    organizer: Browser, database: Database
) -> None:
    page = page_of(organizer, scored(database))
    assert "Units without a total: 1." in page


def test_a_unit_shows_the_formula_of_a_component(organizer: Browser, database: Database) -> None:
    page = page_of(organizer, scored(database), "丙镇")
    formula = "(0.3 × 86.5 + 0.25 × 86.5 + 0.2 × 84.75 + 0.1 × 88.5) ÷ 0.85 = 86.3235"
    assert formula in page


def test_a_unit_shows_the_formula_of_its_total(organizer: Browser, database: Database) -> None:
    page = page_of(organizer, scored(database), "丙镇")
    assert "21.5 + 39.6 + 4 + 12.948525 + 7.96 − 1.5 = 84.508525" in page


def test_a_group_below_the_minimum_is_named(organizer: Browser, database: Database) -> None:
    page = page_of(organizer, scored(database), "丙镇")
    assert "valid votes: 4, at least 5 are needed" in page


def test_a_veto_and_its_void_bonus_are_named(organizer: Browser, database: Database) -> None:
    page = page_of(organizer, scored(database), "丁镇")
    assert "Veto: 安全生产" in page
    assert "Bonus of 3.00 void" in page


def test_consequences_are_proposals(organizer: Browser, database: Database) -> None:
    page = page_of(organizer, scored(database), "戊镇")
    assert "due within 20 working days" in page


def rule_points(browser: Browser, ids: ExampleIds, **data: str) -> int:
    page = f"/office/periods/{ids.period_id}/scores/{ids.codes['己局']}"
    given = {"points": "80", "reason": "样例", "document": "1"} | data
    form = {f"democratic-{name}": value for name, value in given.items()}
    token = browser.token(f"{page}")
    answer = browser.post(
        f"{page}/points/democratic", data={"democratic-csrf_token": token, **form}
    )
    return answer.status_code


def test_a_decision_on_a_component_is_scored_at_once(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = scored(database)
    assert rule_points(organizer, ids) == 302
    assert "The scores are being computed" in page_of(organizer, ids, "己局")
    wait_for_jobs(app)
    assert "points set by decision 1" in page_of(organizer, ids, "己局")


def test_a_decision_is_kept_while_a_scoring_is_under_way(
    organizer: Browser, database: Database
) -> None:
    ids = scored(database)
    begin(organizer, ids)
    assert rule_points(organizer, ids) == 302
    assert "样例" in page_of(organizer, ids, "己局").partition('id="rulings"')[2]


def test_a_decision_without_a_document_is_asked_again(
    organizer: Browser, database: Database
) -> None:
    assert rule_points(organizer, scored(database), document="") == 422


def test_points_beyond_full_marks_are_asked_again(organizer: Browser, database: Database) -> None:
    assert rule_points(organizer, scored(database), points="101") == 422


def test_signed_scores_offer_no_button(organizer: Browser, database: Database) -> None:
    ids = published(database)
    page = page_of(organizer, ids)
    assert "Compute again" not in page


def test_an_auditor_reads_but_does_not_compute(sign_in: SignIn, database: Database) -> None:
    ids = scored(database)
    auditor = sign_in(Role.AUDITOR)
    page = page_of(auditor, ids)
    assert "94.3713" in page
    assert "Compute again" not in page


def test_a_reviewer_reads_no_scores(sign_in: SignIn, database: Database) -> None:
    ids = scored(database)
    answer = sign_in(Role.REVIEWER).get(f"/office/periods/{ids.period_id}/scores")
    assert answer.status_code == 403


def decide_on_report(browser: Browser, ids: ExampleIds, **data: str) -> int:
    page = f"/office/periods/{ids.period_id}/scores/{ids.codes['戊镇']}"
    key = browser.get(page).text.partition('id="p-')[2][:32]
    given = {"verdict": "confirm", "reason": "样例", "document": "1", "decided_on": "2026-01-05"}
    form = {f"{key}-{name}": value for name, value in (given | data).items()}
    token = browser.token(page)
    answer = browser.post(f"{page}/proposals/{key}", data={f"{key}-csrf_token": token, **form})
    return answer.status_code


def test_a_proposal_waits_until_a_person_confirms_it(
    organizer: Browser, database: Database
) -> None:
    ids = scored(database)
    before = page_of(organizer, ids, "戊镇").count("waits for a decision")
    assert decide_on_report(organizer, ids) == 302
    page = page_of(organizer, ids, "戊镇")
    assert page.count("waits for a decision") == before - 1
    assert "5 Jan 2026" in page


def test_a_proposal_without_a_date_is_asked_again(organizer: Browser, database: Database) -> None:
    assert decide_on_report(organizer, scored(database), decided_on="") == 422


def test_every_component_names_its_article_and_its_step(
    organizer: Browser, database: Database
) -> None:
    page = page_of(organizer, scored(database), "丙镇")
    assert "第3条第4项" in page
    # The second bar begins where the first ends: 0.25 × 86 = 21.5.
    assert 'x="21.500%" width="39.600%"' in page


def test_the_scores_are_searched_and_saved_with_their_components(
    organizer: Browser, database: Database
) -> None:
    ids = scored(database)
    address = f"/office/periods/{ids.period_id}/scores"
    nothing = organizer.get(f"{address}?q=no-such-unit").text
    saved = organizer.get(f"{address}.csv").data.decode("utf-8-sig").splitlines()
    assert "No row holds these words" in nothing
    assert saved[0].startswith("Category,Code,Unit,Place,Total,")
    assert {line.split(",")[1] for line in saved[1:]} == set(ids.codes.values())
