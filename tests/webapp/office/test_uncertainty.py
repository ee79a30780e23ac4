"""The page that says how sure the places are."""

import re

import pytest
from flask import Flask

from surveys.database.engine import Database
from surveys.models import Role, ScoreRun, ScoreUncertainty
from surveys.scoring.uncertainty import estimate_uncertainty
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.example_results import ExampleIds, opened, scored
from webapp.jobs import wait_for_jobs
from webapp.office.uncertainty import grade_edges


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def address(ids: ExampleIds) -> str:
    return f"/office/periods/{ids.period_id}/scores/uncertainty"


def newest_run(database: Database) -> int:
    with database.transaction() as session:
        runs = session.query(ScoreRun).filter_by(leaves_out_excluded=True)
        return max(run.id for run in runs)


def drawn(database: Database, ids: ExampleIds) -> None:
    with database.transaction() as session:
        estimate_uncertainty(
            session, run_id=newest_run(database), seed=3, now=NOW, by=ids.first, n_draws=12
        )


def test_before_the_draw_the_page_says_what_it_would_do(
    organizer: Browser, database: Database
) -> None:
    page = organizer.get(address(scored(database))).text
    assert "Not drawn yet for these scores" in page
    assert "Draw fresh raters" in page


def test_without_scores_there_is_nothing_to_draw(organizer: Browser, database: Database) -> None:
    assert organizer.get(address(opened(database))).status_code == 404


def test_one_button_draws_in_the_background(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = scored(database)
    assert organizer.post_form(address(ids)).status_code == 302
    wait_for_jobs(app)
    with database.transaction() as session:
        kept = session.get_one(ScoreUncertainty, newest_run(database))
        assert kept.n_draws == 400


def test_every_unit_stands_with_its_place_and_how_sure_its_grade_is(
    organizer: Browser, database: Database
) -> None:
    ids = scored(database)
    drawn(database, ids)
    page = organizer.get(address(ids)).text
    for code in ids.codes.values():
        assert f"/scores/{code}" in page
    saved = organizer.get(f"{address(ids)}.csv").data.decode("utf-8-sig").splitlines()
    assert {line.split(",")[1] for line in saved[1:]} == set(ids.codes.values())
    assert "chance allows" in page
    assert "practically certain" in page


def test_new_scores_have_not_been_drawn_yet(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = scored(database)
    drawn(database, ids)
    organizer.post_form(f"/office/periods/{ids.period_id}/scores")
    wait_for_jobs(app)
    assert "Not drawn yet" in organizer.get(address(ids)).text


def test_the_scores_page_leads_to_it(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    page = organizer.get(f"/office/periods/{ids.period_id}/scores").text
    assert f'href="{address(ids)}"' in page


def test_an_auditor_may_look_but_not_draw(sign_in: SignIn, database: Database) -> None:
    ids = scored(database)
    auditor = sign_in(Role.AUDITOR)
    assert "Draw fresh raters" not in auditor.get(address(ids)).text
    assert auditor.post_form(address(ids)).status_code == 403


def test_seats_end_at_the_edges_of_the_grades() -> None:
    assert grade_edges({"A": 2, "B": 3, "C": 4}, 9) == (("A", 2), ("B", 5))
    assert grade_edges({"A": 0, "B": 3}, 9) == (("B", 3),)


def test_a_draw_that_runs_can_be_cancelled(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    organizer.post_form(address(ids))
    page = organizer.get(address(ids)).text
    found = re.search(r'action="(/office/jobs/\d+/cancel)"', page)
    assert found is not None
    organizer.post_form(found.group(1))
    assert "The last draw did not finish" in organizer.get(address(ids)).text
