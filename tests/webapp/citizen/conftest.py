"""The citizen's pages over campaigns that are open for voting."""

import os
import re
from asyncio import (
    AbstractEventLoop,
    all_tasks,
    current_task,
    gather,
    new_event_loop,
    run_coroutine_threadsafe,
)
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from a2wsgi import ASGIMiddleware
from flask import Flask
from werkzeug.test import TestResponse

from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from tests.conftest import NOW, copied_database
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION
from tests.surveys.casting.voting import Voting, open_voting
from tests.webapp.conftest import Browser, config_for_tests
from webapp.application import create_app
from webapp.reception import Reception

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
def app(voting_database: Database, tmp_path: Path, event_loop: AbstractEventLoop) -> Flask:
    """The citizen's audience alone, at NOW; requests arrive as the server lets them arrive."""
    config = config_for_tests(tmp_path, audiences=("citizen",))
    app = create_app(config, database=voting_database, clock=lambda: NOW)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    received(app, event_loop)
    return app


@pytest.fixture(scope="session")
def event_loop() -> Iterator[AbstractEventLoop]:
    """A loop that runs in a thread of its own, as in a server's worker."""
    loop = new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    run_coroutine_threadsafe(_end_all(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _end_all() -> None:
    others = all_tasks() - {current_task()}
    for task in others:
        task.cancel()
    await gather(*others, return_exceptions=True)


def received(app: Flask, loop: AbstractEventLoop) -> None:
    """Let the reception stand in front of an application, for its test clients too."""
    arrives: Any = Reception(app)
    reception = ASGIMiddleware(arrives, loop=loop)

    def application(environ: Any, start_response: Any) -> object:
        environ.setdefault("REMOTE_PORT", "4711")
        return reception(environ, start_response)

    app.wsgi_app = application  # type: ignore[method-assign,assignment]


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
