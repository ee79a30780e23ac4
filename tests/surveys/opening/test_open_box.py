"""Closing and opening, on a real database."""

import os
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.casting.packing import BallotBody, Comment, pack
from surveys.casting.receipts import leaf
from surveys.casting.sealing import seal
from surveys.errors import Conflict, Invalid, Refused
from surveys.issuing.codes import code_hash
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, issue_batch
from surveys.issuing.open_voting import open_voting
from surveys.models import Ballot, CampaignState
from surveys.models import Comment as StoredComment
from surveys.opening import unsealing
from surveys.opening.close_campaign import close_campaign
from surveys.opening.keys import Key, Role
from surveys.opening.open_box import OfficerKeys, open_box, request_opening
from surveys.opening.tree import box_root
from tests.small_county import SmallCounty, build_small_county, campaign_keys, keyring

SUBMIT = text("SELECT outcome FROM box.submit(:batch, :h, :nonce_h, :leaf, :sealed)")


@dataclass
class Vote:
    county: SmallCounty
    issued: IssuedBatch
    keys: dict[Role, Key]

    def officer_keys(self) -> OfficerKeys:
        return OfficerKeys(self.keys[Role.OFFICER_A], self.keys[Role.OFFICER_B])


@pytest.fixture
def vote(session: Session, now: datetime) -> Vote:
    county = build_small_county(session, now=now)
    order = BatchOrder(
        county.campaign.id, county.staff.id, tuple(unit.id for unit in county.units[:2]), n=6
    )
    issued = issue_batch(
        session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id
    )
    keys = campaign_keys(county.campaign.id)
    open_voting(
        session,
        campaign_id=county.campaign.id,
        keyring=keyring(keys),
        keys_kept="server",
        now=now,
        by=county.organizer.id,
    )
    return Vote(county, issued, keys)


def cast(
    session: Session,
    vote: Vote,
    code: str,
    answers: bytes,
    comment: str = "",
    *,
    sealed_as: int | None = None,
) -> str:
    """Cast with a code of the batch; `sealed_as` lets the ballot claim another one."""
    comments = (Comment(1, comment),) if comment else ()
    body = pack(BallotBody(sealed_as or vote.issued.batch.id, answers, comments))
    campaign = vote.county.campaign.id
    sealed = seal(
        body,
        campaign=campaign,
        keys=keyring(vote.keys).sealing,
        casting_key=vote.keys[Role.CASTING].signing_key(),
    )
    row = {
        "batch": vote.issued.batch.id,
        "h": code_hash(code),
        "nonce_h": b"n" * 32,
        "leaf": leaf(sealed),
        "sealed": sealed,
    }
    return str(session.execute(SUBMIT, row).scalar_one())


def cast_three(session: Session, vote: Vote) -> None:
    for code, answers in zip(
        vote.issued.codes, (b"\1\2\3\4", b"\1\1\1\1", b"\xff\2\0\2"), strict=False
    ):
        assert cast(session, vote, code, answers, "多下基层") == "stored"


def close(session: Session, vote: Vote, now: datetime) -> None:
    close_campaign(
        session, campaign_id=vote.county.campaign.id, now=now, by=vote.county.organizer.id
    )


def test_what_was_cast_comes_out_of_the_box(session: Session, now: datetime, vote: Vote) -> None:
    cast_three(session, vote)
    close(session, vote, now)
    campaign_id = vote.county.campaign.id
    request_opening(session, campaign_id=campaign_id, now=now, by=vote.county.officer_a.id)
    n = open_box(
        session,
        campaign_id=campaign_id,
        keys=vote.officer_keys(),
        now=now,
        by=vote.county.officer_b.id,
    )
    answers = session.scalars(select(Ballot.answers).where(Ballot.campaign_id == campaign_id))
    assert (n, sorted(answers)) == (3, sorted([b"\1\2\3\4", b"\1\1\1\1", b"\xff\2\0\2"]))


def test_comments_land_with_their_unit_only(session: Session, now: datetime, vote: Vote) -> None:
    cast_three(session, vote)
    close(session, vote, now)
    campaign_id = vote.county.campaign.id
    request_opening(session, campaign_id=campaign_id, now=now, by=vote.county.officer_a.id)
    open_box(
        session,
        campaign_id=campaign_id,
        keys=vote.officer_keys(),
        now=now,
        by=vote.county.officer_b.id,
    )
    units = set(session.scalars(select(StoredComment.target_id)))
    assert units == {vote.county.units[1].id}


def test_a_closed_campaign_refuses_ballots(session: Session, now: datetime, vote: Vote) -> None:
    close(session, vote, now)
    assert cast(session, vote, vote.issued.codes[0], b"\1\1\1\1") == "closed"


