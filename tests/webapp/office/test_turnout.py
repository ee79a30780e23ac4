"""The page on which ballots are counted while nobody can read them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.database.engine import Database
from surveys.models import Role
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county
from webapp.office import turnout_stream, turnout_watch
from webapp.office.turnout import shown
from webapp.office.turnout_watch import seen

ALL_BUT_THREE_ON_PAPER = text("""
    INSERT INTO box.keyed_paper (token_h, batch_id, state)
    SELECT token_h, batch_id, 'cast' FROM box.envelope ORDER BY token_h OFFSET 3
""")


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="office")


def test_before_codes_are_issued_the_page_says_what_comes_first(
    organizer: Browser, polling: Polling
) -> None:
    assert "No codes are out yet" in organizer.get(f"{polling.url}/turnout").text


def test_ballots_are_counted(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=21, n_issued=28)
    page = organizer.get(f"{polling.url}/turnout").text
    assert "21 of 28" in page


def test_a_small_group_is_counted_in_coarse_steps(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=7, n_issued=12)
    page = organizer.get(f"{polling.url}/turnout").text
    assert ("at least </span>5" in page, "7 of 12" in page) == (True, False)


def test_after_the_close_the_count_is_exact(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=7, n_issued=12)
    polling.close()
    assert "7 of 12" in organizer.get(f"{polling.url}/turnout").text


def test_a_group_below_its_minimum_is_marked_by_a_word(
    organizer: Browser, polling: Polling
) -> None:
    polling.voted(n_cast=4, n_issued=30)
    assert "Below minimum" in organizer.get(f"{polling.url}/turnout").text


def test_a_group_that_reached_its_minimum_is_not(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=5, n_issued=30)
    page = organizer.get(f"{polling.url}/turnout").text
    assert ("Minimum reached" in page, "Below minimum" in page) == (True, False)


def test_open_codes_have_no_share(organizer: Browser, polling: Polling) -> None:
    _batch, (poster,) = polling.issue(poster=True)
    polling.open()
    polling.cast([poster] * 3)
    page = organizer.get(f"{polling.url}/turnout").text
    # 50 for each of two posters.
    assert "about 100 were expected" in page
    assert "nobody knows how many saw the poster" in page


def test_the_page_renews_itself_while_voting_runs(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    page = organizer.get(f"{polling.url}/turnout").text
    assert f'data-live-url="{polling.url}/turnout/live" data-live-seconds="10"' in page


def test_after_the_close_it_stands_still(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    polling.close()
    assert "data-live-url" not in organizer.get(f"{polling.url}/turnout").text


@pytest.mark.parametrize("part", ["live", "live/units"])
def test_a_part_is_a_fragment(organizer: Browser, polling: Polling, part: str) -> None:
    polling.voted()
    answer = organizer.get(f"{polling.url}/turnout/{part}")
    assert (answer.status_code, "<html" in answer.text) == (200, False)


def test_the_moment_of_the_count_is_told(organizer: Browser, polling: Polling) -> None:
    polling.voted()
    assert "as of 17:30:00" in organizer.get(f"{polling.url}/turnout/live").text


def test_an_auditor_reads_and_a_reviewer_does_not(sign_in: SignIn, polling: Polling) -> None:
    answers = [
        sign_in(role).get(f"{polling.url}/turnout").status_code
        for role in (Role.AUDITOR, Role.REVIEWER)
    ]
    assert answers == [200, 403]


def test_the_table_can_be_searched(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=21, n_issued=28)
    page = organizer.get(f"{polling.url}/turnout?q=no-such-unit").text
    assert "No row holds these words" in page


def test_the_table_can_be_saved(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=21, n_issued=28)
    answer = organizer.get(f"{polling.url}/turnout.csv")
    assert answer.mimetype == "text/csv"
    assert "21 / 28" in answer.data.decode("utf-8-sig")


def test_what_is_coarse_on_the_page_is_coarse_in_the_table(
    organizer: Browser, polling: Polling
) -> None:
    polling.voted(n_cast=7, n_issued=12)
    saved = organizer.get(f"{polling.url}/turnout.csv").data.decode("utf-8-sig")
    assert ("≥ 5 / 12" in saved, "7 / 12" in saved) == (True, False)


def test_the_wall_shows_the_total(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=21, n_issued=28)
    page = organizer.get(f"{polling.url}/turnout/wall").text
    assert re.search(r"wall-figure.*21</p>", page)


def test_a_unit_with_too_few_ballots_is_worth_a_look(organizer: Browser, polling: Polling) -> None:
    polling.voted(n_cast=4, n_issued=30)
    assert "too few ballots so far" in organizer.get(f"{polling.url}/turnout").text


def test_who_listens_is_told_that_counts_moved(
    organizer: Browser, polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnout_stream, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(turnout_stream, "LISTEN_S", 20.0)
    answer = organizer.get(f"{polling.url}/turnout/stream")
    events = answer.iter_encoded()
    heard = [next(events), next(events)]
    polling.voted(n_cast=21, n_issued=28)
    while heard[-1].startswith(b":"):
        heard.append(next(events))
    answer.close()
    assert heard[-1].startswith(b"event: moved")


def test_no_event_tells_of_a_single_ballot_of_a_small_group(
    database: Database, polling: Polling
) -> None:
    _batch, codes = polling.issue(12)
    polling.open()
    polling.cast(codes[:6])
    before = shown(database, polling.campaign_id, lambda: NOW)
    polling.cast(codes[6:9])
    assert shown(database, polling.campaign_id, lambda: NOW) == before


def test_one_listener_too_many_is_asked_to_ask(organizer: Browser, polling: Polling) -> None:
    answers = [
        organizer.get(f"{polling.url}/turnout/stream")
        for _ in range(turnout_stream.MOST_LISTENERS + 1)
    ]
    assert [answer.status_code for answer in answers][-2:] == [200, 204]
    for answer in answers:
        answer.close()
    again = organizer.get(f"{polling.url}/turnout/stream")
    assert again.status_code == 200
    again.close()


def test_ballots_on_paper_are_told_but_never_a_handful_of_the_others(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    polling.voted(n_cast=25, n_issued=30)
    with database.transaction() as session:
        session.execute(ALL_BUT_THREE_ON_PAPER)
    open_page = organizer.get(f"{polling.url}/turnout").text
    polling.close()
    closed_page = organizer.get(f"{polling.url}/turnout").text
    told = [
        re.findall(r"of them on paper: (?:<.*?</span>)*(\d+)", page)
        for page in (open_page, closed_page)
    ]
    assert told == [["20", "20"], ["22", "22"]]


def test_a_full_box_is_counted_once_for_many_and_anew_after_the_close(
    database: Database, polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnout_watch, "CHEAP_S", 0.0)
    polling.voted(n_cast=7, n_issued=12)
    first, second = (seen(database, polling.campaign_id, clock=lambda: NOW) for _ in range(2))
    polling.close()
    third = seen(database, polling.campaign_id, clock=lambda: NOW)
    assert (first is second, third is first) == (True, False)
    assert third.turnout.total.n_returned == 7
