"""Closing, and the opening by two officers."""

import base64
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from surveys.casting.context import context
from surveys.database.engine import Database
from surveys.jobs import begin_job
from surveys.models import Ballot, Campaign, CampaignState, Request, Role
from surveys.opening.keys import Role as KeyRole
from surveys.opening.signed_close import canonical
from surveys.opening.tree import box_root
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county
from webapp.jobs import wait_for_jobs


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="office")


@pytest.fixture
def first(sign_in: SignIn) -> Browser:
    return sign_in(Role.OFFICER, login="first")


@pytest.fixture
def second(sign_in: SignIn) -> Browser:
    return sign_in(Role.OFFICER, login="second")


def act(browser: Browser, polling: Polling, step: str) -> int:
    """Take a step on the page; the answer's status."""
    page = f"{polling.url}/opening"
    return browser.post_form(f"{page}/{step}", page="/account/password").status_code


def page(browser: Browser, polling: Polling) -> str:
    return browser.get(f"{polling.url}/opening").text


def state(polling: Polling) -> CampaignState:
    with polling.database.transaction() as session:
        return session.get_one(Campaign, polling.campaign_id).state


def n_opened(polling: Polling) -> int:
    with polling.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(Ballot)) or 0


def test_the_turnout_is_shown_before_the_close(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=23, n_issued=30)
    text = page(organizer, polling)
    assert ("23" in text, "This cannot be undone" in text) == (True, True)


def test_rooms_that_are_closed_to_a_reader_are_no_links(
    organizer: Browser, first: Browser, polling: Polling
) -> None:
    polling.voted()
    link = f'href="{polling.url}/examining"'
    assert [link in page(each, polling) for each in (organizer, first)] == [True, False]


