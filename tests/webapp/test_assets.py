"""Static files: packed where the browser reads that, kept for a year."""

import gzip

import pytest

from surveys.database.engine import Database
from tests.webapp.conftest import Browser
from webapp.assets import STATIC

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def database(worker_database: Database) -> Database:
    """Shared with others, for nothing here writes."""
    return worker_database


def test_a_style_sheet_goes_out_packed(client: Browser) -> None:
    answer = client.get("/static/ballot.css", headers=PACKED)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/css"
    assert gzip.decompress(answer.data) == (STATIC / "ballot.css").read_bytes()
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_browser_that_cannot_unpack_gets_it_plain(client: Browser) -> None:
    with client.get("/static/ballot.css", headers={"Accept-Encoding": ""}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == (STATIC / "ballot.css").read_bytes()


def test_a_page_with_secrets_is_never_packed(client: Browser) -> None:
    assert "Content-Encoding" not in client.get("/account/login", headers=PACKED).headers


def test_a_file_that_is_known_is_not_sent_again(client: Browser) -> None:
    etag = client.get("/static/ballot.css", headers=PACKED).headers["ETag"]
    again = client.get("/static/ballot.css", headers=PACKED | {"If-None-Match": etag})

    assert again.status_code == 304


def test_no_path_leads_out_of_the_static_files(client: Browser) -> None:
    assert client.get("/static/../assets.py", headers=PACKED).status_code == 404
