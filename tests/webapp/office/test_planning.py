"""The page that plans a campaign before it is launched."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from surveys.database.engine import Database
from surveys.models import Campaign, CampaignKind, Period, RaterGroup, Role
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import planned_county
from webapp.office.planning import PersonPlanForm


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="anna")


@pytest.fixture
def url(database: Database, tmp_path: Path) -> str:
    return f"{planned_county(database, tmp_path, frozen=False).url}/planning"


def test_the_page_says_how_exact_the_scores_will_be(organizer: Browser, url: str) -> None:
    page = organizer.get(url).text
    assert "Widest interval" in page
    assert "Two units are told apart nine times in ten" in page
    assert "What a clique of 5 could do" in page


def test_where_persons_are_rated_the_words_are_about_persons(
    organizer: Browser, url: str, database: Database
) -> None:
    with database.transaction() as session:
        campaign = session.scalars(select(Campaign)).first()
        assert campaign is not None
        campaign.kind = CampaignKind.MEMBER
    # The small county has no persons to rate.
    assert "people are asked about a person" in organizer.get(url).text
    assert "person" in str(PersonPlanForm.clique.kwargs["description"])


def test_other_numbers_stand_in_the_address(organizer: Browser, url: str) -> None:
    form = {"spread": "20", "usual": "80", "difference": "4", "clique": "1"}
    turnouts = dict.fromkeys(names(organizer.get(url).text), "60")
    page = organizer.get(url, query_string=form | turnouts).text
    assert "What one voter could do" in page
    assert 'value="20"' in page


def names(page: str) -> list[str]:
    """The fields of the groups' turnouts."""
    return [part.split('"')[0] for part in page.split('name="') if part.startswith("turnout_")]


def test_a_turnout_beyond_all_is_refused_in_words(organizer: Browser, url: str) -> None:
    form = {"spread": "20", "usual": "80", "difference": "4", "clique": "1"}
    turnouts = dict.fromkeys(names(organizer.get(url).text), "160")
    page = organizer.get(url, query_string=form | turnouts).text
    assert "Between 1 and 100." in page
    assert "Told apart" not in page


def test_without_sizes_the_page_leads_to_the_set_up(
    organizer: Browser, database: Database, url: str
) -> None:
    with database.transaction() as session:
        for group in session.query(RaterGroup):
            group.size = 0
    page = organizer.get(url).text
    assert "The groups have no sizes yet" in page
    assert "/setup" in page


def test_a_reverse_evaluation_has_nothing_to_plan(
    organizer: Browser, database: Database, url: str
) -> None:
    with database.transaction() as session:
        for campaign in session.query(Campaign):
            campaign.kind = CampaignKind.REVERSE
    assert "Nothing to plan here" in organizer.get(url).text


def test_the_period_leads_to_its_first_campaign(
    organizer: Browser, database: Database, url: str
) -> None:
    with database.transaction() as session:
        period_id = session.scalars(select(Period.id)).one()
    found = organizer.get(f"/office/periods/{period_id}/planning")
    assert (found.status_code, found.location) == (302, url)


def test_a_period_without_campaigns_says_what_to_do_first(
    organizer: Browser, database: Database, url: str
) -> None:
    with database.transaction() as session:
        session.execute(delete(RaterGroup))
        session.execute(delete(Campaign))
        period_id = session.scalars(select(Period.id)).one()
    assert "No campaign yet" in organizer.get(f"/office/periods/{period_id}/planning").text