def test_what_comes_next_stands_beside_the_page(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    beside = f'<a href="{polling.url}/turnout">Watch the turnout'
    assert beside in page(organizer, polling)
    act(organizer, polling, "close")
    assert "<strong>Open the box: two officers" in page(organizer, polling)


def test_the_organizer_closes(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    act(organizer, polling, "close")
    assert state(polling) is CampaignState.CLOSED


def test_who_closed_and_when_is_told(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    act(organizer, polling, "close")
    assert "office, 2 Mar 2026, 17:30" in page(organizer, polling)


def test_an_officer_does_not_close(first: Browser, polling: Polling) -> None:
    polling.voted()
    assert (act(first, polling, "close"), state(polling)) == (403, CampaignState.OPEN)


@pytest.mark.parametrize("step", ["request", "withdraw", "open"])
def test_an_organizer_does_not_open(organizer: Browser, polling: Polling, step: str) -> None:
    polling.voted()
    polling.close()
    assert act(organizer, polling, step) == 403


def test_two_officers_open_the_box(
    app: Flask, first: Browser, second: Browser, polling: Polling
) -> None:
    polling.voted(n_cast=3)
    polling.close()
    act(first, polling, "request")
    act(second, polling, "open")
    wait_for_jobs(app)
    assert (state(polling), n_opened(polling)) == (CampaignState.OPENED, 3)


def test_one_officer_alone_does_not(app: Flask, first: Browser, polling: Polling) -> None:
    polling.voted()
    polling.close()
    act(first, polling, "request")
    refused = act(first, polling, "open")
    wait_for_jobs(app)
    assert (refused, n_opened(polling)) == (403, 0)


def test_the_first_officer_waits_for_another_who_may_open(
    first: Browser, second: Browser, polling: Polling
) -> None:
    polling.voted()
    polling.close()
    act(first, polling, "request")
    opens = f'action="{polling.url}/opening/open"'
    assert "waits for a second person" in page(first, polling)
    assert (opens in page(first, polling), opens in page(second, polling)) == (False, True)


def test_without_a_request_nobody_opens(second: Browser, polling: Polling) -> None:
    polling.voted()
    polling.close()
    assert act(second, polling, "open") == 404


def test_before_the_close_nobody_asks(first: Browser, polling: Polling) -> None:
    polling.voted()
    assert act(first, polling, "request") == 409


def test_a_request_can_be_withdrawn(first: Browser, polling: Polling) -> None:
    polling.voted()
    polling.close()
    act(first, polling, "request")
    act(first, polling, "withdraw")
    with polling.database.transaction() as session:
        assert session.scalars(select(Request)).all() == []


def test_an_opening_that_fails_says_why_and_can_be_tried_again(
    app: Flask, first: Browser, second: Browser, polling: Polling
) -> None:
    polling.voted()
    polling.close()
    with polling.database.transaction() as session:
        session.execute(
            text("DELETE FROM box.envelope WHERE leaf = (SELECT min(leaf) FROM box.envelope)")
        )
    act(first, polling, "request")
    act(second, polling, "open")
    wait_for_jobs(app)
    shown = page(second, polling)
    assert ("The box does not add up" in shown, "Try again" in shown) == (True, True)


def test_progress_is_shown_while_the_box_is_opened(
    first: Browser, second: Browser, polling: Polling
) -> None:
    polling.voted()
    polling.close()
    act(first, polling, "request")
    with polling.database.transaction() as session:
        begin_job(session, kind="open_box", campaign_id=polling.campaign_id, now=NOW, by=None)
    shown = page(second, polling)
    assert ("<progress" in shown, 'http-equiv="refresh"' in shown) == (True, True)


def test_the_progress_alone_is_renewed_until_it_ends(second: Browser, polling: Polling) -> None:
    polling.voted()
    polling.close()
    assert "data-live-reload" in second.get(f"{polling.url}/opening/live").text


def test_the_close_statement_carries_the_receipt_keys_signature(
    organizer: Browser, polling: Polling
) -> None:
    polling.voted()
    act(organizer, polling, "close")
    document = json.loads(organizer.get(f"{polling.url}/opening/close.json").data)
    key = polling.store.load(KeyRole.RECEIPTS, polling.campaign_id).signing_key().public_key()
    signed = context("close", polling.campaign_id) + canonical(document["statement"])
    (signature,) = document["signatures"]
    assert signature["by"] == "receipts"
    key.verify(base64.b64decode(signature["value"]), signed)


def test_the_close_statement_counts_by_group(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=3, n_issued=6)
    act(organizer, polling, "close")
    document = json.loads(organizer.get(f"{polling.url}/opening/close.json").data)
    staff = document["statement"]["groups"][0]
    assert (staff["n_issued"], staff["n_returned"], staff["n_void"]) == (6, 3, 0)


def test_the_list_leads_to_the_root_that_is_shown(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    act(organizer, polling, "close")
    lines = organizer.get(f"{polling.url}/opening/leaves.txt").text.split()
    root = box_root(bytes.fromhex(line) for line in lines).hex()
    assert f"<span>{root[:8]}</span>" in page(organizer, polling)


def test_before_the_close_there_is_no_statement(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    assert organizer.get(f"{polling.url}/opening/close.json").status_code == 409


def test_an_auditor_reads_and_a_reviewer_does_not(sign_in: SignIn, polling: Polling) -> None:
    answers = [
        sign_in(role).get(f"{polling.url}/opening").status_code
        for role in (Role.AUDITOR, Role.REVIEWER)
    ]
    assert answers == [200, 403]


def shown_standings(shown: str) -> list[str]:
    """The badges beside the three signers."""
    listed = shown.partition('class="files signatures"')[2].partition("</ul>")[0]
    return [
        line
        for line in ("THE SIGNATURE IS WRONG", "not signed", "signed")
        for _ in range(listed.count(f">{line}<"))
    ]


def test_asking_and_opening_sign_the_close(
    app: Flask, organizer: Browser, first: Browser, second: Browser, polling: Polling
) -> None:
    polling.voted()
    seen = []
    for browser, step in ((organizer, "close"), (first, "request"), (second, "open")):
        act(browser, polling, step)
        wait_for_jobs(app)
        seen.append(shown_standings(page(organizer, polling)))
    assert seen == [
        ["not signed", "not signed", "signed"],
        ["not signed", "signed", "signed"],
        ["signed", "signed", "signed"],
    ]


def test_a_box_changed_since_the_close_is_shown_as_wrongly_signed(
    organizer: Browser, polling: Polling
) -> None:
    polling.voted()
    act(organizer, polling, "close")
    with polling.database.transaction() as session:
        session.get_one(Campaign, polling.campaign_id).n_envelopes = 99
    assert shown_standings(page(organizer, polling)) == ["THE SIGNATURE IS WRONG"] * 3
