"""Paper ballots: two readings that agree go into the box; nothing that was read is kept."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.casting.answers import Answers
from surveys.casting.casting_keys import CastingKeys, casting_keys
from surveys.casting.papers import ballot_paper
from surveys.database.engine import Database
from surveys.errors import Conflict, DomainError, Refused
from surveys.issuing.reconcile import reconciliation
from surveys.keying.key_in import (
    KeyedCounts,
    Reading,
    key_in,
    keyed_counts,
    standing_of_paper,
    unclear_places,
)
from surveys.models import AuditRecord, KeyedPaper, KeyedState
from tests.conftest import NOW
from tests.webapp.office.polling import Polling, planned_county

ANNA, BERT, CLARA = 1, 2, 3
READ, READ_OTHERWISE, READ_THIRD = b"\1\2", b"\1\3", b"\4\4"


class Office:
    """A campaign that is open, and people with papers."""

    def __init__(self, polling: Polling) -> None:
        self.polling = polling
        _batch, self.codes = polling.issue()
        polling.open()
        self.keys: CastingKeys = casting_keys(polling.store, polling.campaign_id)
        self.database = polling.database

    def read(self, by: int, packed: bytes | None, *, code: str = "") -> KeyedState:
        """Key a paper in, the first one unless said otherwise."""
        code = code or self.codes[0]
        with self.database.box() as box:
            paper = ballot_paper(box, code=code)
            answers = None if packed is None else Answers(packed)
            with self.database.transaction() as session:
                return key_in(
                    session,
                    box=box,
                    reading=Reading(paper, code, answers),
                    keys=self.keys,
                    now=NOW,
                    by=by,
                )

    def unclear(self) -> frozenset[int]:
        with self.database.transaction() as session:
            return unclear_places(standing_of_paper(session, code=self.codes[0], by=CLARA))

    def counts(self) -> KeyedCounts:
        with self.database.transaction() as session:
            return keyed_counts(session, campaign_id=self.polling.campaign_id)

    def n_returned(self) -> int:
        with self.database.transaction() as session:
            return int(session.scalar(text("SELECT count(*) FROM box.envelope")) or 0)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(planned_county(database, tmp_path))


def test_one_reading_waits_for_another_person(office: Office) -> None:
    assert (office.read(ANNA, READ), office.n_returned()) == (KeyedState.ONCE, 0)


def test_two_readings_that_agree_go_into_the_box(office: Office) -> None:
    office.read(ANNA, READ)
    assert (office.read(BERT, READ), office.n_returned()) == (KeyedState.CAST, 1)


def test_nobody_confirms_an_own_reading(office: Office) -> None:
    office.read(ANNA, READ)
    with pytest.raises(Refused, match="keyed_by_you"):
        office.read(ANNA, READ)


def test_two_readings_that_differ_wait_for_a_third_person(office: Office) -> None:
    office.read(ANNA, READ)
    assert (office.read(BERT, READ_OTHERWISE), office.n_returned()) == (KeyedState.DIFFERS, 0)


def test_the_third_person_is_told_where_they_differ(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ_OTHERWISE)
    assert office.unclear() == {1}


@pytest.mark.parametrize("packed", [READ, READ_OTHERWISE])
def test_a_third_reading_that_is_like_one_of_them_settles_it(office: Office, packed: bytes) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ_OTHERWISE)
    assert (office.read(CLARA, packed), office.n_returned()) == (KeyedState.CAST, 1)


def test_neither_of_two_who_differ_decides_alone(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ_OTHERWISE)
    with pytest.raises(Refused, match="keyed_by_you"):
        office.read(ANNA, READ_OTHERWISE)


def test_three_readings_that_all_differ_begin_anew_with_the_last(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ_OTHERWISE)
    states = office.read(CLARA, READ_THIRD), office.read(ANNA, READ_THIRD)
    assert states == (KeyedState.ONCE, KeyedState.CAST)


def test_a_code_used_on_a_telephone_admits_no_paper(office: Office) -> None:
    office.polling.cast(office.codes[:1])
    with pytest.raises(Conflict, match="code_used"):
        office.read(ANNA, READ)


def test_a_code_used_on_paper_admits_no_telephone(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ)
    with pytest.raises(Conflict, match="code_used"):
        office.polling.cast(office.codes[:1])


def test_a_code_used_on_a_telephone_between_two_readings_counts_once(office: Office) -> None:
    office.read(ANNA, READ)
    office.polling.cast(office.codes[:1])
    with pytest.raises(DomainError, match="code_used"):
        office.read(BERT, READ)
    assert office.n_returned() == 1


def test_a_paper_that_two_people_cannot_read_makes_its_code_void(office: Office) -> None:
    office.read(ANNA, None)
    assert office.read(BERT, None) is KeyedState.SPOILED
    with pytest.raises(Conflict, match="code_annulled"):
        office.polling.cast(office.codes[:1])


def test_an_unreadable_paper_and_a_reading_differ(office: Office) -> None:
    office.read(ANNA, None)
    assert office.read(BERT, READ) is KeyedState.DIFFERS


def test_what_was_read_is_not_in_the_database(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(ANNA, READ, code=office.codes[1])
    with office.database.transaction() as session:
        first, second = (row.first_prints for row in session.query(KeyedPaper))
    # Equal answers on two papers look different, and none of them is the answer itself.
    assert first is not None
    assert second is not None
    assert len(first) == 16
    assert not set(zip(first[::8], first[1::8], strict=True)) & {(1, 2)}
    assert first != second


def test_once_it_is_in_the_box_nothing_of_the_readings_is_left(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ)
    with office.database.transaction() as session:
        row = session.query(KeyedPaper).one()
    left = (row.first_prints, row.second_prints, row.first_keyer, row.second_keyer)
    assert left == (None, None, None, None)


def test_casting_that_is_repeated_puts_one_ballot_into_the_box(office: Office) -> None:
    """The note was lost after the ballot was stored."""
    office.read(ANNA, READ)
    office.read(BERT, READ)
    with office.database.transaction() as session:
        row = session.query(KeyedPaper).one()
        row.state, row.first_keyer, row.first_prints = KeyedState.ONCE, ANNA, os.urandom(16)
    with pytest.raises(Conflict, match="code_used"), office.database.box() as box:
        ballot_paper(box, code=office.codes[0])
    assert office.n_returned() == 1


def test_papers_are_counted_by_how_far_they_are(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ)
    office.read(ANNA, READ, code=office.codes[1])
    assert office.counts() == KeyedCounts(n_once=1, n_differ=0, n_cast=1, n_spoiled=0)


def test_ballots_from_paper_are_told_apart_in_the_accounts(office: Office) -> None:
    office.read(ANNA, READ)
    office.read(BERT, READ)
    office.polling.cast(office.codes[1:3])
    with office.database.transaction() as session:
        (line,) = reconciliation(session, campaign_id=office.polling.campaign_id).lines
    assert (line.account.n_returned, line.account.n_paper, line.account.fits) == (3, 1, True)


def test_the_log_tells_the_batch_and_never_the_code(office: Office) -> None:
    office.read(ANNA, READ)
    with office.database.transaction() as session:
        (body,) = [
            row.body for row in session.query(AuditRecord) if row.body["act"] == "paper_keyed"
        ]
    assert sorted(body) == ["act", "at", "batch", "by", "campaign"]


def test_papers_on_their_way_are_told_where_codes_are_accounted_for(office: Office) -> None:
    office.read(ANNA, READ)
    for by in (ANNA, BERT):
        office.read(by, None, code=office.codes[1])
    with office.database.transaction() as session:
        (line,) = reconciliation(session, campaign_id=office.polling.campaign_id).lines
    account = line.account
    assert (account.n_being_keyed, account.n_spoiled, account.fits) == (1, 1, True)
    assert (account.n_unreturned, account.n_void) == (5, 1)
