"""What `gongping serve` says of where it is reached."""

from dataclasses import replace
from pathlib import Path

import pytest

from surveys.database.engine import Database
from webapp.commands.installation import Installation
from webapp.commands.serving import BASE_URL, reached_at, say_where
from webapp.config import Config


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGPING_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(BASE_URL, raising=False)


def test_codes_carry_the_port_that_is_served() -> None:
    assert reached_at(8813).base_url == "http://127.0.0.1:8813"


def test_an_address_that_was_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BASE_URL, "https://vote.example.gov.cn")
    assert reached_at(8813).base_url == "https://vote.example.gov.cn"


def test_a_new_installation_says_where_it_is_and_how_the_first_person_logs_in(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Config(data_dir=tmp_path, secret_key=b"s" * 32)
    say_where(Installation(replace(config, base_url="http://127.0.0.1:8813"), database))
    told = capsys.readouterr().out
    assert ("http://127.0.0.1:8813" in told, BASE_URL in told) == (True, True)
    assert "gongping account new admin" in told
