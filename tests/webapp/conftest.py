"""The application over a database of the test's own, and who calls it."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from secrets import token_urlsafe

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveys.accounts.passwords import hash_password
from surveys.accounts.sessions import start_session
from surveys.auditing import record
from surveys.database.engine import Database
from surveys.models import Account, Role
from tests.conftest import NOW
from webapp.application import create_app
from webapp.config import Config

PASSWORD = "four quiet herons"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser(FlaskClient):
    """A client that posts forms as a browser does: with the token of the page it saw."""

    def token(self, page: str = "/account/login") -> str:
        """The form token of a page."""
        found = TOKEN.search(self.get(page, follow_redirects=True).text)
        assert found, f"{page} has no form"
        return found.group(1)

    def post_form(
        self, url: str, data: dict[str, object] | None = None, *, page: str | None = None
    ) -> TestResponse:
        """Send a form with the token of `page` (or of the page at `url` itself)."""
        return self.post(url, data={"csrf_token": self.token(page or url), **(data or {})})


def config_for_tests(data_dir: Path, **changes: object) -> Config:
    """A configuration that reads no environment."""
    given: dict[str, object] = {"data_dir": data_dir, "secret_key": b"s" * 32, **changes}
    return Config(**given)  # type: ignore[arg-type]


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """All audiences, at NOW."""
    app = create_app(config_for_tests(tmp_path), database=database, clock=lambda: NOW)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    return app


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser without a log-in, that asks for English."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


MakeAccount = Callable[..., Account]


@cache
def password_hash() -> str:
    """Argon2 is slow on purpose: all accounts of the tests share one hash."""
    return hash_password(PASSWORD, salt=b"s" * 16)


@pytest.fixture
def make_account(database: Database) -> MakeAccount:
    """Makes an account with roles; its log-in name is the first role's."""

    def make(*roles: Role, login: str | None = None, unit_id: int | None = None) -> Account:
        name = login or roles[0].value
        account = Account(
            login=name,
            name=name,
            password_hash=password_hash(),
            roles=[role.value for role in Role if role in roles],
            unit_id=unit_id,
            created_at=NOW,
        )
        with database.transaction() as session:
            session.add(account)
            session.flush()
            record(session, "account_created", at=NOW, by=None, account=account.id)
        return account

    return make


SignIn = Callable[..., Browser]


@pytest.fixture
def sign_in(app: Flask, database: Database, make_account: MakeAccount) -> SignIn:
    """Makes an account with roles and returns a browser in which it is logged in."""

    def sign(*roles: Role, login: str | None = None, unit_id: int | None = None) -> Browser:
        account = make_account(*roles, login=login, unit_id=unit_id)
        secret = token_urlsafe(32)
        with database.transaction() as session:
            start_session(
                session,
                account_id=account.id,
                secret=secret.encode(),
                now=NOW,
                lifetime=timedelta(hours=12),
            )
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        browser.set_cookie("gongping_login", secret)
        return browser

    return sign
