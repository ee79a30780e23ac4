"""The citizen's way over HTTP: code → paper → ballot → receipt."""

import re
from pathlib import Path

import pytest
from flask import Flask

from surveys.casting.receipts import parse_receipt, verify_receipt
from surveys.issuing.codes import new_codes, printed
from surveys.models.campaigns import CampaignState
from surveys.opening.keys import OFFICERS
from tests.surveys.casting.voting import Voting
from tests.surveys.opening.piles import layer_a_off, layer_b_off
from tests.webapp.citizen.conftest import Voter
from tests.webapp.conftest import Browser

SATISFIED = {"a0_0": "1"} | {f"a0_{item}": "2" for item in range(1, 7)}
PAYLOAD = re.compile(r'class="payload">([^<]+)<')
NUMBER = re.compile(r'class="receipt-number">([^<]+)<')


def all_items(n_targets: int, value: str = "2") -> dict[str, str]:
    """The same answer to all six items of some units."""
    return {f"a{target}_{item}": value for target in range(n_targets) for item in range(6)}


def receipt_number(text: str) -> str:
    """The number on a receipt's page."""
    found = NUMBER.search(text)
    assert found, text
    return found.group(1)


@pytest.mark.parametrize("path", ["/b", "/B"])
def test_the_door_asks_for_a_code(client: Browser, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert 'name="code"' in page.text


def test_a_get_with_the_code_in_the_path_consumes_nothing(client: Browser, voting: Voting) -> None:
    page = client.get(f"/B/{voting.codes[0]}")
    assert page.status_code == 200
    assert "data-move" in page.text
    assert voting.n_envelopes() == 0
    assert Voter(client, voting.codes[0]).open().status_code == 200


def test_a_link_preview_learns_nothing_about_the_unit(client: Browser, voting: Voting) -> None:
    assert "Sample Education Bureau" not in client.get(f"/B/{voting.codes[0]}").text


def test_a_code_in_the_path_is_shown_as_text(client: Browser) -> None:
    assert "<script>alert" not in client.get("/B/%3Cscript%3Ealert(1)").text


def test_opening_the_paper_consumes_nothing(voter: Voter, voting: Voting) -> None:
    for _ in range(3):
        assert voter.open().status_code == 200
    assert voting.n_envelopes() == 0


def test_the_paper_names_the_unit_and_the_time_it_takes(voter: Voter) -> None:
    text = voter.open().text
    assert "<h1>Sample Education Bureau</h1>" in text
    assert "About 1 minute" in text


def test_nothing_is_preselected(voter: Voter) -> None:
    assert "checked" not in voter.open().text


def test_a_typed_code_opens_the_paper(client: Browser, voting: Voting) -> None:
    assert Voter(client, printed(voting.codes[0]).lower()).open().status_code == 200


def test_reopening_a_page_reached_by_a_form_leads_to_the_door(client: Browser) -> None:
    for path in ("/b/paper", "/b/ballot"):
        assert client.get(path).headers["Location"] == "/b"


def test_a_ballot_gets_a_receipt_that_the_campaign_signed(voter: Voter, voting: Voting) -> None:
    page = voter.send(voter.fields() | SATISFIED)
    assert page.status_code == 200
    found = PAYLOAD.search(page.text)
    assert found
    receipt = parse_receipt(found.group(1))
    assert verify_receipt(receipt, key=voting.keys.receipts.public_key())
    assert receipt_number(page.text) == receipt.printed.replace("-", " ")


def test_a_sent_ballot_lies_sealed_in_the_box(voter: Voter, voting: Voting) -> None:
    voter.send(voter.fields() | SATISFIED | {"c0": "办事快 13800001234"})
    (envelope,) = voting.envelopes()
    a, b = (voting.store.load(role, voting.campaign_id) for role in OFFICERS)
    (opened,) = layer_b_off(layer_a_off([envelope.sealed], key=a), key=b)
    assert bytes([1, 2, 2, 2, 2, 2, 2]) in opened.body
    assert "办事快 ***".encode() in opened.body


def test_the_receipt_says_nothing_about_the_answers(voter: Voter) -> None:
    text = voter.send(voter.fields() | SATISFIED | {"c0": "a secret wish"}).text
    assert "a secret wish" not in text
    assert "Fairly satisfied" not in text


def test_the_same_nonce_gives_the_same_receipt(voter: Voter, voting: Voting) -> None:
    fields = voter.fields() | SATISFIED
    first, second = (receipt_number(voter.send(fields).text) for _ in range(2))
    assert first == second
    assert voting.n_envelopes() == 1


def test_another_nonce_is_refused_with_409(voter: Voter) -> None:
    fields, others = voter.fields() | SATISFIED, voter.fields() | SATISFIED
    voter.send(fields)
    page = voter.send(others)
    assert page.status_code == 409
    assert "This code has been used" in page.text


def test_a_used_code_shows_no_paper(voter: Voter) -> None:
    voter.send(voter.fields() | SATISFIED)
    assert voter.open().status_code == 409


def test_a_closed_campaign_is_410(voter: Voter, voting: Voting) -> None:
    fields = voter.fields() | SATISFIED
    voting.set_state(CampaignState.CLOSED)
    assert voter.open().status_code == 410
    assert voter.send(fields).status_code == 410


def test_a_replay_after_the_close_still_gets_its_receipt(voter: Voter, voting: Voting) -> None:
    fields = voter.fields() | SATISFIED
    first = receipt_number(voter.send(fields).text)
    voting.set_state(CampaignState.CLOSED)
    assert receipt_number(voter.send(fields).text) == first


def test_a_window_that_has_not_begun_is_told(voter: Voter, voting: Voting) -> None:
    voting.set_window(opens_at="2999-01-01")
    page = voter.open()
    assert page.status_code == 409
    assert "not open" in page.text


def test_a_void_code_is_410(voter: Voter, voting: Voting) -> None:
    voting.void_batch()
    assert voter.open().status_code == 410


def test_an_unknown_code_is_404(client: Browser) -> None:
    stranger = new_codes(1, random_bytes=bytes)[0]
    assert Voter(client, stranger).open().status_code == 404


def test_a_mistyped_code_names_its_place_and_keeps_what_was_typed(
    client: Browser, voting: Voting
) -> None:
    code = voting.codes[0]
    wrong = code[:6] + ("0" if code[6] != "0" else "1") + code[7:]
    page = Voter(client, wrong).open()
    assert page.status_code == 422
    assert "character 7" in page.text
    assert wrong in page.text


def test_a_code_with_two_swapped_characters_is_called_mistyped(
    client: Browser, voting: Voting
) -> None:
    code = next(code for code in voting.codes if code[3] != code[4])
    page = Voter(client, code[:3] + code[4] + code[3] + code[5:]).open()
    assert page.status_code == 422
    assert "changed places" in page.text


def test_a_code_that_is_too_short_is_told(client: Browser) -> None:
    page = Voter(client, "7K3F").open()
    assert page.status_code == 422
    assert "28" in page.text


def test_a_missing_answer_is_listed_and_nothing_is_lost(voter: Voter, voting: Voting) -> None:
    fields = voter.fields() | SATISFIED | {"c0": "kept"}
    del fields["a0_3"]
    page = voter.send(fields)
    assert page.status_code == 422
    assert 'href="#i-a0_3"' in page.text
    assert 'class="item x0 wrong" id="i-a0_3"' in page.text
    assert page.text.count(" checked>") == 6
    assert ">kept</textarea>" in page.text
    assert f'name="nonce" value="{fields["nonce"]}"' in page.text
    assert voting.n_envelopes() == 0


def test_a_corrected_ballot_is_taken(voter: Voter) -> None:
    fields = voter.fields() | SATISFIED
    voter.send({name: value for name, value in fields.items() if name != "a0_3"})
    assert voter.send(fields).status_code == 200


def test_an_option_that_is_not_offered_is_refused(voter: Voter) -> None:
    assert voter.send(voter.fields() | SATISFIED | {"a0_3": "9"}).status_code == 422


def test_a_script_in_a_comment_stays_text(voter: Voter) -> None:
    comment = '</textarea><script>alert("x")</script>'
    fields = voter.fields() | {"c0": comment}
    page = voter.send(fields)
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "&lt;/textarea&gt;&lt;script&gt;" in page.text


def test_a_script_in_a_hidden_field_stays_text(voter: Voter) -> None:
    fields = voter.fields() | {
        "nonce": '"><script>alert(1)</script>',
        "shown": '"><script>alert(2)',
    }
    assert "<script>alert" not in voter.send(fields).text


def test_a_spoilt_nonce_stores_nothing(voter: Voter, voting: Voting) -> None:
    assert voter.send(voter.fields() | SATISFIED | {"nonce": "short"}).status_code == 422
    assert voting.n_envelopes() == 0


def test_answers_do_not_enter_by_a_code_of_another_paper(voter: Voter, voting: Voting) -> None:
    other = voting.another_batch()
    fields = voter.fields() | SATISFIED | {"code": other.codes[0]}
    assert voter.send(fields).status_code == 404
    assert voting.n_envelopes() == 0


@pytest.mark.parametrize("batch", ["", "x", "-1", "99999999999999999999", "999999999"])
def test_a_paper_that_does_not_exist_is_404(voter: Voter, batch: str) -> None:
    assert voter.send(voter.fields() | SATISFIED | {"batch": batch}).status_code == 404


def test_the_language_switch_loses_nothing(voter: Voter) -> None:
    fields = voter.fields() | {"a0_0": "1", "a0_1": "3", "c0": "kept", "language": "zh"}
    page = voter.client.post("/b/paper", data=fields)
    assert "样例县教育局" in page.text
    assert page.text.count(" checked>") == 2
    assert ">kept</textarea>" in page.text
    assert f'name="nonce" value="{fields["nonce"]}"' in page.text


def test_the_language_switch_is_remembered(voter: Voter) -> None:
    voter.open(language="zh")
    assert 'lang="zh-CN"' in voter.open().text


def test_no_token_no_ballot_but_the_page_comes_back_filled_in(voter: Voter, voting: Voting) -> None:
    page = voter.send(voter.fields() | SATISFIED | {"csrf_token": "old"})
    assert page.status_code == 400
    assert page.text.count(" checked>") == 7
    assert voting.n_envelopes() == 0


def test_a_code_without_a_token_is_asked_for_again(client: Browser, voting: Voting) -> None:
    page = client.post("/b/paper", data={"code": voting.codes[0]})
    assert page.status_code == 400
    assert voting.codes[0] in page.text


def test_the_page_cookie_holds_the_form_token_alone(voter: Voter) -> None:
    voter.send(voter.fields() | SATISFIED)
    with voter.client.session_transaction() as cookie:
        assert set(cookie) == {"csrf_token"}


def test_too_many_at_the_top_are_refused_with_their_number(leader: Voter) -> None:
    page = leader.send(leader.fields() | all_items(4, "1"))
    assert page.status_code == 422
    assert "was given to 4 units; at most 1 may get it. Please change 3." in page.text
    assert 'href="#i-a3_5"' in page.text


def test_a_ballot_about_several_units_is_taken(leader: Voter, insiders: Voting) -> None:
    answers = all_items(3) | {"d3": "1", "c2": "a remark"}
    assert leader.send(leader.fields() | answers).status_code == 200
    assert insiders.n_envelopes() == 1


def test_a_paper_about_several_units_tells_the_quota_beforehand(leader: Voter) -> None:
    assert "at most 1 of the 4 units may get “Good”" in leader.open().text


def test_many_browsers_vote_with_one_poster(app: Flask, poster: Voting) -> None:
    for _ in range(2):
        browser = app.test_client()
        assert isinstance(browser, Browser)
        voter = Voter(browser, poster.codes[0])
        assert voter.send(voter.fields() | SATISFIED).status_code == 200
    assert poster.n_envelopes() == 2


def test_one_browser_votes_once_with_a_poster(client: Browser, poster: Voting) -> None:
    voter = Voter(client, poster.codes[0])
    voter.send(voter.fields() | SATISFIED)
    assert voter.send(voter.fields() | SATISFIED).status_code == 409


def test_a_phone_that_drew_its_own_number_votes_once_from_any_window(
    app: Flask, poster: Voting
) -> None:
    statuses = []
    for _ in range(2):
        browser = app.test_client()
        assert isinstance(browser, Browser)
        voter = Voter(browser, poster.codes[0])
        sent = voter.send(voter.fields() | SATISFIED | {"identity": "0f" * 16})
        statuses.append(sent.status_code)
    assert statuses == [200, 409]


def test_a_spoilt_number_falls_back_to_the_page_cookie(client: Browser, poster: Voting) -> None:
    voter = Voter(client, poster.codes[0])
    first = voter.send(voter.fields() | SATISFIED | {"identity": "../etc"})
    second = voter.send(voter.fields() | SATISFIED | {"identity": ""})
    assert (first.status_code, second.status_code) == (200, 409)


def test_a_busy_database_is_503_and_the_page_holds_the_ballot(
    app: Flask, client: Browser, voter: Voter, voting: Voting
) -> None:
    fields = voter.fields() | SATISFIED
    with voting.database.transaction() as session:
        # As the close does: whoever comes now waits, but not for ever.
        session.connection().exec_driver_sql(
            "SELECT pg_advisory_xact_lock(7, %s)", (voting.campaign_id,)
        )
        page = voter.send(fields)
    assert page.status_code == 503
    assert 2 <= int(page.headers["Retry-After"]) <= 6
    assert f'name="nonce" value="{fields["nonce"]}"' in page.text
    assert 'name="a0_6" value="2"' in page.text
    assert voter.send(fields).status_code == 200


def test_the_notice_says_that_the_keys_are_on_the_server(voter: Voter) -> None:
    assert "Both keys of the box are kept on this server" in voter.open().text


def test_the_notice_says_what_a_small_batch_does_not_keep(client: Browser, voting: Voting) -> None:
    small = Voter(client, voting.another_batch().codes[0])
    assert "the batch is too small for it" in small.open().text


def test_the_first_load_is_small(voter: Voter) -> None:
    static = Path(__file__).parents[3] / "webapp" / "static"
    names = ("tokens.css", "ballot.css", "ballot.js", "mark.svg")
    assets = sum((static / name).stat().st_size for name in names)
    assert len(voter.open().data) + assets < 100_000


def test_a_matrix_of_fifty_units_still_fits_the_first_load(leader: Voter) -> None:
    per_unit = len(leader.open().data) / 4
    assert per_unit * 50 < 400_000


def test_no_page_has_an_inline_script_or_style(voter: Voter) -> None:
    fields = voter.fields()
    pages = [
        voter.client.get("/b"),
        voter.open(),
        voter.send(fields),
        voter.send(fields | SATISFIED),
    ]
    for page in pages:
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", page.text)