def test_the_close_publishes_the_root_of_the_sorted_leaves(
    session: Session, now: datetime, vote: Vote
) -> None:
    cast_three(session, vote)
    close(session, vote, now)
    leaves = session.scalars(text("SELECT leaf FROM box.published_leaf")).all()
    assert vote.county.campaign.root == box_root(leaves)


def test_a_campaign_closes_only_once(session: Session, now: datetime, vote: Vote) -> None:
    close(session, vote, now)
    with pytest.raises(Conflict, match="campaign_not_open"):
        close(session, vote, now)


def test_one_officer_alone_cannot_open_the_box(session: Session, now: datetime, vote: Vote) -> None:
    close(session, vote, now)
    campaign_id = vote.county.campaign.id
    officer = vote.county.officer_a.id
    request_opening(session, campaign_id=campaign_id, now=now, by=officer)
    with pytest.raises(Refused, match="same_person"):
        open_box(session, campaign_id=campaign_id, keys=vote.officer_keys(), now=now, by=officer)


def test_an_open_campaign_cannot_be_opened(session: Session, now: datetime, vote: Vote) -> None:
    with pytest.raises(Conflict, match="campaign_not_closed"):
        request_opening(
            session, campaign_id=vote.county.campaign.id, now=now, by=vote.county.officer_a.id
        )


def test_an_envelope_removed_after_the_close_is_noticed(
    session: Session, now: datetime, vote: Vote
) -> None:
    cast_three(session, vote)
    close(session, vote, now)
    session.execute(
        text("DELETE FROM box.envelope WHERE leaf = (SELECT min(leaf) FROM box.envelope)")
    )
    campaign_id = vote.county.campaign.id
    request_opening(session, campaign_id=campaign_id, now=now, by=vote.county.officer_a.id)
    with pytest.raises(Invalid, match="count_differs"):
        open_box(
            session,
            campaign_id=campaign_id,
            keys=vote.officer_keys(),
            now=now,
            by=vote.county.officer_b.id,
        )
    assert vote.county.campaign.state is CampaignState.CLOSED


def second_batch(session: Session, vote: Vote, now: datetime, n: int = 6) -> int:
    """Another batch about the same units; its id."""
    county = vote.county
    targets = tuple(unit.id for unit in county.units[:2])
    order = BatchOrder(county.campaign.id, county.staff.id, targets, n=n)
    by = county.organizer.id
    return issue_batch(session, order=order, random_bytes=os.urandom, now=now, by=by).batch.id


def open_with_both(session: Session, vote: Vote, now: datetime) -> int:
    county = vote.county
    campaign_id = county.campaign.id
    request_opening(session, campaign_id=campaign_id, now=now, by=county.officer_a.id)
    return open_box(
        session,
        campaign_id=campaign_id,
        keys=vote.officer_keys(),
        now=now,
        by=county.officer_b.id,
    )


def test_a_ballot_moved_to_a_batch_without_ballots_is_noticed(
    session: Session, now: datetime, vote: Vote
) -> None:
    other = second_batch(session, vote, now)
    cast_three(session, vote)
    cast(session, vote, vote.issued.codes[3], b"\1\1\1\1", sealed_as=other)
    close(session, vote, now)
    with pytest.raises(Invalid, match="batch_overfull") as raised:
        open_with_both(session, vote, now)
    assert raised.value.facts == {"batch": other, "n": 1, "most": 0}


def test_ballots_in_their_own_batches_are_not(session: Session, now: datetime, vote: Vote) -> None:
    second_batch(session, vote, now)
    cast_three(session, vote)
    cast(session, vote, vote.issued.codes[3], b"\1\1\1\1")
    close(session, vote, now)
    assert open_with_both(session, vote, now) == 4


def test_more_ballots_than_codes_are_noticed(session: Session, now: datetime, vote: Vote) -> None:
    cast_three(session, vote)
    close(session, vote, now)
    vote.issued.batch.n_issued = 2
    with pytest.raises(Invalid, match="batch_overfull") as raised:
        open_with_both(session, vote, now)
    assert raised.value.facts["most"] == 2


def test_times_that_officer_a_made_up_are_noticed(
    session: Session, now: datetime, vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast_three(session, vote)
    close(session, vote, now)
    made_up = (2_950_000).to_bytes(4) + bytes(16)
    monkeypatch.setattr(unsealing, "_told", lambda *_: made_up)
    with pytest.raises(Invalid, match="time_differs") as raised:
        open_with_both(session, vote, now)
    assert raised.value.facts == {"n": 3}
