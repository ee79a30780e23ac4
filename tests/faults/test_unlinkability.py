"""Who owns the database after the opening links no ballot to its code better than by chance."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import pytest

from surveys.database.embedded import Server
from surveys.database.engine import Database
from tests.faults.attackers import LINKERS, Links, Loot, by_length, by_transaction
from tests.faults.ballots import (
    MarkedBallot,
    cast_all,
    marked_ballots,
    naive_box,
    opened_box,
    without_padding,
)
from tests.faults.conftest import Note
from tests.faults.halls import database_on, open_hall
from tests.faults.sizes import sizes

N_GROUPS = 60


@dataclass(frozen=True)
class Evening:
    """A vote that is over.

    Parameters
    ----------
    limit : exact links that chance alone gives, and some standard deviations more
    """

    loot: Loot
    truth: Links
    ballots: list[MarkedBallot]
    limit: float

    def links(self, attack: Callable[[Loot], Links], loot: Loot | None = None) -> int:
        """How many ballots an attacker names rightly."""
        claims = attack(loot or self.loot)
        return sum(self.truth.get(code) == ballot for code, ballot in claims.items())


# Pairing a group at random names one ballot of it rightly, on average, with variance one. Chance
# passes 3 deviations once in 500 attacks: too often for a test that runs all day.
@pytest.fixture(scope="module", params=sizes((10, 5), (50, 3)))
def evening(own_server: Server, request: pytest.FixtureRequest) -> Evening:
    n_codes, deviations = request.param
    with database_on(own_server, f"evening{n_codes}") as database:
        hall = open_hall(database, n_batches=N_GROUPS, n_codes=n_codes)
        ballots = marked_ballots(hall)
        cast_all(hall, ballots)
        hall.close()
        assert hall.open_box() == len(ballots)
        loot, truth = opened_box(own_server, hall, ballots)
    limit = N_GROUPS + deviations * sqrt(N_GROUPS)
    return Evening(loot, truth, ballots, limit)


def test_the_truth_is_known_of_every_ballot(evening: Evening) -> None:
    assert len(evening.truth) == len(evening.loot.codes) == len(evening.loot.ballots)
    assert {code.name for code in evening.loot.codes} == set(evening.truth)


@pytest.mark.parametrize("attack", LINKERS, ids=lambda attack: attack.__name__)
def test_no_attacker_does_better_than_chance(
    evening: Evening, attack: Callable[[Loot], Links], note: Note
) -> None:
    linked = evening.links(attack)
    note(linked=linked, of=len(evening.ballots), limit=round(evening.limit))
    assert linked <= evening.limit


def test_without_padding_lengths_would_link(evening: Evening, note: Note) -> None:
    linked = evening.links(by_length, without_padding(evening.loot, evening.ballots))
    note(linked=linked, of=len(evening.ballots))
    assert linked > 2 * evening.limit


@pytest.mark.parametrize("n_codes", sizes(10, 50))
def test_a_naive_box_is_linked_whole(
    own_server: Server, own_database: Database, n_codes: int, note: Note
) -> None:
    hall = open_hall(own_database, n_batches=N_GROUPS, n_codes=n_codes)
    ballots = marked_ballots(hall)
    with database_on(own_server, f"naive{n_codes}") as database:
        loot, truth = naive_box(own_server, database, ballots)
    claims = by_transaction(loot)
    note(linked=sum(truth[code] == ballot for code, ballot in claims.items()), of=len(ballots))
    assert claims == truth
