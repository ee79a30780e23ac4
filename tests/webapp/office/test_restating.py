"""The page of corrected values: both versions, and a form that keeps what was typed."""

import pytest
from flask import Flask

from surveys.database.engine import Database
from surveys.models import Indicator, Role
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.example_results import ExampleIds, published, scored
from webapp.jobs import wait_for_jobs


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def address(ids: ExampleIds) -> str:
    return f"/office/periods/{ids.period_id}/scores/values"


def annual(database: Database) -> str:
    with database.transaction() as session:
        return session.query(Indicator.code).filter_by(part="annual").order_by("code").first()[0]  # type: ignore[index]


def correct(browser: Browser, database: Database, ids: ExampleIds, **changes: str) -> int:
    data: dict[str, object] = {
        "unit": ids.codes["甲镇"],
        "indicator": annual(database),
        "value": "90",
        "reason": "口径更正（样例）",
        "document": "样例统字第3号",
        **changes,
    }
    return browser.post_form(address(ids), data).status_code


def test_a_corrected_value_stands_beside_the_first_one(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = scored(database)
    assert correct(organizer, database, ids) == 302
    page = organizer.get(address(ids)).text
    assert "The scores are being computed" in page
    assert page.index("as handed in") < page.index("in these scores") < page.index("in force")
    wait_for_jobs(app)
    page = organizer.get(address(ids)).text
    assert page.index("as handed in") < page.index("in force") < page.index("in these scores")
    assert "样例统字第3号" in page


def test_the_scores_name_the_version_they_took(
    organizer: Browser, database: Database, app: Flask
) -> None:
    ids = scored(database)
    correct(organizer, database, ids)
    unit = f"/office/periods/{ids.period_id}/scores/{ids.codes['甲镇']}"
    assert "95 points as entered" in organizer.get(unit).text
    assert "version 1 of 2" in organizer.get(unit).text
    wait_for_jobs(app)
    assert "90 points as entered" in organizer.get(unit).text
    assert "version 2 of 2" in organizer.get(unit).text


def test_a_correction_without_a_document_is_asked_again_and_kept(
    organizer: Browser, database: Database
) -> None:
    ids = scored(database)
    assert correct(organizer, database, ids, document="") == 422


def test_the_value_in_force_is_named_at_its_field(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    assert correct(organizer, database, ids, value="95") == 422


def test_a_figure_leads_to_its_correction(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    unit, code = ids.codes["甲镇"], annual(database)
    shown = organizer.get(f"/office/periods/{ids.period_id}/scores/{unit}").text
    assert f"{address(ids)}?unit={unit}&amp;indicator={code}#correct" in shown
    page = organizer.get(f"{address(ids)}?unit={unit}&indicator={code}").text
    assert '<strong class="figure">95</strong>' in page


def test_an_auditor_reads_and_does_not_correct(sign_in: SignIn, database: Database) -> None:
    ids = scored(database)
    auditor = sign_in(Role.AUDITOR)
    assert "Keep both versions" not in auditor.get(address(ids)).text
    assert auditor.post_form(address(ids), page="/account/password").status_code == 403


def test_signed_scores_offer_no_correction(organizer: Browser, database: Database) -> None:
    assert "Keep both versions" not in organizer.get(address(published(database))).text
