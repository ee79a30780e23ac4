"""Officers who keep their own keys: on the pages where codes are issued and the box is opened."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveys.database.engine import Database
from surveys.models import Ballot, Campaign, CampaignState, Role
from surveys.opening.box_files import BoxFile
from surveys.opening.key_kinds import Key
from surveys.opening.keys import SERVER_ROLES
from surveys.opening.keys import Role as KeyRole
from surveys.opening.signed_close import close_from_document
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.officers import Officers, box_form, officers_of, upload
from tests.webapp.office.polling import Polling, planned_county
from webapp.jobs import wait_for_jobs
from webapp.security import MAX_BODY


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def officers(polling: Polling) -> Officers:
    return officers_of(polling.campaign_id)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="office")


@pytest.fixture
def first(sign_in: SignIn) -> Browser:
    return sign_in(Role.OFFICER, login="first")


@pytest.fixture
def second(sign_in: SignIn) -> Browser:
    return sign_in(Role.OFFICER, login="second")


def act(
    browser: Browser, polling: Polling, step: str, data: dict[str, object] | None = None
) -> int:
    """Send a form; the answer's status."""
    return browser.post_form(f"{polling.url}/{step}", data, page="/account/password").status_code


def campaign(polling: Polling) -> Campaign:
    with polling.database.transaction() as session:
        return session.get_one(Campaign, polling.campaign_id)


def n_opened(polling: Polling) -> int:
    with polling.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(Ballot)) or 0


def canary(browser: Browser, polling: Polling) -> bytes:
    return bytes(browser.get(f"{polling.url}/issuing/canary.gpbox").data)


def sealed(browser: Browser, polling: Polling) -> bytes:
    answer = browser.get(f"{polling.url}/opening/sealed.gpbox")
    assert answer.status_code == 200
    return bytes(answer.data)


def proven(organizer: Browser, first: Browser, polling: Polling, officers: Officers) -> None:
    """Hand the keys in and answer the canary."""
    assert act(organizer, polling, "issuing/keys", officers.parts()) == 302
    answer = officers.answer(canary(first, polling))
    assert act(first, polling, "issuing/canary", {"answer": answer}) == 302


def closed(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers, n: int = 4
) -> None:
    """Let n ballots be cast, and close."""
    _batch, codes = polling.issue(6)
    proven(organizer, first, polling, officers)
    assert act(organizer, polling, "issuing/open") == 302
    polling.cast(codes[:n])
    assert act(organizer, polling, "opening/close") == 302


def handed_in(first: Browser, polling: Polling, officers: Officers) -> BoxFile:
    """Let officer A's result be handed in, and return it."""
    layer = officers.a(sealed(first, polling))
    assert act(first, polling, "opening/layer", box_form(layer)) == 302
    return layer


def test_the_whole_way_brings_every_ballot_home(
    app: Flask,
    organizer: Browser,
    first: Browser,
    second: Browser,
    polling: Polling,
    officers: Officers,
) -> None:
    closed(organizer, first, polling, officers)
    layer = handed_in(first, polling, officers)
    assert act(second, polling, "opening/import", box_form(officers.b(layer))) == 302
    wait_for_jobs(app)
    assert (campaign(polling).state, n_opened(polling)) == (CampaignState.OPENED, 4)


def test_the_fingerprints_are_shown(
    organizer: Browser, polling: Polling, officers: Officers
) -> None:
    act(organizer, polling, "issuing/keys", officers.parts())
    page = organizer.get(f"{polling.url}/issuing").text
    assert all(key.fingerprint in page for key in officers.keys.values())


