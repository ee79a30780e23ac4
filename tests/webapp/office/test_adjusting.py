"""Bonus and deductions on the web: a form with a file, a second person, a download."""

from io import BytesIO

import pytest

from surveys.database.engine import Database
from surveys.models import Role
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.example_results import ExampleIds, published, scored


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def address(ids: ExampleIds) -> str:
    return f"/office/periods/{ids.period_id}/scores/adjustments"


def propose(browser: Browser, ids: ExampleIds, **data: object) -> int:
    form: dict[str, object] = {
        "target": str(ids.unit_ids["乙镇"]),
        "item": "criticised",
        "kind": "bonus",
        "times": "2",
        "reason": "样例",
        "document": "样例8号",
        "evidence": (BytesIO(b"%PDF-1.7 sample"), "样例.pdf"),
    }
    return browser.post_form(address(ids), {**form, **data}).status_code


def test_an_item_of_the_scheme_brings_its_kind_and_points(
    organizer: Browser, database: Database
) -> None:
    ids = scored(database)
    assert propose(organizer, ids) == 302
    page = organizer.get(address(ids)).text
    assert "−0.5000<br>× 2" in page
    assert "waits for a second person" in page


def test_the_proposer_has_no_button_to_approve(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    propose(organizer, ids)
    assert "/approve" not in organizer.get(address(ids)).text


def test_an_officer_approves(sign_in: SignIn, database: Database) -> None:
    ids = scored(database)
    propose(sign_in(Role.ORGANIZER), ids)
    officer = sign_in(Role.OFFICER)
    claim = officer.get(address(ids)).text.partition("/adjustments/")[2].partition("/")[0]
    page = address(ids)
    assert officer.post_form(f"{page}/{claim}/approve", page=page).status_code == 302
    assert "waits for a second person" not in officer.get(page).text


def test_the_evidence_comes_back_as_a_file(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    propose(organizer, ids)
    claim = organizer.get(address(ids)).text.partition("/adjustments/")[2].partition("/")[0]
    answer = organizer.get(f"{address(ids)}/{claim}/evidence")
    assert answer.data == b"%PDF-1.7 sample"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_no_scan_is_asked_again(organizer: Browser, database: Database) -> None:
    ids = scored(database)
    assert propose(organizer, ids, evidence=(BytesIO(b"MZ"), "a.exe")) == 422


def test_signed_scores_take_no_claims(organizer: Browser, database: Database) -> None:
    page = organizer.get(address(published(database))).text
    assert "Propose points" not in page
