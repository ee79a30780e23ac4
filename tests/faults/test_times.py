"""When a ballot was cast does not tell whose it is, though the database's owner knows every code's
moment from the write-ahead log, and opened ballots carry times for the checks."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import pytest

from surveys.casting.cast_ballot import Marks
from surveys.database.embedded import Server
from surveys.opening import open_box
from surveys.opening.coarse_times import Moment, kept_times
from tests.faults.attackers import Links, Loot, by_time
from tests.faults.ballots import NONCE_MARK, MarkedBallot, marked_ballots, opened_box
from tests.faults.conftest import Note
from tests.faults.halls import Hall, database_on, open_hall

N_BATCHES = 4
N_CODES = 40  # enough for times to be recorded at all
N_TOGETHER = 15
FIRST_BUCKET = 2_950_000
TEN_DAYS = 1440


@dataclass(frozen=True)
class Vote:
    """Ten days of voting: a meeting in each batch, the others one by one.

    Parameters
    ----------
    moments : code's hash → (batch, bucket), as the log tells
    """

    loot: Loot
    truth: Links
    moments: dict[bytes, Moment]

    def linked(self, stored: Mapping[Moment, int]) -> int:
        """How many ballots are named rightly by who knows what is stored of each moment."""
        codes = [replace(code, time=stored[self.moments[code.name]]) for code in self.loot.codes]
        claims = by_time(Loot(codes, self.loot.ballots))
        return sum(self.truth.get(code) == ballot for code, ballot in claims.items())


def hold(server: Server, name: str) -> Vote:
    """Let everybody vote, in a database of their own."""
    with database_on(server, name) as database:
        return voted(server, open_hall(database, n_batches=N_BATCHES, n_codes=N_CODES))


def voted(server: Server, hall: Hall) -> Vote:
    """Let each vote at a moment of their own."""
    rng = random.SystemRandom()
    ballots = marked_ballots(hall)
    moments: dict[MarkedBallot, int] = {}
    for batch in hall.batches:
        own = [ballot for ballot in ballots if ballot.batch == batch]
        alone = rng.sample(range(FIRST_BUCKET, FIRST_BUCKET + TEN_DAYS), len(own))
        for place, ballot in enumerate(own):
            moments[ballot] = alone[0] if place < N_TOGETHER else alone[place]
    for ballot, bucket in sorted(moments.items(), key=lambda each: each[1]):
        marks = Marks(bucket=bucket, device=ballot.tag)
        hall.cast(ballot.code, NONCE_MARK + rng.randbytes(16), answers=ballot.answers, marks=marks)
    hall.close()
    hall.open_box()
    loot, truth = opened_box(server, hall, ballots)
    known = {ballot.code_h: (ballot.batch, bucket) for ballot, bucket in moments.items()}
    return Vote(loot, truth, known)


def test_the_moment_of_a_code_does_not_name_its_ballot(own_server: Server, note: Note) -> None:
    vote = hold(own_server, "times")
    stored = kept_times(Counter(vote.moments.values()))
    # Pairing at random within each value names one of it rightly, on average.
    n_values = len({(batch, value) for (batch, _), value in stored.items()})
    linked = vote.linked(stored)
    note(linked=linked, of=len(vote.truth), values=n_values)
    assert linked <= n_values + 5 * sqrt(n_values)
    assert any(ballot.time for ballot in vote.loot.ballots)


def test_exact_times_would_name_all_who_came_alone(
    own_server: Server, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    monkeypatch.setattr(open_box, "kept_times", exactly)
    vote = hold(own_server, "exact_times")
    linked = vote.linked(exactly(Counter(vote.moments.values())))
    note(linked=linked, of=len(vote.truth))
    assert linked >= N_BATCHES * (N_CODES - N_TOGETHER)


def exactly(found: Mapping[Moment, int]) -> dict[Moment, int]:
    """What a box would store that keeps all times."""
    return {moment: moment[1] for moment in found}
