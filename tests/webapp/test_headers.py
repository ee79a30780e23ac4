"""What every answer tells the browser."""

from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

from surveys.database.engine import Database
from tests.webapp.conftest import Browser, config_for_tests
from webapp.application import create_app

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURE = "https://vote.example"


@pytest.fixture
def database(worker_database: Database) -> Database:
    """Shared with others, for nothing here writes."""
    return worker_database


@pytest.mark.parametrize("page", ["/", "/account/login", "/nothing", "/healthz", "/api/v1/board"])
def test_every_answer_carries_the_strict_policy(client: Browser, page: str) -> None:
    headers = client.get(page).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def placeholder(converter: BaseConverter) -> object:
    """Something that fits a place in an address."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, UUIDConverter):
        return UUID(int=1)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_every_address_answers_with_the_strict_policy(client: Browser) -> None:
    for rule in client.application.url_map.iter_rules():
        values = {name: placeholder(rule._converters[name]) for name in rule.arguments}
        _, path = rule.build(values) or ("", "")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            with client.open(path, method=method) as answer:
                found = answer.headers.get("Content-Security-Policy")
            assert found == POLICY, f"{method} {rule.rule}"


def test_a_style_sheet_may_be_kept_for_a_year(client: Browser) -> None:
    with client.get("/static/gongping.css") as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_without_https_nothing_promises_it(client: Browser) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def secure_browser(database: Database, data_dir: Path) -> Browser:
    config = config_for_tests(data_dir, base_url=SECURE, trusted_hosts=("vote.example",))
    app = create_app(config, database=database)
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


def test_with_https_the_browser_is_told_to_stay_with_it(database: Database, tmp_path: Path) -> None:
    headers = secure_browser(database, tmp_path).get("/healthz", base_url=SECURE).headers

    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_with_https_cookies_are_bound_to_the_host(database: Database, tmp_path: Path) -> None:
    browser = secure_browser(database, tmp_path)
    cookies = browser.get("/account/login", base_url=SECURE).headers.getlist("Set-Cookie")

    assert len(cookies) == 1
    assert cookies[0].startswith("__Host-page=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookies[0].split("; "))


def test_a_host_that_is_not_ours_is_refused(client: Browser) -> None:
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_sent_by_another_site_is_refused(client: Browser) -> None:
    answer = client.post("/account/login", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
