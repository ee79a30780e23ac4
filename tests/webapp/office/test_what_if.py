"""The page of trials: a form by GET, who would move, and nothing written."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from surveys.database.engine import Database
from surveys.models import AuditRecord, Campaign, CampaignState, Role, ScoreRun
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.example_results import ExampleIds, opened, scored


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def address(ids: ExampleIds, **fields: str) -> str:
    query = urlencode({"tried": "1", **fields}) if fields else ""
    return f"/office/periods/{ids.period_id}/scores/what-if?{query}"


def test_the_form_shows_the_rules_as_they_stand(organizer: Browser, database: Database) -> None:
    page = organizer.get(address(scored(database))).text
    assert 'name="w-annual" value="45"' in page
    assert 'name="g-excellent-share" value="30"' in page
    assert "What would change" not in page


def test_points_taken_move_two_units(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    page = organizer.get(address(ids, unit=ids.codes["甲镇"], points="-3")).text
    assert "1 place" in page
    assert "94.3713 → 91.3713" in page
    assert 'class="rise"' in page
    assert 'class="fall"' in page


def test_a_trial_that_moves_nobody_says_so(organizer: Browser, database: Database) -> None:
    page = organizer.get(address(scored(database), findings="all")).text
    assert "Nobody changes place or grade." in page


def test_the_form_shows_the_weights_of_the_groups(organizer: Browser, database: Database) -> None:
    page = organizer.get(address(scored(database))).text
    assert 'name="r-democratic-A" value="30"' in page
    assert 'name="r-reverse-head"' in page


def test_weights_of_groups_are_scaled_to_one_for_all_to_see(
    organizer: Browser, database: Database
) -> None:
    page = organizer.get(address(scored(database), **{"r-democratic-A": "55"})).text
    assert "They make 125.00, so the trial scales them to 100: " in page
    assert " 44 %" in page


def test_groups_without_any_weight_are_refused(organizer: Browser, database: Database) -> None:
    none = {f"r-democratic-{group}": "0" for group in "ABCDE"}
    answer = organizer.get(address(scored(database), **none))
    assert answer.status_code == 422
    assert "Give at least one group" in answer.text


def test_a_weight_below_nothing_is_marked(organizer: Browser, database: Database) -> None:
    answer = organizer.get(address(scored(database), **{"r-democratic-A": "-10"}))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_weights_that_do_not_add_up_are_refused_with_their_sum(
    organizer: Browser, database: Database
) -> None:
    answer = organizer.get(address(scored(database), **{"w-annual": "50"}))
    assert answer.status_code == 422
    assert "they make 105 %" in answer.text


def test_a_field_that_is_no_number_keeps_its_text_and_is_marked(
    organizer: Browser, database: Database
) -> None:
    answer = organizer.get(address(scored(database), **{"w-annual": "lots"}))
    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_shut_box_is_named(organizer: Browser, database: Database) -> None:
    ids = opened(database)
    with database.transaction() as session:
        campaign = session.get_one(Campaign, ids.campaign_ids["recognition"])
        campaign.state = CampaignState.CLOSED
    answer = organizer.get(address(ids, points="1", unit=ids.codes["甲镇"]))
    assert answer.status_code == 422
    assert "box" in answer.text


def test_a_trial_writes_nothing(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    counts = [select(func.count()).select_from(table) for table in (ScoreRun, AuditRecord)]
    with database.transaction() as session:
        before = [session.scalar(count) for count in counts]
    organizer.get(address(ids, unit=ids.codes["甲镇"], points="-3"))
    with database.transaction() as session:
        assert [session.scalar(count) for count in counts] == before


def test_an_auditor_may_try_and_a_reviewer_may_not(sign_in: SignIn, database: Database) -> None:
    ids = scored(database)
    assert sign_in(Role.AUDITOR).get(address(ids)).status_code == 200
    assert sign_in(Role.REVIEWER).get(address(ids)).status_code == 403
