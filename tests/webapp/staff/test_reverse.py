"""A reviewer reads what was said of the own body, after publication, and nothing else."""

from surveys.database.engine import Database
from surveys.models import Role
from tests.webapp.conftest import SignIn
from tests.webapp.example_results import published, scored


def test_the_home_leads_to_the_own_unit(sign_in: SignIn, database: Database) -> None:
    unit_id = published(database).unit_ids["庚局"]
    browser = sign_in(Role.REVIEWER, unit_id=unit_id)
    assert browser.get("/staff").headers["Location"] == f"/staff/units/{unit_id}"


def test_a_body_reads_its_result_and_deduction(sign_in: SignIn, database: Database) -> None:
    unit_id = published(database).unit_ids["庚局"]
    page = sign_in(Role.REVIEWER, unit_id=unit_id).get(f"/staff/units/{unit_id}").text
    assert "85.83" in page
    assert "0.2083" in page
    assert "6 of 6" in page


def test_another_bodys_page_is_refused(sign_in: SignIn, database: Database) -> None:
    ids = published(database)
    browser = sign_in(Role.REVIEWER, unit_id=ids.unit_ids["己局"])
    assert browser.get(f"/staff/units/{ids.unit_ids['庚局']}").status_code == 403


def test_before_publication_nothing_is_shown(sign_in: SignIn, database: Database) -> None:
    unit_id = scored(database).unit_ids["庚局"]
    page = sign_in(Role.REVIEWER, unit_id=unit_id).get(f"/staff/units/{unit_id}").text
    assert "Not published yet" in page
    assert "85.83" not in page


def test_a_unit_that_assesses_nobody_reads_its_own_result(
    sign_in: SignIn, database: Database
) -> None:
    unit_id = published(database).unit_ids["甲镇"]
    page = sign_in(Role.REVIEWER, unit_id=unit_id).get(f"/staff/units/{unit_id}").text
    assert "94.37" in page
    assert "No unit was asked about your body" in page


def test_six_units_are_too_few_for_comments(sign_in: SignIn, database: Database) -> None:
    unit_id = published(database).unit_ids["庚局"]
    page = sign_in(Role.REVIEWER, unit_id=unit_id).get(f"/staff/units/{unit_id}").text
    assert "at least 8 units have rated" in page


def test_an_account_without_a_unit_is_told_so(sign_in: SignIn) -> None:
    assert "belongs to no unit" in sign_in(Role.REVIEWER).get("/staff").text


def test_an_organizer_is_no_reviewer(sign_in: SignIn, database: Database) -> None:
    unit_id = published(database).unit_ids["庚局"]
    assert sign_in(Role.ORGANIZER).get(f"/staff/units/{unit_id}").status_code == 403


def test_a_unit_reads_its_groups_but_none_of_few_ballots(
    sign_in: SignIn, database: Database
) -> None:
    unit_id = published(database).unit_ids["丙镇"]
    page = sign_in(Role.REVIEWER, unit_id=unit_id).get(f"/staff/units/{unit_id}").text
    section = page[page.index('id="groups"') : page.index('id="reverse"')]
    assert "at least 5 ballots" in section
    # 88.75 is the mean of four deputies.
    assert "88.75" not in section
    assert "Too few valid votes to count, and not shown:" in section
