"""`gongping account`: an empty installation gets its first administrator."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveys.database.engine import Database
from tests.webapp.conftest import Browser
from webapp.commands import gongping

PASSWORD = re.compile(r"Password: ([0-9a-z-]{19})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path) -> None:
    """The commands work on the test's database and speak English."""
    url = database.engine.url.render_as_string(hide_password=False)
    for name, value in (
        ("GONGPING_DATA_DIR", str(tmp_path)),
        ("GONGPING_DATABASE_URL", url),
        ("GONGPING_BOX_DATABASE_URL", url),
        ("LC_ALL", "C.UTF-8"),
    ):
        monkeypatch.setenv(name, value)


def run(*arguments: str) -> Result:
    """Call gongping."""
    return CliRunner().invoke(gongping, ["account", *arguments])


def log_in(client: Browser, password: str) -> int:
    """The status of a log-in as admin."""
    return client.post_form("/account/login", {"login": "admin", "password": password}).status_code


def test_the_first_account_logs_in_with_the_printed_password(client: Browser) -> None:
    assert "gongping account new admin" in client.get("/account/login").text
    done = run("new", "admin", "--name", "Sample")
    first = PASSWORD.search(done.stdout)
    assert first, done.output
    assert "gongping account new admin" not in client.get("/account/login").text
    assert log_in(client, first.group(1)) == 302
    assert "Key officer: 2 more" in client.get("/admin").text


def test_a_new_password_replaces_the_old_one(client: Browser) -> None:
    old = PASSWORD.search(run("new", "admin", "--name", "Sample").stdout)
    new = PASSWORD.search(run("password", "admin").stdout)
    assert old
    assert new
    assert [log_in(client, each.group(1)) for each in (old, new)] == [401, 302]


def test_an_unknown_account_gets_no_password() -> None:
    done = run("password", "nobody")
    assert (done.exit_code, "nobody" in done.stderr) == (2, True)
