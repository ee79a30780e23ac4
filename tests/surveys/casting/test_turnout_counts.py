"""Turnout is what lies in the box, also while ballots come in from all sides."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Voter, cast_ballot
from surveys.errors import Conflict
from tests.surveys.casting.voting import Voting

ANSWERS = Answers(bytes([1, 2, 2, 3, 255, 2, 2]))
COUNTS = text("SELECT batch_id, n_returned FROM box.turnout(:campaign)")
STRAYED = text("""
    SELECT count(*) FROM box.envelope e JOIN box.token t ON t.h = e.token_h
    WHERE t.batch_id <> e.batch_id
""")


def counts(voting: Voting) -> dict[int, int]:
    """Returned ballots by batch, as the box says."""
    with voting.database.box() as connection:
        rows = connection.execute(COUNTS, {"campaign": voting.campaign_id})
        return {row.batch_id: row.n_returned for row in rows}


def cast(voting: Voting, code: str, nonce: bytes) -> bool:
    """Cast; False where the code was used."""
    paper = voting.paper(voting.codes[-1])
    try:
        with voting.database.box() as connection:
            cast_ballot(
                connection,
                paper=paper,
                voter=Voter(code, nonce, nonce),
                answers=ANSWERS,
                keys=voting.keys,
            )
    except Conflict:
        return False
    return True


def test_counts_equal_envelopes_when_many_cast_at_once(voting: Voting) -> None:
    """Each code is tried twice, one nonce of two replayed: one ballot for each code."""
    tries = [(code, bytes([attempt]) * 16) for code in voting.codes[:30] for attempt in (1, 1, 2)]
    with ThreadPoolExecutor(12) as voters:
        list(voters.map(lambda one: cast(voting, *one), tries))
    assert counts(voting) == {voting.batch_id: 30}
    assert voting.n_envelopes() == 30


def test_counts_never_go_down_nor_ahead_of_what_is_committed(voting: Voting) -> None:
    seen = []
    for place, code in enumerate(voting.codes[:5], start=1):
        cast(voting, code, b"n" * 16)
        seen.append((counts(voting)[voting.batch_id], place))
    assert seen == [(place, place) for place in range(1, 6)]


def test_a_batch_without_ballots_counts_none(voting: Voting) -> None:
    other = voting.another_batch()
    cast(voting, voting.codes[0], b"n" * 16)
    assert counts(voting) == {voting.batch_id: 1, other.batch_id: 0}


def test_a_posters_ballots_are_counted_under_the_poster(poster: Voting) -> None:
    for voter in range(3):
        cast(poster, poster.codes[0], bytes([voter]) * 16)
    assert counts(poster) == {poster.batch_id: 3}


def test_every_envelope_is_counted_under_its_codes_own_batch(voting: Voting) -> None:
    cast(voting, voting.codes[0], b"n" * 16)
    with voting.database.transaction() as session:
        assert session.scalar(STRAYED) == 0
        session.execute(text("UPDATE box.envelope SET batch_id = batch_id + 1"))
        assert session.scalar(STRAYED) != 0
        session.rollback()
