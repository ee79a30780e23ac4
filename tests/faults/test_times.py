"""When a ballot was cast does not tell whose it is, though the database's owner knows every code's
moment from the write-ahead log, and opened ballots carry times for the checks. Officer B helps with
all that B sees before anything lands."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import pytest

from surveys.casting.cast_ballot import Marks
from surveys.casting.moments import NOT_TOLD, proven_time
from surveys.casting.packing import unpack
from surveys.database.embedded import Server
from surveys.opening import open_box, unsealing
from surveys.opening.coarse_times import FEWEST, Moment, kept_times
from surveys.opening.keys import Role
from surveys.opening.open_box import sealed_envelopes
from surveys.opening.unsealing import open_layer_a, open_layer_b
from tests.faults.attackers import Links, Loot, Trace, by_time
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
    seen_by_b : ballots as officer B sees them, by their tags; the time is all that was told of it
    tags : code's hash → tag, the truth about them
    """

    loot: Loot
    truth: Links
    moments: dict[bytes, Moment]
    seen_by_b: list[Trace]
    tags: Links

    def linked_with_b(self, told: Mapping[Moment, int]) -> int:
        """How many are named by officer B and the owner, who knows what would be told of each."""
        codes = [replace(code, time=told[self.moments[code.name]]) for code in self.loot.codes]
        claims = by_time(Loot(codes, self.seen_by_b))
        return sum(self.tags.get(code) == tag for code, tag in claims.items())

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
    seen_by_b = what_b_sees(hall)
    hall.open_box()
    loot, truth = opened_box(server, hall, ballots)
    known = {ballot.code_h: (ballot.batch, bucket) for ballot, bucket in moments.items()}
    return Vote(loot, truth, known, seen_by_b, {one.code_h: one.tag for one in ballots})


def what_b_sees(hall: Hall) -> list[Trace]:
    """The ballots as they come out of officer B's layer, in a random order."""
    with hall.database.transaction() as session:
        sealed = list(sealed_envelopes(session, campaign_id=hall.campaign_id))
    layers = list(open_layer_a(sealed, key=hall.secrets[Role.OFFICER_A]))
    seen = []
    for one in open_layer_b(layers, key=hall.secrets[Role.OFFICER_B]):
        body = unpack(one.body)
        time = proven_time(one.told, batch=body.batch, times=body.times)
        assert time is not None
        # Ten minutes and two hours may have the same number; the proof tells B which it is.
        fine = one.told != NOT_TOLD and is_fine(one.told, body.batch, body.times)
        seen.append(Trace(body.device, body.batch, 0, (0, 0), 0, 0, label(time, fine=fine)))
    return seen


def is_fine(told: bytes, batch: int, times: bytes) -> bool:
    """Whether the ten minutes were told, not the two hours."""
    half = len(times) // 2
    return proven_time(told, batch=batch, times=times[:half] + bytes(half)) is not None


def label(time: int, *, fine: bool) -> int:
    """All that is told of a time, as a number."""
    return 2 * time + fine


def told_by_a(found: Mapping[Moment, int]) -> dict[Moment, int]:
    """What officer A tells of each moment."""
    kept = kept_times(found)
    return {
        moment: label(time, fine=time > 0 and found[moment] >= FEWEST)
        for moment, time in kept.items()
    }


def test_the_moment_of_a_code_does_not_name_its_ballot(own_server: Server, note: Note) -> None:
    vote = hold(own_server, "times")
    stored = kept_times(Counter(vote.moments.values()))
    # Pairing at random within each value names one of it rightly, on average.
    n_values = len({(batch, value) for (batch, _), value in stored.items()})
    linked = vote.linked(stored)
    told = told_by_a(Counter(vote.moments.values()))
    n_told = len({(batch, value) for (batch, _), value in told.items()})
    with_b = vote.linked_with_b(told)
    note(linked=linked, with_officer_b=with_b, of=len(vote.truth), values=n_values, told=n_told)
    assert linked <= n_values + 5 * sqrt(n_values)
    assert with_b <= n_told + 5 * sqrt(n_told)
    # The attack is fair: the owner foretells what B sees.
    found = Counter((trace.batch, trace.time) for trace in vote.seen_by_b)
    assert found == Counter((m[0], told[m]) for m in vote.moments.values())
    assert any(ballot.time for ballot in vote.loot.ballots)


def test_exact_times_would_name_all_who_came_alone(
    own_server: Server, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    monkeypatch.setattr(open_box, "kept_times", exactly)
    monkeypatch.setattr(unsealing, "kept_times", exactly)
    monkeypatch.setattr(unsealing, "FEWEST", 1)
    vote = hold(own_server, "exact_times")
    linked = vote.linked(exactly(Counter(vote.moments.values())))
    told = {moment: label(moment[1], fine=True) for moment in vote.moments.values()}
    with_b = vote.linked_with_b(told)
    note(linked=linked, with_officer_b=with_b, of=len(vote.truth))
    assert min(linked, with_b) >= N_BATCHES * (N_CODES - N_TOGETHER)


def exactly(found: Mapping[Moment, int]) -> dict[Moment, int]:
    """What a box would store that keeps all times."""
    return {moment: moment[1] for moment in found}
