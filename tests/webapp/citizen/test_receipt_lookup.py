"""Looking a receipt up, without an account, after the close."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from surveys.casting.receipts import Receipt, sign_receipt
from surveys.database.engine import Database
from surveys.issuing.annul import confirm_annulment, request_annulment
from surveys.models import Account, Campaign, Role
from surveys.opening.close_signatures import sign_close
from surveys.opening.keys import Role as KeyRole
from surveys.opening.receipt_lookup import PublishedTrees
from surveys.opening.signed_close import SIGNERS
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn, config_for_tests
from tests.webapp.office.polling import Polling, planned_county
from webapp.application import create_app

CHECK = Path(__file__).parents[3] / "webapp" / "static" / "check_proof.py"


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """All audiences, over the database in which the polling happens."""
    app = create_app(config_for_tests(tmp_path), database=database, clock=lambda: NOW)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    return app


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


def closed(polling: Polling) -> list[Receipt]:
    receipts = polling.voted(n_cast=5)
    polling.close()
    return receipts


def look_up(client: Browser, typed: str) -> str:
    return client.get("/receipt", query_string={"number": typed}).text


def proof_of(client: Browser, receipt: Receipt) -> bytes:
    answer = client.get(f"/receipt/proof/{receipt.leaf.hex()}.json")
    assert answer.status_code == 200
    return bytes(answer.data)


def checked(*files: Path) -> int:
    """Run the published check as a voter would."""
    command = [sys.executable, str(CHECK), *map(str, files)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_ballot_in_the_box_is_found_by_its_number(client: Browser, polling: Polling) -> None:
    page = look_up(client, closed(polling)[0].printed)
    assert "Your ballot is in the box" in page


def test_the_campaign_is_named(client: Browser, polling: Polling) -> None:
    page = look_up(client, closed(polling)[0].printed)
    assert "Sample County · Democratic evaluation" in page


def test_small_letters_and_blanks_do_not_matter(client: Browser, polling: Polling) -> None:
    number = closed(polling)[0].number.lower()
    assert "Your ballot is in the box" in look_up(client, f" {number[:5]} {number[5:]} ")


def test_a_number_that_is_not_there_says_what_to_do(client: Browser, polling: Polling) -> None:
    closed(polling)
    page = look_up(client, "0000-0000-0000-0000")
    assert ("Not in any published list" in page, "Compare each character" in page) == (True, True)


def test_while_voting_runs_nothing_is_published(client: Browser, polling: Polling) -> None:
    receipt = polling.voted()[0]
    page = look_up(client, receipt.number)
    assert ("Your ballot is in the box" in page, "may still be open" in page) == (False, True)


def test_the_whole_text_of_a_receipt_names_its_open_campaign(
    client: Browser, polling: Polling
) -> None:
    assert "Not closed yet" in look_up(client, polling.voted()[0].payload)


def test_the_whole_text_of_a_receipt_is_found(client: Browser, polling: Polling) -> None:
    assert "Your ballot is in the box" in look_up(client, closed(polling)[0].payload)


def test_a_signed_receipt_that_is_not_listed_is_a_proof(client: Browser, polling: Polling) -> None:

    closed(polling)
    key = polling.store.load(KeyRole.RECEIPTS, polling.campaign_id)
    dropped = sign_receipt(b"\7" * 32, campaign=polling.campaign_id, key=key.signing_key())
    assert "This ballot is missing" in look_up(client, dropped.payload)


def test_a_forged_receipt_is_no_proof(client: Browser, polling: Polling) -> None:
    closed(polling)
    forged = Receipt(str(polling.campaign_id), b"\7" * 32, b"\0" * 64)
    assert "This receipt was not made here" in look_up(client, forged.payload)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("U000-0000-0000-0000", "“U”"),
        ("0000", "16"),
        ("GPR1:1:0", "receipt"),
    ],
)
def test_a_typing_error_is_named(client: Browser, polling: Polling, typed: str, words: str) -> None:
    answer = client.get("/receipt", query_string={"number": typed})
    assert (answer.status_code, 'id="number-wrong"' in answer.text) == (422, True)
    assert words in answer.text


def test_what_is_typed_is_shown_as_text(client: Browser, polling: Polling) -> None:
    assert "<script>alert" not in look_up(client, "<script>alert(1)</script>")


def test_the_proof_holds_offline(client: Browser, polling: Polling, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    results = []
    for receipt in closed(polling):
        proof.write_bytes(proof_of(client, receipt))
        results.append(checked(proof))
    assert results == [0] * 5


def test_the_whole_list_leads_to_the_same_root(
    client: Browser, polling: Polling, tmp_path: Path
) -> None:
    proof, leaves = tmp_path / "proof.json", tmp_path / "leaves.txt"
    proof.write_bytes(proof_of(client, closed(polling)[2]))
    leaves.write_bytes(client.get(f"/receipt/boxes/{polling.campaign_id}/leaves.txt").data)
    assert checked(proof, leaves) == 0


def test_a_changed_proof_does_not_hold(client: Browser, polling: Polling, tmp_path: Path) -> None:
    document = json.loads(proof_of(client, closed(polling)[0]))
    document["leaf"] = "00" + document["leaf"][2:]
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(document), "utf-8")
    assert checked(proof) == 1


def test_a_shortened_list_does_not_hold(client: Browser, polling: Polling, tmp_path: Path) -> None:
    proof, leaves = tmp_path / "proof.json", tmp_path / "leaves.txt"
    proof.write_bytes(proof_of(client, closed(polling)[0]))
    lines = client.get(f"/receipt/boxes/{polling.campaign_id}/leaves.txt").text.split()
    leaves.write_text("\n".join(lines[:-1]), "ascii")
    assert checked(proof, leaves) == 1


@pytest.mark.parametrize("leaf", ["00" * 32, "00", "nothing"])
def test_there_is_no_proof_of_what_is_not_there(
    client: Browser, polling: Polling, leaf: str
) -> None:
    closed(polling)
    assert client.get(f"/receipt/proof/{leaf}.json").status_code == 404


def test_a_list_asked_for_too_soon_is_whole_after_the_close(
    client: Browser, polling: Polling
) -> None:
    polling.voted(n_cast=5)
    address = f"/receipt/boxes/{polling.campaign_id}/leaves.txt"
    before = client.get(address).status_code
    polling.close()
    assert (before, len(client.get(address).text.split())) == (404, 5)


def test_trees_are_kept_as_far_as_there_is_room(polling: Polling) -> None:
    closed(polling)
    roomy, narrow = PublishedTrees(most=5), PublishedTrees(most=4)
    with polling.database.box() as connection:
        for trees in (roomy, narrow):
            trees.of(connection, campaign_id=polling.campaign_id)
            trees.of(connection, campaign_id=0)  # a box without leaves
    assert (roomy.n_leaves, narrow.n_leaves) == (5, 0)


def test_an_open_box_has_no_list(client: Browser, polling: Polling) -> None:
    polling.voted()
    assert client.get(f"/receipt/boxes/{polling.campaign_id}/leaves.txt").status_code == 404


def test_the_close_statement_is_public_as_it_was_signed(client: Browser, polling: Polling) -> None:
    closed(polling)
    key = polling.store.load(KeyRole.RECEIPTS, polling.campaign_id)
    with polling.database.transaction() as session:
        campaign = polling.campaign_id
        signed = sign_close(session, campaign_id=campaign, key=key, now=NOW, by=polling.by)
    # Whoever changes the tables afterwards does not change what was signed.
    with polling.database.transaction() as session:
        session.get_one(Campaign, polling.campaign_id).n_envelopes = 99
    address = f"/receipt/boxes/{polling.campaign_id}/close.json"
    assert client.get(address).data == signed.document()
    assert f"/receipt/boxes/{polling.campaign_id}" in client.get("/receipt").text


def sign(polling: Polling, *roles: KeyRole) -> None:
    """Let the keys of these roles sign the close."""
    for role in roles:
        key = polling.store.load(role, polling.campaign_id)
        with polling.database.transaction() as session:
            campaign = polling.campaign_id
            sign_close(session, campaign_id=campaign, key=key, now=NOW, by=polling.by)


def box_page(client: Browser, polling: Polling) -> str:
    return client.get(f"/receipt/boxes/{polling.campaign_id}").text


def test_the_boxs_page_says_who_has_not_signed(client: Browser, polling: Polling) -> None:
    closed(polling)
    sign(polling, KeyRole.RECEIPTS, KeyRole.OFFICER_A)
    assert "Missing: Officer B." in box_page(client, polling)


def test_with_three_signatures_nothing_is_missing(client: Browser, polling: Polling) -> None:
    closed(polling)
    sign(polling, *SIGNERS)
    shown = box_page(client, polling)
    assert (shown.count(": signed"), "Missing" in shown, "wrong" in shown) == (3, False, False)


def test_an_unsigned_close_says_so(client: Browser, polling: Polling) -> None:
    closed(polling)
    assert "Missing: The server, at the close, Officer A, Officer B." in box_page(client, polling)


def test_a_box_that_was_changed_fits_no_signature(client: Browser, polling: Polling) -> None:
    closed(polling)
    sign(polling, *SIGNERS)
    with polling.database.transaction() as session:
        session.get_one(Campaign, polling.campaign_id).root = bytes(32)
    assert "A signature is wrong" in box_page(client, polling)


def test_an_open_box_has_no_page(client: Browser, polling: Polling) -> None:
    polling.voted()
    assert client.get(f"/receipt/boxes/{polling.campaign_id}").status_code == 404


def test_a_close_is_kept_by_browsers_only_once_all_have_signed(
    client: Browser, polling: Polling
) -> None:
    closed(polling)
    address = f"/receipt/boxes/{polling.campaign_id}/close.json"
    kept = []
    for roles in ((KeyRole.RECEIPTS, KeyRole.OFFICER_A), (KeyRole.OFFICER_B,)):
        sign(polling, *roles)
        kept.append(client.get(address).headers["Cache-Control"])
    assert kept == ["no-cache", "public, max-age=86400"]


def test_an_open_box_has_no_close_statement(client: Browser, polling: Polling) -> None:
    polling.voted()
    address = f"/receipt/boxes/{polling.campaign_id}/close.json"
    assert client.get(address).status_code == 404


def test_everybody_may_look_also_before_any_campaign(client: Browser, app: Flask) -> None:
    assert client.get("/receipt").status_code == 200


def test_an_account_is_not_asked_for(client: Browser, sign_in: SignIn, polling: Polling) -> None:
    receipt = closed(polling)[0]
    assert look_up(client, receipt.number) == look_up(sign_in(Role.REVIEWER), receipt.number)


def annul(polling: Polling, code: str) -> None:
    with polling.database.transaction() as session:
        officer = session.scalars(select(Account.id).where(Account.login == "officer-a")).one()
        campaign_id = polling.campaign_id
        request_annulment(session, campaign_id=campaign_id, code=code, now=NOW, by=polling.by)
        confirm_annulment(
            session, campaign_id=campaign_id, random_bytes=os.urandom, now=NOW, by=officer
        )


@pytest.mark.parametrize("shown", ["printed", "payload"])
def test_the_receipt_of_an_annulled_ballot_says_so_calmly(
    client: Browser, polling: Polling, shown: str
) -> None:
    _batch, codes = polling.issue(6)
    polling.open()
    receipt = polling.cast(codes[:5])[0]
    annul(polling, codes[0])
    polling.close()
    assert "This ballot was annulled" in look_up(client, getattr(receipt, shown))
