"""A key on paper: typed in again, it is the same key, or the line that is wrong is named."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import Invalid
from surveys.opening.keys import Key, Role
from surveys.opening.paper import key_from_paper, paper_copy, paper_lines
from tests.surveys.opening.conftest import Campaign, campaign_named


@pytest.fixture
def officer(campaign: Campaign) -> Key:
    return campaign.keys[Role.OFFICER_A]


@pytest.mark.parametrize(("suite", "n_lines"), [(1, 2), (2, 6)])
def test_a_key_typed_in_again_is_the_same_key(suite: int, n_lines: int) -> None:
    key = campaign_named("7", suite=suite).keys[Role.OFFICER_B]
    lines = paper_lines(key)
    assert len(lines) == n_lines
    typed = [line.lower().replace("-", " ") for line in lines]
    assert key_from_paper(typed, part=key.public_part) == key


@given(st.binary(min_size=32, max_size=32))
def test_every_secret_survives_paper(secret: bytes) -> None:
    key = Key(Role.CASTING, "7", 0, secret)
    assert key_from_paper(paper_lines(key), part=key.public_part) == key


def test_the_sheet_says_what_key_it_is(officer: Key) -> None:
    sheet = paper_copy(officer)
    assert "officer_a · campaign 7 · suite 1" in sheet
    assert officer.fingerprint in sheet
    assert all(line in sheet for line in paper_lines(officer))
    assert len(re.findall(r"^\d   ", sheet, re.MULTILINE)) == 2


def test_a_wrong_character_is_named_by_line_and_position(officer: Key) -> None:
    first, second = paper_lines(officer)
    wrong = second[:5] + ("A" if second[5] != "A" else "B") + second[6:]
    with pytest.raises(Invalid) as caught:
        key_from_paper([first, wrong], part=officer.public_part)
    assert caught.value.code == "paper_line_wrong"
    assert caught.value.facts == {"line": 2, "position": 5}


def test_a_short_line_is_named(officer: Key) -> None:
    first, second = paper_lines(officer)
    with pytest.raises(Invalid) as caught:
        key_from_paper([first[:-1], second], part=officer.public_part)
    assert caught.value.facts == {"line": 1, "position": None}


def test_a_missing_line_is_named(officer: Key) -> None:
    with pytest.raises(Invalid) as caught:
        key_from_paper(paper_lines(officer)[:1], part=officer.public_part)
    assert caught.value.facts == {"n": 1, "expected": 2}


def test_lines_in_the_wrong_order_are_the_wrong_key(officer: Key) -> None:
    with pytest.raises(Invalid, match="wrong_key"):
        key_from_paper(paper_lines(officer)[::-1], part=officer.public_part)


def test_anothers_paper_is_the_wrong_key(officer: Key) -> None:
    other = campaign_named("8").keys[Role.OFFICER_A]
    with pytest.raises(Invalid) as caught:
        key_from_paper(paper_lines(other), part=officer.public_part)
    assert caught.value.facts["expected"] == officer.fingerprint
