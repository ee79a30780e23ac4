"""Annul and reissue: two persons, one code, one ballot less, one incident more."""

import os
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from surveys.database.engine import Database
from surveys.errors import Conflict, NotFound, Refused
from surveys.issuing.annul import (
    Replacement,
    confirm_annulment,
    request_annulment,
    waiting_annulment,
    withdraw_annulment,
)
from surveys.issuing.annul_slip import replacement_slip
from surveys.issuing.codes import code_hash, printed
from surveys.issuing.issue_batch import BatchOrder, issue_batch, void_batch
from surveys.issuing.open_voting import open_voting
from surveys.models import AnnulledBallot, Envelope, Request
from surveys.opening.close_campaign import close_campaign
from surveys.opening.close_statement import close_statement
from surveys.opening.tree import box_root
from tests.small_county import SmallCounty, build_small_county, campaign_keys, keyring
from tests.surveys.issuing.test_sheets import read_back

SUBMIT = text("SELECT outcome FROM box.submit(:batch, :h, :nonce_h, :leaf, :sealed)")
STANDING = text("SELECT standing FROM box.lookup(:h)")


@dataclass
class Vote:
    session: Session
    county: SmallCounty
    batch_id: int
    codes: tuple[str, ...]
    now: datetime

    @property
    def campaign_id(self) -> int:
        return self.county.campaign.id

    def cast(self, code: str, nonce: bytes = b"n" * 32) -> str:
        """Cast something with a code; the box does not look inside."""
        sealed = os.urandom(1792)
        row = {"batch": self.batch_id, "h": code_hash(code), "nonce_h": nonce}
        row |= {"leaf": code_hash(code), "sealed": sealed}
        return str(self.session.execute(SUBMIT, row).scalar_one())

    def ask(self, code: str) -> Request:
        return request_annulment(
            self.session,
            campaign_id=self.campaign_id,
            code=code,
            now=self.now,
            by=self.county.organizer.id,
        )

    def confirm(self, by: int | None = None) -> Replacement:
        return confirm_annulment(
            self.session,
            campaign_id=self.campaign_id,
            random_bytes=os.urandom,
            now=self.now,
            by=by or self.county.officer_a.id,
        )

    def annul(self, code: str) -> Replacement:
        self.ask(code)
        return self.confirm()

    def close(self) -> None:
        by = self.county.organizer.id
        close_campaign(self.session, campaign_id=self.campaign_id, now=self.now, by=by)

    def standing(self, code: str) -> str:
        return str(self.session.scalar(STANDING, {"h": code_hash(code)}))


def voting(session: Session, now: datetime) -> Vote:
    county = build_small_county(session, now=now)
    order = BatchOrder(county.campaign.id, county.staff.id, (county.units[0].id,), n=3)
    by = county.organizer.id
    issued = issue_batch(session, order=order, random_bytes=os.urandom, now=now, by=by)
    open_voting(
        session,
        campaign_id=county.campaign.id,
        keyring=keyring(campaign_keys(county.campaign.id)),
        keys_kept="server",
        now=now,
        by=by,
    )
    return Vote(session, county, issued.batch.id, issued.codes, now)


@pytest.fixture
def vote(session: Session, now: datetime) -> Vote:
    return voting(session, now)


def test_the_new_code_admits_a_ballot(vote: Vote) -> None:
    vote.cast(vote.codes[0])
    assert vote.cast(vote.annul(vote.codes[0]).code) == "stored"


def test_one_person_alone_annuls_nothing(vote: Vote) -> None:
    vote.cast(vote.codes[0])
    vote.ask(vote.codes[0])
    with pytest.raises(Refused, match="same_person"):
        vote.confirm(by=vote.county.organizer.id)
    assert vote.standing(vote.codes[0]) == "used"


def test_without_a_request_nothing_is_annulled(vote: Vote) -> None:
    with pytest.raises(NotFound, match="no_annulment"):
        vote.confirm()


def test_a_request_taken_back_annuls_nothing(vote: Vote) -> None:
    vote.ask(vote.codes[0])
    withdraw_annulment(
        vote.session, campaign_id=vote.campaign_id, now=vote.now, by=vote.county.organizer.id
    )
    with pytest.raises(NotFound, match="no_annulment"):
        vote.confirm()


def test_the_annulled_ballot_leaves_the_box(vote: Vote) -> None:
    vote.cast(vote.codes[0])
    vote.cast(vote.codes[1])
    vote.annul(vote.codes[0])
    left = vote.session.scalars(select(Envelope.leaf)).all()
    assert left == [code_hash(vote.codes[1])]


