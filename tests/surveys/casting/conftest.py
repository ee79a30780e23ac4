"""Open campaigns of each kind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from tests.conftest import copied_database
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION
from tests.surveys.casting.voting import Voting, open_voting


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    """Where keys lie."""
    return KeyStore(tmp_path / "keys", random_bytes=os.urandom)


@pytest.fixture(scope="session")
def voting_database(server_url: str, template: str) -> Iterator[Database]:
    """Where campaigns are voted in; each test opens one of its own."""
    with copied_database(server_url, template) as copy:
        yield copy


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
