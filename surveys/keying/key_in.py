"""Key a paper ballot in: one person, then another who does not see what the first one read.

Two readings that agree go into the box the way every ballot does, and use the code up. Two that
differ wait for a third person, who is told where they differ. What was read is kept nowhere.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Voter, cast_ballot
from surveys.casting.casting_keys import CastingKeys
from surveys.casting.papers import Paper
from surveys.errors import Conflict, Refused
from surveys.issuing.codes import code_hash, parse_code
from surveys.keying.prints import differing, paper_nonce, prints
from surveys.models import Batch, KeyedPaper, KeyedState, Token, TokenState


@dataclass(frozen=True)
class Reading:
    """What one person read on one paper.

    Parameters
    ----------
    code : as scanned or typed from the paper
    answers : as `AnswerSheet.read` gives them, or None where it cannot be read
    """

    paper: Paper
    code: str
    answers: Answers | None

    @property
    def h(self) -> bytes:
        """The code's hash."""
        return code_hash(parse_code(self.code))


def key_in(
    session: Session,
    *,
    box: Connection,
    reading: Reading,
    keys: CastingKeys,
    now: datetime,
    by: int,
) -> KeyedState:
    """Take a reading; cast the ballot, or make its code void, where a second one agrees.

    Parameters
    ----------
    box : of the public role, each statement its own transaction

    Returns
    -------
    ``once``: waits for a second person, also where three readings all differ and the last one
    counts as the first; ``differs``: waits for a third; ``cast``; ``spoiled``

    Raises
    ------
    Refused : ``keyed_by_you``: every reading is another person's
    Conflict : ``code_used``, ``code_annulled``, ``poster_on_paper``; others as `cast_ballot`
    """
    if reading.paper.open_code:
        raise Conflict("poster_on_paper")
    found = prints(packed_of(reading), h=reading.h, key=keys.tags)
    # Of two first readings at the same moment one is the second.
    first = insert(KeyedPaper).values(
        token_h=reading.h,
        batch_id=reading.paper.batch_id,
        state=KeyedState.ONCE,
        first_keyer=by,
        first_prints=found,
    )
    if session.scalar(first.on_conflict_do_nothing().returning(KeyedPaper.batch_id)) is not None:
        note(session, "paper_keyed", reading, now=now, by=by)
        return KeyedState.ONCE
    row = session.get_one(KeyedPaper, reading.h, with_for_update=True, populate_existing=True)
    require_another(row, by)
    if found in {row.first_prints, row.second_prints}:
        return settle(session, box=box, row=row, reading=reading, keys=keys, now=now, by=by)
    return disagree(session, row=row, reading=reading, found=found, now=now, by=by)


def require_another(row: KeyedPaper, by: int) -> None:
    """Refuse a person's second reading, and papers that are done."""
    if row.state is KeyedState.CAST:
        raise Conflict("code_used")
    if row.state is KeyedState.SPOILED:
        raise Conflict("code_annulled")
    if by in {row.first_keyer, row.second_keyer}:
        raise Refused("keyed_by_you")


def settle(
    session: Session,
    *,
    box: Connection,
    row: KeyedPaper,
    reading: Reading,
    keys: CastingKeys,
    now: datetime,
    by: int,
) -> KeyedState:
    """Two readings agree: into the box with it, or its code is void."""
    if reading.answers is None:
        session.get_one(Token, row.token_h).state = TokenState.VOID
        row.state = KeyedState.SPOILED
    else:
        # Committed before we note it: if the note is lost, the same nonce casts no second ballot.
        voter = Voter(reading.code, paper_nonce(row.token_h, key=keys.tags))
        cast_ballot(box, paper=reading.paper, voter=voter, answers=reading.answers, keys=keys)
        row.state = KeyedState.CAST
    row.first_prints = row.second_prints = None
    row.first_keyer = row.second_keyer = None
    act = "paper_cast" if row.state is KeyedState.CAST else "paper_spoiled"
    note(session, act, reading, now=now, by=by)
    session.flush()
    return row.state


def disagree(
    session: Session, *, row: KeyedPaper, reading: Reading, found: bytes, now: datetime, by: int
) -> KeyedState:
    """A second reading waits for a third; a third that is like neither begins anew."""
    third = row.state is KeyedState.DIFFERS
    row.state = KeyedState.ONCE if third else KeyedState.DIFFERS
    if third:
        row.first_keyer, row.first_prints = by, found
        row.second_keyer = row.second_prints = None
    else:
        row.second_keyer, row.second_prints = by, found
    note(session, "paper_differs", reading, now=now, by=by)
    session.flush()
    return row.state


def standing_of_paper(session: Session, *, code: str, by: int) -> KeyedPaper | None:
    """What is known of a paper before it is keyed; errors of `require_another`."""
    row = session.get(KeyedPaper, code_hash(parse_code(code)), populate_existing=True)
    if row is not None:
        require_another(row, by)
    return row


def unclear_places(row: KeyedPaper | None) -> frozenset[int]:
    """Places of the answer bytes at which a third person should look closely."""
    if row is None or row.first_prints is None or row.second_prints is None:
        return frozenset()
    return differing(row.first_prints, row.second_prints)


def packed_of(reading: Reading) -> bytes | None:
    """The answer bytes that were read."""
    return None if reading.answers is None else reading.answers.packed


def note(session: Session, act: str, reading: Reading, *, now: datetime, by: int) -> None:
    """Write it into the log: the batch, never the code."""
    record(
        session,
        act,
        at=now,
        by=by,
        campaign=reading.paper.campaign_id,
        batch=reading.paper.batch_id,
    )


@dataclass(frozen=True)
class KeyedCounts:
    """Paper ballots of a campaign by how far they are."""

    n_once: int
    n_differ: int
    n_cast: int
    n_spoiled: int


def keyed_counts(session: Session, *, campaign_id: int) -> KeyedCounts:
    """Count them."""
    counted = (
        select(KeyedPaper.state, func.count())
        .join(Batch, Batch.id == KeyedPaper.batch_id)
        .where(Batch.campaign_id == campaign_id)
        .group_by(KeyedPaper.state)
    )
    found = dict.fromkeys(KeyedState, 0)
    for state, n in session.execute(counted):
        found[state] = n
    return KeyedCounts(
        n_once=found[KeyedState.ONCE],
        n_differ=found[KeyedState.DIFFERS],
        n_cast=found[KeyedState.CAST],
        n_spoiled=found[KeyedState.SPOILED],
    )
