"""The citizen's pages over campaigns that are open for voting."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from tests.conftest import NOW, copied_database
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION
from tests.surveys.casting.voting import Voting, open_voting
from tests.webapp.conftest import Browser, config_for_tests
from webapp.application import create_app

HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@pytest.fixture(scope="session")
def voting_database(server_url: str, template: str) -> Iterator[Database]:
    """Where campaigns are voted in; each test opens one of its own."""
    with copied_database(server_url, template) as copy:
        yield copy


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    """The keys of the application."""
    return KeyStore(tmp_path / "keys", random_bytes=os.urandom)


@pytest.fixture
def voting(voting_database: Database, store: KeyStore) -> Voting:
    """Citizens rate one unit."""
    return open_voting(voting_database, store=store, content=RECOGNITION)


@pytest.fixture
def insiders(voting_database: Database, store: KeyStore) -> Voting:
    """Leaders rate four units on one ballot."""
    return open_voting(voting_database, store=store, content=DEMOCRATIC, n_targets=4)


@pytest.fixture
def poster(voting_database: Database, store: KeyStore) -> Voting:
    """A poster with an open code."""
    return open_voting(voting_database, store=store, content=RECOGNITION, open_code=True)


@pytest.fixture
def app(voting_database: Database, tmp_path: Path) -> Flask:
    """The citizen's audience alone, at NOW."""
    config = config_for_tests(tmp_path, audiences=("citizen",))
    app = create_app(config, database=voting_database, clock=lambda: NOW)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    return app


class Voter:
    """Somebody with a browser and a code."""

    def __init__(self, client: Browser, code: str) -> None:
        self.client = client
        self.code = code

    def open(self, **more: str) -> TestResponse:
        """Send the code."""
        return self.client.post_form("/b/paper", {"code": self.code, **more}, page="/b")

    def fields(self) -> dict[str, str]:
        """What the paper's form would send untouched."""
        return dict(HIDDEN.findall(self.open().text))

    def send(self, fields: dict[str, str]) -> TestResponse:
        """Send a ballot."""
        return self.client.post("/b/ballot", data=fields)


@pytest.fixture
def voter(client: Browser, voting: Voting) -> Voter:
    """A citizen with the first code."""
    return Voter(client, voting.codes[0])


@pytest.fixture
def leader(client: Browser, insiders: Voting) -> Voter:
    """An insider with the first code of a paper about four units."""
    return Voter(client, insiders.codes[0])
