"""Every word in both languages; the cookie decides, then the browser, then Chinese."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import ngettext

import webapp
from surveys.database.engine import Database
from tests.webapp.conftest import Browser
from webapp.languages import CATALOGUES, day, moment, name_of, points, share

PACKAGE = Path(webapp.__file__).parent
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[sd]|%)")


@pytest.fixture
def database(worker_database: Database) -> Database:
    """Shared with others, for nothing here writes."""
    return worker_database


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (CATALOGUES / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale="zh")


def messages_in_code() -> Iterator[tuple[str, str]]:
    """All msgids (the singular where there are two) with where they stand."""
    with (CATALOGUES / "babel.cfg").open() as source:
        methods, options = parse_mapping_cfg(source)  # type: ignore[no-untyped-call]
    for found in extract_from_dir(PACKAGE, methods, options, keywords=KEYWORDS):
        filename, line, message = found[:3]
        yield message if isinstance(message, str) else message[0], f"{filename}:{line}"


def texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [str(message.string)]


def test_every_message_of_code_and_templates_has_its_chinese(catalogue: Catalog) -> None:
    missing = {
        message: place for message, place in messages_in_code() if catalogue.get(message) is None
    }

    assert missing == {}


def test_no_chinese_is_empty_or_uncertain(catalogue: Catalog) -> None:
    bad = [m.id for m in catalogue if m.id and (m.fuzzy or not all(map(str.strip, texts(m))))]

    assert bad == []


def test_the_catalogue_keeps_no_message_that_nobody_uses(catalogue: Catalog) -> None:
    used = {message for message, _ in messages_in_code()}
    ids = (m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id)

    assert [text for text in ids if text not in used] == []


def test_the_chinese_has_the_placeholders_of_the_english(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        english = message.id if isinstance(message.id, str) else message.id[-1]
        wanted = set(PLACEHOLDER.findall(english))
        if english and any(set(PLACEHOLDER.findall(text)) != wanted for text in texts(message)):
            wrong.append(english)

    assert wrong == []


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en"), ("fr", "zh-CN"), ("", "zh-CN")],
)
def test_the_browser_decides_and_chinese_where_it_says_nothing(
    client: Browser, asked: str, shown: str
) -> None:
    page = client.get("/account/login", headers={"Accept-Language": asked}).text

    assert f'<html lang="{shown}" ' in page


def test_the_switch_outlasts_the_browser_and_comes_back(client: Browser) -> None:
    answer = client.get("/language/zh?next=/account/login")

    assert answer.location == "/account/login"
    assert '<html lang="zh-CN" ' in client.get("/account/login").text


def test_the_switch_does_not_lead_to_another_site(client: Browser) -> None:
    assert client.get("/language/zh?next=//evil.example").location == "/"


def test_an_unknown_language_is_404(client: Browser) -> None:
    assert client.get("/language/xx").status_code == 404


def test_a_name_is_given_in_the_language_of_the_page(app: Flask) -> None:
    name = {"zh": "样例县", "en": "Sample County"}

    with app.test_request_context(headers={"Accept-Language": "en"}):
        english = name_of(name)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        chinese = name_of(name)

    assert (english, chinese) == ("Sample County", "样例县")


def test_numbers_keep_their_places(app: Flask) -> None:
    with app.test_request_context():
        assert points(91.5, 4) == "91.5000"
        assert points(90.125) == "90.13"
        assert points(None) == "–"
        assert points(float("nan")) == "–"
        assert share(0.8765) == "87.7%"


def test_counts_in_sentences_have_the_separators_of_tables(app: Flask) -> None:
    page = app.jinja_env.from_string(
        '{{ ngettext("%(num)s ballot", "%(num)s ballots", n) }}, {{ _("row %(row)s", row=n) }}'
    )
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert page.render(n=12345) == "12,345 ballots, row 12345"
        assert page.render(n=1) == "1 ballot, row 1"
        assert ngettext("%(num)s ballot", "%(num)s ballots", 12345) == "12,345 ballots"


def test_moments_are_told_as_the_reader_says_them_in_the_offices_time(app: Flask) -> None:
    at = datetime(2026, 11, 20, 16, 4, tzinfo=UTC)

    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert (moment(at), day(at)) == ("21 Nov 2026, 00:04", "21 Nov 2026")
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert (moment(at), day(at)) == ("2026年11月21日 00:04", "2026年11月21日")
