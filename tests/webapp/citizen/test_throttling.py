"""Guessing is slowed down; a good code is let in whatever its neighbours do."""

import os
from pathlib import Path

import pytest
from flask import Flask

from surveys.casting.throttling import WRONG_CODES
from surveys.database.engine import Database
from surveys.issuing.codes import new_codes
from surveys.opening.keys import KeyStore
from tests.conftest import NOW
from tests.surveys.casting.forms import RECOGNITION
from tests.surveys.casting.voting import open_voting
from tests.webapp.citizen.conftest import Voter
from tests.webapp.conftest import Browser, config_for_tests
from webapp.application import create_app

BURST = int(WRONG_CODES.burst)
ANSWERS = {f"a0_{item}": "2" for item in range(7)}


def guess(client: Browser, n: int) -> list[int]:
    """Statuses of `n` guesses, all from one address."""
    token = client.token("/b")
    codes = new_codes(n, random_bytes=os.urandom)
    return [
        client.post("/b/paper", data={"csrf_token": token, "code": code}).status_code
        for code in codes
    ]


def test_guesses_beyond_the_burst_are_told_to_wait(client: Browser) -> None:
    statuses = guess(client, BURST + 20)
    assert statuses[:BURST] == [404] * BURST
    assert 429 in statuses[BURST:]


def test_mistyped_codes_count_as_failures(client: Browser) -> None:
    token = client.token("/b")
    statuses = {
        client.post("/b/paper", data={"csrf_token": token, "code": "7K3F"}).status_code
        for _ in range(BURST + 20)
    }
    assert statuses == {422, 429}


def test_who_must_wait_learns_how_long_and_keeps_what_was_typed(client: Browser) -> None:
    guess(client, BURST + 5)
    page = Voter(client, "7K3F").open()
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) >= 1
    assert 'value="7K3F"' in page.text
    assert "A right code is always let in" in page.text


def test_a_used_code_is_no_guess(voter: Voter) -> None:
    voter.send(voter.fields() | ANSWERS)
    assert {voter.open().status_code for _ in range(BURST + 5)} == {409}


def sent_by(voter: Voter) -> int:
    """Send a ballot as the page does: where the machine is busy, once more. A refusal stands."""
    fields = voter.fields() | ANSWERS
    status = voter.send(fields).status_code
    return voter.send(fields).status_code if status == 503 else status


@pytest.mark.parametrize("n_voters", [200, pytest.param(3_000, marks=pytest.mark.slow)])
def test_a_village_behind_one_address_is_never_refused(
    app: Flask, voting_database: Database, store: KeyStore, n_voters: int
) -> None:
    """Control: the guesses between them are refused."""
    voting = open_voting(voting_database, store=store, content=RECOGNITION, n_codes=n_voters)
    guesser = app.test_client()
    assert isinstance(guesser, Browser)
    guess(guesser, BURST)
    refused_guesses = 0
    for place, code in enumerate(voting.codes):
        # As with 50 guesses and 200 requests of voters a second.
        if place % 2:
            refused_guesses += guess(guesser, 2).count(429)
        villager = app.test_client()
        assert isinstance(villager, Browser)
        assert sent_by(Voter(villager, code)) == 200
    assert voting.n_envelopes() == n_voters
    assert refused_guesses > n_voters / 2


def forwarded_guesses(
    database: Database, tmp_path: Path, *, proxies: int, forwarded: str
) -> set[int]:
    """Statuses of guesses from one peer, each under another forwarded address."""
    config = config_for_tests(tmp_path, audiences=("citizen",), proxies=proxies)
    app = create_app(config, database=database, clock=lambda: NOW)
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    token = client.token("/b")
    return {
        client.post(
            "/b/paper",
            data={"csrf_token": token, "code": "7K3F"},
            headers={"X-Forwarded-For": forwarded.format(place)},
        ).status_code
        for place in range(BURST + 20)
    }


def test_behind_our_proxy_the_voters_own_address_counts(
    voting_database: Database, tmp_path: Path
) -> None:
    addresses = "10.0.0.{}"
    assert forwarded_guesses(voting_database, tmp_path, proxies=1, forwarded=addresses) == {422}


def test_a_forwarded_address_means_nothing_where_no_proxy_is_configured(
    voting_database: Database, tmp_path: Path
) -> None:
    addresses = "10.0.0.{}"
    found = forwarded_guesses(voting_database, tmp_path, proxies=0, forwarded=addresses)
    assert found == {422, 429}


def test_what_a_guesser_writes_before_our_proxys_own_address_means_nothing(
    voting_database: Database, tmp_path: Path
) -> None:
    addresses = "10.0.0.{}, 192.0.2.7"
    found = forwarded_guesses(voting_database, tmp_path, proxies=1, forwarded=addresses)
    assert found == {422, 429}