def test_the_root_is_that_of_the_others(vote: Vote) -> None:
    for code in vote.codes:
        vote.cast(code)
    vote.annul(vote.codes[0])
    vote.close()
    assert vote.county.campaign.root == box_root([code_hash(code) for code in vote.codes[1:]])


def test_the_close_statement_counts_incidents(vote: Vote) -> None:
    vote.cast(vote.codes[0])
    vote.annul(vote.codes[0])
    vote.annul(vote.codes[1])
    vote.close()
    statement = close_statement(vote.session, campaign_id=vote.campaign_id).statement
    group = statement["groups"][0]
    counts = [group[name] for name in ("n_issued", "n_returned", "n_replaced", "n_annulled")]
    assert (counts, statement["n_replaced"], statement["n_annulled"]) == ([3, 0, 2, 1], 2, 1)


@pytest.mark.parametrize("nonce", [b"n" * 32, b"m" * 32])
def test_an_annulled_code_says_so_whatever_the_nonce(vote: Vote, nonce: bytes) -> None:
    vote.cast(vote.codes[0])
    vote.annul(vote.codes[0])
    assert vote.cast(vote.codes[0], nonce) == "annulled"


def test_a_replay_before_gets_its_receipt(vote: Vote) -> None:
    vote.cast(vote.codes[0])
    vote.ask(vote.codes[0])
    assert vote.cast(vote.codes[0]) == "replayed"


def test_a_code_is_annulled_once(vote: Vote) -> None:
    vote.annul(vote.codes[0])
    with pytest.raises(Conflict, match="code_annulled"):
        vote.ask(vote.codes[0])


def test_another_annulment_waits_for_the_first(vote: Vote) -> None:
    vote.ask(vote.codes[0])
    with pytest.raises(Conflict, match="already_requested_annulment"):
        vote.ask(vote.codes[1])


def test_after_the_close_no_code_is_annulled(vote: Vote) -> None:
    vote.ask(vote.codes[0])
    vote.close()
    with pytest.raises(Conflict, match="annulled_only_while_open"):
        vote.confirm()


def test_a_code_that_nobody_issued_is_not_annulled(vote: Vote) -> None:
    with pytest.raises(NotFound, match="code_not_of_campaign"):
        vote.ask("0" * 28)


def test_a_poster_is_not_annulled(vote: Vote) -> None:
    county = vote.county
    order = BatchOrder(county.campaign.id, county.citizens.id, (county.units[0].id,), n=1)
    poster = issue_batch(
        vote.session, order=order, random_bytes=os.urandom, now=vote.now, by=county.organizer.id
    )
    with pytest.raises(Conflict, match="poster_not_annulled"):
        vote.ask(poster.codes[0])


def test_a_void_batch_has_no_code_to_annul(vote: Vote) -> None:
    void_batch(vote.session, batch_id=vote.batch_id, now=vote.now, by=vote.county.organizer.id)
    with pytest.raises(Conflict, match="batch_void"):
        vote.ask(vote.codes[0])


def test_of_the_code_only_a_hash_is_kept_and_that_no_longer_than_needed(vote: Vote) -> None:
    request = vote.ask(vote.codes[0])
    kept = request.code_h
    vote.confirm()
    assert (kept, request.code_h) == (code_hash(vote.codes[0]), None)


def test_nothing_of_the_annulled_content_is_kept(vote: Vote) -> None:
    vote.cast(vote.codes[0])
    vote.annul(vote.codes[0])
    columns = {column.name for column in AnnulledBallot.__table__.columns}
    n = vote.session.scalar(select(func.count()).select_from(AnnulledBallot))
    assert (n, columns) == (1, {"token_h", "batch_id", "leaf"})


def test_the_slip_carries_the_new_code_alone(vote: Vote) -> None:
    replacement = vote.annul(vote.codes[0])
    pdf = replacement_slip(vote.session, replacement=replacement, base_url="https://ping.example")
    assert [payload[-28:] for payload in read_back(pdf)] == [replacement.code]


def test_a_ballot_under_way_holds_the_annulment_up(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        vote = voting(session, now)
        campaign_id, by = vote.campaign_id, vote.county.officer_a.id
        vote.ask(vote.codes[0])
    with database.engine.begin() as under_way:
        under_way.execute(text(f"SELECT pg_advisory_xact_lock_shared(7, {campaign_id})"))
        with database.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError):
                confirm_annulment(
                    session, campaign_id=campaign_id, random_bytes=os.urandom, now=now, by=by
                )
            session.rollback()
    with database.transaction() as session:
        assert waiting_annulment(session, campaign_id=campaign_id) is not None


def test_a_code_may_be_typed_as_printed(vote: Vote) -> None:
    assert vote.ask(printed(vote.codes[0]).lower()).code_h == code_hash(vote.codes[0])
