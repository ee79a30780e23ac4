"""Posters may ask for proof of work; who has none is let in slowly. Codes of one's own never do."""

import re
from time import monotonic

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from surveys.casting.proofs import seed_of, solve
from surveys.casting.throttling import WITHOUT_PROOF, WRONG_CODES, Allowance, Throttle
from surveys.database.engine import Database
from surveys.issuing.codes import new_codes
from surveys.opening.keys import KeyStore
from tests.surveys.casting.forms import RECOGNITION
from tests.surveys.casting.voting import Voting, open_voting
from tests.webapp.citizen.conftest import HIDDEN, Voter
from tests.webapp.conftest import Browser

SATISFIED = {f"a0_{item}": "2" for item in range(7)}
AT_ONCE = int(WITHOUT_PROOF.burst)


@pytest.fixture
def poster(voting_database: Database, store: KeyStore) -> Voting:
    """A poster that asks for proof of work."""
    return open_voting(
        voting_database, store=store, content=RECOGNITION, open_code=True, proof_of_work=True
    )


def citizen_of(app: Flask, code: str) -> Voter:
    """Somebody with a browser of their own."""
    client = app.test_client()
    assert isinstance(client, Browser)
    return Voter(client, code)


def worked(fields: dict[str, str]) -> dict[str, str]:
    """The form, with the proof as its script finds it."""
    return fields | {"proof": solve(seed_of(fields["challenge"], fields["code"]))}


def without_proof(app: Flask, poster: Voting, n: int) -> list[TestResponse]:
    """What `n` voters without scripts are answered."""
    answers = []
    for _ in range(n):
        voter = citizen_of(app, poster.codes[0])
        answers.append(voter.send(voter.fields() | SATISFIED))
    return answers


def test_a_ballot_with_proof_is_taken_however_many_came_without(app: Flask, poster: Voting) -> None:
    without_proof(app, poster, AT_ONCE + 2)
    voter = citizen_of(app, poster.codes[0])
    assert voter.send(worked(voter.fields()) | SATISFIED).status_code == 200
    assert poster.n_envelopes() == AT_ONCE + 1


def test_without_proof_a_few_are_taken_at_once_and_the_rest_slowly(
    app: Flask, poster: Voting
) -> None:
    statuses = [answer.status_code for answer in without_proof(app, poster, AT_ONCE + 3)]
    assert statuses == [200] * AT_ONCE + [429] * 3


def test_who_is_slowed_down_keeps_the_ballot_and_learns_how_long(
    app: Flask, poster: Voting
) -> None:
    page = without_proof(app, poster, AT_ONCE + 1)[-1]
    kept = dict(re.findall(r'name="([a-z0-9_]+)" value="([^"]*)"', page.text))
    assert int(page.headers["Retry-After"]) >= 1
    assert f" {page.headers['Retry-After']} " in page.text
    assert {name: kept[name] for name in SATISFIED} == SATISFIED
    assert kept["nonce"]


def test_whose_proof_is_no_good_gets_a_fresh_challenge(app: Flask, poster: Voting) -> None:
    without_proof(app, poster, AT_ONCE)
    voter = citizen_of(app, poster.codes[0])
    fields = voter.fields() | SATISFIED | {"proof": ".".join(["1"] * 16)}
    answer = voter.send(fields)
    assert answer.status_code == 429
    fields["challenge"] = answer.headers["Gongping-Challenge"]
    assert voter.send(worked(fields)).status_code == 200


def test_one_proof_is_good_for_one_ballot(app: Flask, poster: Voting) -> None:
    without_proof(app, poster, AT_ONCE)
    anna, bert = (citizen_of(app, poster.codes[0]) for _ in range(2))
    fields = worked(anna.fields()) | SATISFIED
    assert anna.send(fields).status_code == 200
    stolen = bert.fields() | SATISFIED
    stolen |= {name: fields[name] for name in ("challenge", "proof")}
    assert bert.send(stolen).status_code == 429


def test_a_retry_with_its_proof_gets_the_same_receipt(app: Flask, poster: Voting) -> None:
    voter = citizen_of(app, poster.codes[0])
    fields = worked(voter.fields()) | SATISFIED
    first, second = (voter.send(fields) for _ in range(2))
    number = re.compile('class="receipt-number">([^<]+)<')
    assert number.findall(first.text) == number.findall(second.text) != []


def test_ones_own_code_is_never_asked_for_proof(voter: Voter, voting: Voting) -> None:
    page = voter.open()
    assert "challenge" not in page.text
    assert voter.send(voter.fields() | SATISFIED).status_code == 200


def test_a_poster_asks_only_where_the_campaign_wants_it(
    app: Flask, voting_database: Database, store: KeyStore
) -> None:
    poster = open_voting(voting_database, store=store, content=RECOGNITION, open_code=True)
    statuses = {answer.status_code for answer in without_proof(app, poster, AT_ONCE + 3)}
    assert statuses == {200}


def exhausted(app: Flask) -> None:
    """Every network has sent so many wrong codes that none is answered any more."""
    nothing = Allowance(burst=0, per_second=1e-9, burst_of_all=0, per_second_of_all=1e-9)
    app.extensions["gongping_throttles"] = {WRONG_CODES: Throttle(nothing, now=monotonic())}


def test_a_guess_with_proof_is_answered_in_full(app: Flask, client: Browser) -> None:
    exhausted(app)
    page = Voter(client, "7K3F").open()
    assert page.status_code == 429
    fields = dict(HIDDEN.findall(page.text)) | {"code": "7K3F-AAAA"}
    assert client.post("/b/paper", data=worked(fields)).status_code == 422


def test_a_good_code_is_let_in_without_proof_after_many_wrong_ones(
    app: Flask, client: Browser, voting: Voting
) -> None:
    exhausted(app)
    assert Voter(client, voting.codes[0]).open().status_code == 200


def test_a_used_code_is_told_so_after_many_wrong_ones(app: Flask, voter: Voter) -> None:
    voter.send(voter.fields() | SATISFIED)
    exhausted(app)
    assert voter.open().status_code == 409


def test_a_proof_for_one_guess_is_none_for_another(app: Flask, client: Browser) -> None:
    exhausted(app)
    page = Voter(client, "7K3F").open()
    fields = worked(dict(HIDDEN.findall(page.text)) | {"code": "7K3F-AAAA"})
    (other,) = new_codes(1, random_bytes=bytes)
    assert client.post("/b/paper", data=fields | {"code": other}).status_code == 429
