"""Who guesses codes finds none, and the clock tells him nothing that the answer does not."""

import os
import secrets
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from sqlalchemy import Connection

from surveys.casting.papers import ballot_paper
from surveys.database.engine import Database
from surveys.errors import DomainError
from surveys.issuing import crockford
from surveys.issuing.codes import N_RANDOM, new_codes
from tests.faults.conftest import Note
from tests.faults.halls import Hall, open_hall
from tests.faults.sizes import sizes

N_PAIRS = 2000
DELAY_S = 0.001
AUC_LIMIT = 0.55


@pytest.fixture
def hall(database: Database) -> Hall:
    """A thousand codes of which half are used."""
    hall = open_hall(database, n_batches=2, n_codes=60)
    for code in hall.codes[:30]:
        hall.cast(code, secrets.token_bytes(16))
    return hall


@pytest.mark.parametrize("n", sizes(2000, 100_000))
def test_no_guessed_code_is_good(hall: Hall, n: int, note: Note) -> None:
    refusals = set()
    with hall.database.box() as connection:
        for code in new_codes(n, random_bytes=os.urandom):
            with pytest.raises(DomainError) as refused:
                ballot_paper(connection, code=code)
            refusals.add(refused.value.code)
    note(guesses=n, hits=0)
    assert refusals == {"code_unknown"}


def test_a_code_that_was_handed_out_is_found(hall: Hall) -> None:
    with hall.database.box() as connection:
        assert ballot_paper(connection, code=hall.codes[-1]).n_issued == 60


def seconds_of(connection: Connection, code: str, *, delay: float = 0) -> float:
    """How long the answer to a code takes."""
    began = time.perf_counter()
    with pytest.raises(DomainError):
        ballot_paper(connection, code=code)
    if delay:
        time.sleep(delay)
    return time.perf_counter() - began


def area_under_curve(ones: list[float], others: list[float]) -> float:
    """How often one of the first takes longer than one of the others; 0.5 tells nothing."""
    ranks = np.argsort(np.argsort(np.concatenate([ones, others]))) + 1.0
    n = len(ones)
    above = ranks[:n].sum() - n * (n + 1) / 2
    return float(max(above, n * len(others) - above) / (n * len(others)))


def advantage(connection: Connection, draw: Callable[[], str], *, delay: float = 0) -> float:
    """How well one kind of code is told from an unknown one by the time of the answer alone."""
    ones: list[float] = []
    others: list[float] = []
    for _ in range(N_PAIRS):
        (unknown,) = new_codes(1, random_bytes=os.urandom)
        pair = [(ones, draw(), delay), (others, unknown, 0.0)]
        # In random order: the second look-up of a pair finds everything warm.
        for times, code, extra in pair if secrets.randbelow(2) else reversed(pair):
            times.append(seconds_of(connection, code, delay=extra))
    return area_under_curve(ones, others)


@pytest.fixture
def quiet_connection(hall: Hall) -> Iterator[Connection]:
    """A connection whose statements are prepared."""
    with hall.database.box() as connection:
        for code in hall.codes[:10]:
            seconds_of(connection, code)
        yield connection


def nearly(code: str) -> str:
    """A code that differs from a live one in its last random character alone."""
    values = crockford.values_of(code)[:N_RANDOM]
    changed = [*values[:-1], (values[-1] + 1 + secrets.randbelow(31)) % 32]
    return crockford.text_of(crockford.with_checks(changed))


# That a code is used or void is said in the answer itself; its time may differ and does.
@pytest.mark.faults
@pytest.mark.slow
def test_the_time_of_an_answer_does_not_tell_how_near_a_guess_is(
    hall: Hall, quiet_connection: Connection, note: Note
) -> None:
    found = advantage(quiet_connection, lambda: nearly(secrets.choice(hall.codes)))
    note(pairs=N_PAIRS, auc=round(found, 3))
    assert found < AUC_LIMIT


@pytest.mark.faults
@pytest.mark.slow
def test_a_millisecond_would_be_noticed(
    hall: Hall, quiet_connection: Connection, note: Note
) -> None:
    def unknown() -> str:
        return new_codes(1, random_bytes=os.urandom)[0]

    found = advantage(quiet_connection, unknown, delay=DELAY_S)
    note(pairs=N_PAIRS, auc=round(found, 3))
    assert found > 0.8