def test_without_the_right_answer_voting_does_not_open(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    polling.issue()
    act(organizer, polling, "issuing/keys", officers.parts())
    wrong = act(first, polling, "issuing/canary", {"answer": "0" * 32})
    refused = act(organizer, polling, "issuing/open")
    assert (wrong, refused, campaign(polling).state) == (422, 409, CampaignState.DRAFT)


def test_the_organizer_does_not_answer_the_canary(
    organizer: Browser, polling: Polling, officers: Officers
) -> None:
    act(organizer, polling, "issuing/keys", officers.parts())
    answer = officers.answer(canary(organizer, polling))
    assert act(organizer, polling, "issuing/canary", {"answer": answer}) == 403


def test_voters_are_told_who_keeps_the_keys(
    organizer: Browser, first: Browser, client: Browser, polling: Polling, officers: Officers
) -> None:
    _batch, codes = polling.issue()
    proven(organizer, first, polling, officers)
    act(organizer, polling, "issuing/open")
    paper = client.post_form("/b/paper", {"code": codes[0]}, page="/b").text
    assert "two people of different offices" in paper


def test_no_officers_key_lies_on_the_server(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    assert polling.store.roles(polling.campaign_id) == list(SERVER_ROLES)


def test_keys_taken_back_leave_the_server_to_make_its_own(
    organizer: Browser, polling: Polling, officers: Officers
) -> None:
    polling.issue()
    act(organizer, polling, "issuing/keys", officers.parts())
    act(organizer, polling, "issuing/keys/withdraw")
    act(organizer, polling, "issuing/open")
    assert (campaign(polling).manifest or {})["keys_kept"] == "server"


def test_what_is_no_public_part_is_refused(organizer: Browser, polling: Polling) -> None:
    parts = officers_of(polling.campaign_id).parts() | {"officer_b": upload(b"{}", "b.json")}
    assert act(organizer, polling, "issuing/keys", parts) == 422


def test_the_server_cannot_open_the_box_alone(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    assert act(first, polling, "opening/request") == 409


def test_before_the_close_nothing_is_exported(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    polling.issue()
    proven(organizer, first, polling, officers)
    act(organizer, polling, "issuing/open")
    assert first.get(f"{polling.url}/opening/sealed.gpbox").status_code == 409


def test_who_handed_in_as_result_does_not_bring_bs(
    app: Flask, organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    layer = handed_in(first, polling, officers)
    refused = act(first, polling, "opening/import", box_form(officers.b(layer)))
    wait_for_jobs(app)
    assert (refused, n_opened(polling)) == (403, 0)


def test_bs_result_does_not_come_before_as(
    organizer: Browser, first: Browser, second: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    opened = officers.b(officers.a(sealed(first, polling)))
    assert act(second, polling, "opening/import", box_form(opened)) == 404


def test_bs_result_must_be_made_from_as(
    organizer: Browser, first: Browser, second: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    handed_in(first, polling, officers)
    another = officers.b(officers.a(sealed(first, polling)))
    assert act(second, polling, "opening/import", box_form(another)) == 422


def test_as_result_withdrawn_can_be_handed_in_anew(
    app: Flask,
    organizer: Browser,
    first: Browser,
    second: Browser,
    polling: Polling,
    officers: Officers,
) -> None:
    closed(organizer, first, polling, officers)
    handed_in(first, polling, officers)
    act(first, polling, "opening/withdraw")
    layer = handed_in(first, polling, officers)
    act(second, polling, "opening/import", box_form(officers.b(layer)))
    wait_for_jobs(app)
    assert n_opened(polling) == 4


def test_a_box_is_imported_once(
    app: Flask,
    organizer: Browser,
    first: Browser,
    second: Browser,
    polling: Polling,
    officers: Officers,
) -> None:
    closed(organizer, first, polling, officers)
    opened = officers.b(handed_in(first, polling, officers))
    act(second, polling, "opening/import", box_form(opened))
    wait_for_jobs(app)
    again = act(second, polling, "opening/import", box_form(opened))
    wait_for_jobs(app)
    assert (again, n_opened(polling)) == (409, 4)


def test_a_forged_ballot_lands_nothing_and_all_can_be_tried_again(
    app: Flask,
    organizer: Browser,
    first: Browser,
    second: Browser,
    polling: Polling,
    officers: Officers,
) -> None:
    closed(organizer, first, polling, officers)
    opened = officers.b(handed_in(first, polling, officers))
    records = list(opened.records)
    records[0] = records[0][:-1] + bytes([records[0][-1] ^ 1])
    forged = replace(opened, records=tuple(records))
    act(second, polling, "opening/import", box_form(forged))
    wait_for_jobs(app)
    page = second.get(f"{polling.url}/opening").text
    assert (n_opened(polling), "Ballots that this server did not make" in page) == (0, True)
    act(second, polling, "opening/import", box_form(opened))
    wait_for_jobs(app)
    assert n_opened(polling) == 4


def test_where_the_server_has_the_keys_no_file_is_taken(
    first: Browser, polling: Polling, officers: Officers
) -> None:
    polling.voted()
    polling.close()
    keys = {
        role: polling.store.load(role, polling.campaign_id)
        for role in (KeyRole.OFFICER_A, KeyRole.OFFICER_B)
    }
    layer = Officers(keys).a(sealed(first, polling))
    assert act(first, polling, "opening/layer", box_form(layer)) == 409


@pytest.mark.parametrize("step", ["opening/layer", "opening/import", "issuing/canary"])
def test_an_organizer_takes_no_officers_step(
    organizer: Browser, polling: Polling, step: str
) -> None:
    assert act(organizer, polling, step) == 403


def send_large(browser: Browser, url: str, page: str) -> int:
    """Send more than other pages take, as one body; the answer's status."""
    large = b"x" * (MAX_BODY + 1)
    parts = ((b'"csrf_token"', browser.token(page).encode()), (b'"box"; filename="b"', large))
    body = b"".join(
        b"--edge\r\nContent-Disposition: form-data; name=%b\r\n\r\n%b\r\n" % part for part in parts
    )
    kind = "multipart/form-data; boundary=edge"
    return browser.post(url, data=body + b"--edge--\r\n", content_type=kind).status_code


def test_a_box_may_be_larger_than_other_uploads(first: Browser, polling: Polling) -> None:
    assert send_large(first, f"{polling.url}/opening/layer", "/account/password") == 422


def test_not_for_strangers(client: Browser, polling: Polling) -> None:
    assert send_large(client, f"{polling.url}/opening/layer", "/account/login") == 413


def test_no_other_page_takes_so_much(first: Browser, polling: Polling) -> None:
    assert send_large(first, f"{polling.url}/issuing/canary", "/account/password") == 413


def standings(browser: Browser, polling: Polling) -> dict[str, str]:
    """How it stands with the signatures under the published close."""
    document = browser.get(f"{polling.url}/opening/close.json").data
    return {
        role.value: found.value for role, found in close_from_document(document).standings().items()
    }


def test_each_officer_signs_the_close_in_the_own_step(
    app: Flask,
    organizer: Browser,
    first: Browser,
    second: Browser,
    polling: Polling,
    officers: Officers,
) -> None:
    closed(organizer, first, polling, officers)
    layer = handed_in(first, polling, officers)
    between = standings(first, polling)
    act(second, polling, "opening/import", box_form(officers.b(layer)))
    wait_for_jobs(app)
    assert between == {"receipts": "good", "officer_a": "good", "officer_b": "missing"}
    assert set(standings(first, polling).values()) == {"good"}


def without(box: BoxFile, role: KeyRole) -> BoxFile:
    close = close_from_document(box.close)
    others = {one: value for one, value in close.signatures.items() if one != role}
    return replace(box, close=replace(close, signatures=others).document(), read_digest="")


def resigned(box: BoxFile, key: Key) -> BoxFile:
    """The close signed by another key of the same role."""
    return replace(box, close=close_from_document(box.close).signed(key).document(), read_digest="")


def test_a_result_without_its_officers_signature_is_refused(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    layer = officers.a(sealed(first, polling))
    refused = act(first, polling, "opening/layer", box_form(without(layer, KeyRole.OFFICER_A)))
    page = first.get(f"{polling.url}/opening").text
    assert (refused, "Withdraw officer A" in page) == (422, False)


def test_a_forged_signature_is_refused(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    layer = officers.a(sealed(first, polling))
    other = officers_of(polling.campaign_id).keys[KeyRole.OFFICER_A]
    assert act(first, polling, "opening/layer", box_form(resigned(layer, other))) == 422
    assert standings(first, polling)["officer_a"] == "missing"


def test_a_close_that_says_something_else_is_refused(
    organizer: Browser, first: Browser, polling: Polling, officers: Officers
) -> None:
    closed(organizer, first, polling, officers)
    layer = officers.a(sealed(first, polling))
    close = close_from_document(layer.close)
    told = replace(close, statement={**close.statement, "n_replaced": 5})
    changed = told.signed(officers.keys[KeyRole.OFFICER_A]).document()
    assert act(first, polling, "opening/layer", box_form(replace(layer, close=changed))) == 422


def test_without_officer_bs_signature_no_ballot_lands(
    app: Flask,
    organizer: Browser,
    first: Browser,
    second: Browser,
    polling: Polling,
    officers: Officers,
) -> None:
    closed(organizer, first, polling, officers)
    opened = officers.b(handed_in(first, polling, officers))
    act(second, polling, "opening/import", box_form(without(opened, KeyRole.OFFICER_B)))
    wait_for_jobs(app)
    assert n_opened(polling) == 0
    act(second, polling, "opening/import", box_form(opened))
    wait_for_jobs(app)
    assert n_opened(polling) == 4
