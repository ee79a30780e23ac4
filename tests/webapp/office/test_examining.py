"""The page of the examination: before, during and after it."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from surveys.database.engine import Database
from surveys.examining.examine_campaign import examine_campaign
from surveys.jobs import begin_job, latest_job
from surveys.models import CampaignState, Examination, Finding, Role, Verdict
from surveys.review.decide import Opinion, decide
from tests.conftest import NOW
from tests.surveys.review.stuffed import StuffedCampaign, build_stuffed_campaign
from tests.webapp.conftest import Browser, SignIn
from webapp.jobs import wait_for_jobs


@pytest.fixture
def campaign(database: Database) -> StuffedCampaign:
    with database.transaction() as session:
        return build_stuffed_campaign(session, now=NOW)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="anna")


@pytest.fixture
def url(campaign: StuffedCampaign) -> str:
    return f"/office/campaigns/{campaign.campaign_id}/examining"


@pytest.fixture
def examine(database: Database, campaign: StuffedCampaign) -> Callable[[], None]:
    def run() -> None:
        with database.transaction() as session:
            examine_campaign(session, campaign_id=campaign.campaign_id, seed=7, now=NOW, by=None)

    return run


def test_before_the_examination_the_page_says_what_the_checks_look_at(
    organizer: Browser, url: str
) -> None:
    page = organizer.get(url).text

    assert "Cluster of identical ballots" in page
    assert "No ballot is deleted" in page


def test_a_seed_is_offered(organizer: Browser, url: str) -> None:
    assert re.search(r'name="seed"[^>]*value="\d+"', organizer.get(url).text)


def test_a_shut_box_leads_to_its_opening(
    database: Database, organizer: Browser, campaign: StuffedCampaign, url: str
) -> None:
    with database.transaction() as session:
        session.merge(campaign.county.campaign).state = CampaignState.CLOSED

    page = organizer.get(url).text

    assert f"/office/campaigns/{campaign.campaign_id}/opening" in page
    assert "Examine the ballots" not in page


def test_the_examination_runs_in_the_background_with_the_seed(
    app: Flask, database: Database, organizer: Browser, url: str
) -> None:
    answer = organizer.post_form(url, {"seed": "11"})
    wait_for_jobs(app)

    assert answer.status_code == 302
    with database.transaction() as session:
        assert session.scalars(select(Examination.seed)).one() == 11


def test_a_seed_that_is_no_number_is_sent_back(organizer: Browser, url: str) -> None:
    answer = organizer.post_form(url, {"seed": "many"})

    assert answer.status_code == 422
    assert "Please enter a whole number of at most nine digits." in answer.text


def test_the_progress_is_shown_by_its_step(
    database: Database, organizer: Browser, campaign: StuffedCampaign, url: str
) -> None:
    with database.transaction() as session:
        begin_job(session, kind="examine", campaign_id=campaign.campaign_id, now=NOW, by=None)

    page = organizer.get(url).text

    assert "<progress" in page
    assert f'data-live-url="{url}/progress"' in page


def test_a_second_examination_does_not_start_while_one_runs(
    database: Database, organizer: Browser, campaign: StuffedCampaign, url: str
) -> None:
    with database.transaction() as session:
        begin_job(session, kind="examine", campaign_id=campaign.campaign_id, now=NOW, by=None)

    answer = organizer.post_form(url, {"seed": "11"}, page="/account/password")

    assert answer.status_code == 409


def test_the_live_part_asks_for_the_page_when_the_work_is_done(
    organizer: Browser, url: str
) -> None:
    assert "data-live-reload" in organizer.get(f"{url}/progress").text


def test_a_failed_examination_says_why(
    app: Flask, database: Database, organizer: Browser, campaign: StuffedCampaign, url: str
) -> None:
    organizer.post_form(url, {"seed": "11"})
    wait_for_jobs(app)
    with database.transaction() as session:
        session.merge(campaign.county.campaign).state = CampaignState.CERTIFIED
    organizer.post_form(url, {"seed": "12"}, page="/account/password")
    wait_for_jobs(app)

    with database.transaction() as session:
        job = latest_job(session, kind="examine", campaign_id=campaign.campaign_id, now=NOW)

    assert job is not None
    assert job.error_code == "campaign_certified"
    assert "The last examination did not finish" in organizer.get(url).text


def test_the_result_counts_ballots_and_findings(
    organizer: Browser, url: str, examine: Callable[[], None]
) -> None:
    examine()

    page = organizer.get(url).text

    assert re.search(r"Ballots examined</dt><dd>320<", page)
    assert re.search(r"Findings to decide on</dt><dd>[1-9]", page)


def test_checks_that_could_not_run_are_explained(
    organizer: Browser, url: str, examine: Callable[[], None]
) -> None:
    examine()

    assert "Each ballot rates one unit only" in organizer.get(url).text


def test_without_decisions_the_examination_can_be_repeated(
    organizer: Browser, url: str, examine: Callable[[], None]
) -> None:
    examine()

    assert "Examine again" in organizer.get(url).text


@pytest.fixture
def decided(database: Database, campaign: StuffedCampaign, examine: Callable[[], None]) -> None:
    examine()
    with database.transaction() as session:
        finding = session.scalars(select(Finding).order_by(Finding.position)).first()
        assert finding is not None
        opinion = Opinion(Verdict.DISMISSED, excludes_ballots=False, reason="A meeting.")
        by = campaign.county.organizer.id
        decide(session, finding_id=finding.id, opinion=opinion, now=NOW, by=by)


@pytest.mark.usefixtures("decided")
def test_after_a_decision_the_page_offers_no_repetition(organizer: Browser, url: str) -> None:
    assert "Examine again" not in organizer.get(url).text


@pytest.mark.usefixtures("decided")
def test_after_a_decision_a_repetition_is_refused(organizer: Browser, url: str) -> None:
    answer = organizer.post_form(url, {"seed": "11"}, page="/account/password")

    assert answer.status_code == 409
    assert "Decisions have been taken already" in answer.text


def test_an_auditor_reads_but_finds_no_button(sign_in: SignIn, url: str) -> None:
    page = sign_in(Role.AUDITOR).get(url)

    assert page.status_code == 200
    assert 'name="seed"' not in page.text


def test_an_auditor_does_not_start_it(sign_in: SignIn, url: str) -> None:
    answer = sign_in(Role.AUDITOR).post_form(url, {"seed": "11"}, page="/account/password")

    assert answer.status_code == 403


def test_a_reviewer_does_not_read_it(sign_in: SignIn, url: str) -> None:
    assert sign_in(Role.REVIEWER).get(url).status_code == 403


def test_a_campaign_that_does_not_exist_is_not_found(organizer: Browser) -> None:
    assert organizer.get("/office/campaigns/999/examining").status_code == 404


def test_an_auditor_downloads_the_ballots_with_the_command_to_examine_them(
    sign_in: SignIn, url: str, examine: Callable[[], None]
) -> None:
    examine()
    auditor = sign_in(Role.AUDITOR, login="otto")
    assert "Download the ballots" in auditor.get(url).text

    answer = auditor.post_form(f"{url}/ballots", page=url)

    content = answer.data
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "part-1/ballots.csv" in archive.namelist()
        assert "--seed 7" in archive.read("README.txt").decode()


def test_an_organizer_does_not_get_the_ballots(
    organizer: Browser, url: str, examine: Callable[[], None]
) -> None:
    examine()
    assert "Download the ballots" not in organizer.get(url).text
    assert organizer.post_form(f"{url}/ballots", page=url).status_code == 403
