"""Replacing a code on the issuing page: two persons, one slip."""

from pathlib import Path

import pytest

from surveys.database.engine import Database
from surveys.models import Role
from tests.surveys.issuing.test_sheets import read_back
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def codes(polling: Polling) -> tuple[str, ...]:
    _batch, codes = polling.issue(6)
    polling.open()
    polling.cast(codes[:3])
    return codes


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="office")


@pytest.fixture
def officer(sign_in: SignIn) -> Browser:
    return sign_in(Role.OFFICER, login="first")


def ask(browser: Browser, polling: Polling, code: str) -> int:
    url = f"{polling.url}/issuing/annul"
    return browser.post_form(url, {"code": code}, page="/account/password").status_code


def slip(browser: Browser, polling: Polling) -> bytes:
    answer = browser.post_form(f"{polling.url}/issuing/annul/confirm", page="/account/password")
    assert answer.mimetype == "application/pdf", answer.text
    return bytes(answer.data)


def test_two_persons_get_a_slip_that_votes(
    organizer: Browser, officer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    ask(organizer, polling, codes[0])
    (payload,) = read_back(slip(officer, polling))
    assert len(polling.cast([payload[-28:]])) == 1


def test_the_same_person_cannot_confirm(
    organizer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    ask(organizer, polling, codes[0])
    url = f"{polling.url}/issuing/annul/confirm"
    answer = organizer.post_form(url, page="/account/password")
    assert answer.status_code == 403


def test_the_page_tells_the_second_person_who_asked(
    organizer: Browser, officer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    ask(organizer, polling, codes[0])
    assert "Asked for by office" in officer.get(f"{polling.url}/issuing").text


def test_nothing_of_the_code_is_shown(
    organizer: Browser, officer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    ask(organizer, polling, codes[0])
    assert codes[0] not in officer.get(f"{polling.url}/issuing").text


def test_a_mistyped_code_is_refused(
    organizer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    wrong = ("0" if codes[0][0] != "0" else "1") + codes[0][1:]
    assert ask(organizer, polling, wrong) == 422


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_others_replace_no_code(
    sign_in: SignIn, polling: Polling, codes: tuple[str, ...], role: Role
) -> None:
    assert ask(sign_in(role), polling, codes[0]) == 403


def test_a_ballot_sent_again_with_the_old_code_is_told_calmly(
    organizer: Browser,
    officer: Browser,
    client: Browser,
    polling: Polling,
    codes: tuple[str, ...],
) -> None:
    ask(organizer, polling, codes[0])
    slip(officer, polling)
    answer = client.post_form("/b/paper", {"code": codes[0]}, page="/b")
    assert (answer.status_code, "This code is not valid any more" in answer.text) == (410, True)


def test_the_close_statement_on_the_page_counts_it(
    organizer: Browser, officer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    ask(organizer, polling, codes[0])
    slip(officer, polling)
    polling.close()
    statement = organizer.get(f"{polling.url}/opening/close.json").get_json()["statement"]
    assert (statement["n_envelopes"], statement["n_annulled"], statement["n_replaced"]) == (2, 1, 1)


def test_a_withdrawn_request_changes_nothing(
    organizer: Browser, officer: Browser, polling: Polling, codes: tuple[str, ...]
) -> None:
    ask(organizer, polling, codes[0])
    organizer.post_form(f"{polling.url}/issuing/annul/withdraw", page="/account/password")
    answer = officer.post_form(f"{polling.url}/issuing/annul/confirm", page="/account/password")
    assert answer.status_code == 404
