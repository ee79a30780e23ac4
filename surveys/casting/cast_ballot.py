"""Cast a ballot: one statement stores it and uses its code up, or says why not."""

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from surveys.casting.answers import Answers
from surveys.casting.box_call import Asked, BoxCall, Row, box_row, int4
from surveys.casting.casting_keys import CastingKeys
from surveys.casting.moments import new_note
from surveys.casting.packing import NOT_RECORDED, BallotBody, pack
from surveys.casting.papers import Paper, refuse
from surveys.casting.receipts import Receipt, leaf, sign_receipt
from surveys.casting.sealing import seal
from surveys.errors import Invalid
from surveys.issuing.codes import ballot_identity_hash, code_hash, parse_code

SHORTEST_NONCE = 16
LONGEST_NONCE = 64

_SUBMIT: Final = BoxCall(
    "submit",
    "SELECT outcome, leaf FROM box.submit($1::integer, $2::bytea, $3::bytea, $4::bytea, $5::bytea)",
    locks=1,
)
_SUBMIT_OPEN: Final = BoxCall(
    "submit_open",
    "SELECT outcome, leaf FROM box.submit_open("
    "$1::integer, $2::bytea, $3::bytea, $4::bytea, $5::bytea, $6::bytea)",
    locks=2,
)


@dataclass(frozen=True, slots=True)
class Marks:
    """The little that goes into the envelope beside the answers.

    Parameters
    ----------
    bucket : ten-minute bucket since 1970 in UTC, 0 not recorded
    seconds : as `BallotBody`; both are left out for batches of fewer than 30 codes
    network, device : keyed tags of 8 bytes, zeros if not recorded
    """

    bucket: int = 0
    seconds: int = 0
    network: bytes = NOT_RECORDED
    device: bytes = NOT_RECORDED


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Voter:
    """By what the box knows one voter's ballot.

    Parameters
    ----------
    code : as scanned or typed
    nonce : 16..64 bytes the page drew and repeats with every new attempt
    identity : 16 bytes of this browser; used with a poster's open code alone
    """

    code: str
    nonce: bytes
    identity: bytes = b""


def cast_ballot(
    connection: Connection,
    *,
    paper: Paper,
    voter: Voter,
    answers: Answers,
    keys: CastingKeys,
    marks: Marks = NO_MARKS,
) -> Receipt:
    """Seal a ballot and put it into the box.

    The same code and nonce give the same receipt again, also after the close.

    Parameters
    ----------
    connection : of the public role, each statement its own transaction; when this returns, the
        ballot is committed
    paper : what the voter answered on
    answers : as `AnswerSheet.read` gives them

    Raises
    ------
    Invalid : ``bad_nonce``, ``wrong_number_of_answers`` (found, expected), or as `parse_code`,
        `ballot_identity_hash`, `pack` and `seal`
    NotFound : ``code_unknown``, also where the code belongs to another paper
    Conflict : ``code_used``, ``campaign_closed``, ``campaign_not_open``, ``batch_void``
    """
    sealed = seal_ballot(paper, answers=answers, keys=keys, marks=marks)
    asked = ballot_call(paper, voter=voter, sealed=sealed)
    return receipt_of(box_row(connection, *asked), paper=paper, keys=keys)


def seal_ballot(
    paper: Paper, *, answers: Answers, keys: CastingKeys, marks: Marks = NO_MARKS
) -> bytes:
    """Pack, stamp and seal a ballot; needs no connection, so none waits for it.

    Raises
    ------
    Invalid : ``wrong_number_of_answers`` (found, expected), or as `pack` and `seal`
    """
    if len(answers.packed) != paper.n_answers:
        raise Invalid(
            "wrong_number_of_answers", found=len(answers.packed), expected=paper.n_answers
        )
    note = new_note(paper.batch_id, marks.bucket if paper.timed else 0)
    body = BallotBody(
        batch=paper.batch_id,
        answers=answers.packed,
        comments=answers.comments,
        times=note.commitments(),
        seconds=marks.seconds if paper.timed else 0,
        network=marks.network,
        device=marks.device,
    )
    return seal(
        pack(body),
        campaign=paper.campaign_id,
        keys=paper.keys,
        casting_key=keys.stamp,
        note=note,
    )


def ballot_call(paper: Paper, *, voter: Voter, sealed: bytes) -> Asked:
    """The one statement that puts a sealed ballot into the box.

    Raises
    ------
    Invalid : ``bad_nonce``, or as `parse_code` and `ballot_identity_hash`
    """
    if not SHORTEST_NONCE <= len(voter.nonce) <= LONGEST_NONCE:
        raise Invalid("bad_nonce", length=len(voter.nonce))
    code = parse_code(voter.code)
    batch = int4(paper.batch_id)
    content = (
        hashlib.sha256(b"gongping|nonce|" + voter.nonce).digest(),
        leaf(sealed),
        sealed,
    )
    if not paper.open_code:
        return _SUBMIT, (batch, code_hash(code), *content)
    identity = ballot_identity_hash(code, voter.identity)
    return _SUBMIT_OPEN, (batch, code_hash(code), identity, *content)


def receipt_of(row: Row | None, *, paper: Paper, keys: CastingKeys) -> Receipt:
    """The receipt for what `ballot_call` was answered.

    Raises
    ------
    NotFound, Conflict : as `cast_ballot`
    """
    outcome, stored = row or (None, None)
    if outcome not in {b"stored", b"replayed"} or stored is None:
        refuse(outcome.decode() if outcome else None)
    return sign_receipt(stored, campaign=paper.campaign_id, key=keys.receipts)
