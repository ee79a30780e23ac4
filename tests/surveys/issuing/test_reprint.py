"""Other codes in place of unused ones, unused codes made void, and every code accounted for."""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.errors import Conflict, NotFound
from surveys.issuing.annul import confirm_annulment, request_annulment
from surveys.issuing.codes import code_hash
from surveys.issuing.issue_batch import BatchOrder, issue_batch, void_batch
from surveys.issuing.open_voting import open_voting
from surveys.issuing.reconcile import Account, Reconciliation, reconciliation
from surveys.issuing.reprint import carry_out_reprint, new_codes_of, void_unused
from surveys.models import AuditRecord, Batch, Token, TokenState
from tests.small_county import SmallCounty, build_small_county, campaign_keys, keyring

SUBMIT = text("SELECT outcome FROM box.submit(:batch, :h, :nonce_h, :leaf, :sealed)")
N = 24


@dataclass
class Issued:
    session: Session
    county: SmallCounty
    batch: Batch
    codes: tuple[str, ...]
    now: datetime

    @property
    def act(self) -> dict[str, Any]:
        """What is acted on."""
        return {"campaign_id": self.county.campaign.id, "batch_id": self.batch.id}

    @property
    def by(self) -> dict[str, Any]:
        """Who acts, and when."""
        return {"now": self.now, "by": self.county.organizer.id}

    def cast(self, code: str) -> str:
        row = {"batch": self.batch.id, "h": code_hash(code), "nonce_h": b"n" * 32}
        row |= {"leaf": code_hash(code), "sealed": os.urandom(1792)}
        return str(self.session.execute(SUBMIT, row).scalar_one())

    def reprint(self) -> tuple[str, ...]:
        reprint = new_codes_of(self.session, **self.act, random_bytes=os.urandom)
        carry_out_reprint(self.session, reprint=reprint, **self.by)
        return reprint.codes

    def accounts(self) -> Reconciliation:
        return reconciliation(self.session, campaign_id=self.county.campaign.id)

    def account(self) -> Account:
        return self.accounts().lines[0].account


@pytest.fixture
def issued(session: Session, now: datetime) -> Issued:
    """A batch of 24 codes in a campaign that is open."""
    county = build_small_county(session, now=now)
    order = BatchOrder(county.campaign.id, county.staff.id, (county.units[0].id,), n=N)
    made = issue_batch(
        session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id
    )
    open_voting(
        session,
        campaign_id=county.campaign.id,
        keyring=keyring(campaign_keys(county.campaign.id)),
        keys_kept="server",
        now=now,
        by=county.organizer.id,
    )
    return Issued(session, county, made.batch, made.codes, now)


def test_a_reprint_gives_as_many_codes_as_are_unused(issued: Issued) -> None:
    issued.cast(issued.codes[0])
    assert len(issued.reprint()) == N - 1


def test_the_lost_codes_admit_no_ballot_and_the_new_ones_do(issued: Issued) -> None:
    new = issued.reprint()
    outcomes = issued.cast(issued.codes[0]), issued.cast(new[0])
    assert outcomes == ("annulled", "stored")


def test_what_was_cast_before_a_reprint_stays(issued: Issued) -> None:
    issued.cast(issued.codes[0])
    issued.reprint()
    assert issued.account().n_returned == 1


def test_a_code_used_while_the_new_ones_are_printed_is_not_lost(issued: Issued) -> None:
    reprint = new_codes_of(issued.session, **issued.act, random_bytes=os.urandom)
    issued.cast(issued.codes[0])
    carry_out_reprint(issued.session, reprint=reprint, **issued.by)
    account = issued.account()
    assert (account.n_issued, account.n_unreturned, account.fits) == (N + 1, N, True)


def test_a_reprint_is_in_the_log(issued: Issued) -> None:
    issued.reprint()
    acts = [row.body for row in issued.session.scalars(select(AuditRecord))]
    assert [(act["n_void"], act["n_new"]) for act in acts if act["act"] == "batch_reprinted"] == [
        (N, N)
    ]


def test_a_poster_gets_another_code(session: Session, issued: Issued) -> None:
    county = issued.county
    order = BatchOrder(county.campaign.id, county.citizens.id, (county.units[0].id,), n=9)
    poster = issue_batch(session, order=order, random_bytes=os.urandom, **issued.by)
    issued.batch = poster.batch
    issued.reprint()
    states = [
        token.state
        for token in session.scalars(select(Token).where(Token.batch_id == poster.batch.id))
    ]
    assert sorted(states) == [TokenState.POSTER, TokenState.VOID]


def test_what_nobody_used_is_made_void(issued: Issued) -> None:
    issued.cast(issued.codes[0])
    n_void = void_unused(issued.session, **issued.act, **issued.by)
    assert (n_void, issued.cast(issued.codes[1])) == (N - 1, "annulled")


def test_with_nothing_unused_there_is_nothing_to_make_void(issued: Issued) -> None:
    void_unused(issued.session, **issued.act, **issued.by)
    with pytest.raises(Conflict, match="nothing_unused"):
        void_unused(issued.session, **issued.act, **issued.by)


def test_a_void_batch_is_not_printed_again(issued: Issued) -> None:
    void_batch(issued.session, batch_id=issued.batch.id, **issued.by)
    with pytest.raises(Conflict, match="batch_void"):
        issued.reprint()


def test_another_campaigns_batch_is_not_found(issued: Issued) -> None:
    with pytest.raises(NotFound, match="no_batch"):
        void_unused(issued.session, campaign_id=0, batch_id=issued.batch.id, **issued.by)


def test_issued_is_returned_plus_void_plus_unreturned(issued: Issued) -> None:
    """Cast 3, annul one of them, lose and reprint the rest, cast 2 more, void what is left."""
    for code in issued.codes[:3]:
        issued.cast(code)
    request_annulment(
        issued.session, campaign_id=issued.county.campaign.id, code=issued.codes[0], **issued.by
    )
    confirm_annulment(
        issued.session,
        campaign_id=issued.county.campaign.id,
        random_bytes=os.urandom,
        now=issued.now,
        by=issued.county.officer_a.id,
    )
    for code in issued.reprint()[:2]:
        issued.cast(code)
    void_unused(issued.session, **issued.act, **issued.by)
    account = issued.account()
    assert account.fits
    # 24 planned; 1 annulled and 22 lost were replaced, of the 22 new ones 2 came back.
    assert account == Account(
        n_issued=N,
        n_replaced=23,
        n_codes=47,
        n_returned=4,
        n_void=43,
        n_unreturned=0,
        n_paper=0,
    )


def test_a_code_slipped_in_behind_our_back_shows(issued: Issued) -> None:
    issued.session.add(Token(h=b"x" * 32, batch_id=issued.batch.id, state=TokenState.ISSUED))
    issued.session.flush()
    assert not issued.accounts().fits


def test_while_voting_runs_a_small_batch_is_not_shown(issued: Issued) -> None:
    county = issued.county
    order = BatchOrder(county.campaign.id, county.staff.id, (county.units[1].id,), n=5)
    issue_batch(issued.session, order=order, random_bytes=os.urandom, **issued.by)
    accounts = issued.accounts()
    assert ([line.shown for line in accounts.lines], accounts.total.n_issued) == (
        [True, False],
        N,
    )
