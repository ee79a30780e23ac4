"""Who guesses codes finds none, and the clock tells him nothing that the answer does not."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest
from sqlalchemy import Connection

from surveys.casting.papers import ballot_paper
from surveys.database.engine import Database
from surveys.errors import Conflict, DomainError
from surveys.issuing import crockford
from surveys.issuing.codes import N_RANDOM, new_codes
from surveys.issuing.issue_batch import void_batch
from surveys.opening.keys import KeyStore
from tests.conftest import NOW
from tests.faults.conftest import Note
from tests.faults.halls import Hall, open_hall
from tests.faults.sizes import sizes
from tests.faults.voters import Unanswered
from tests.faults.web import HIDDEN, Phone, serving

N_PAIRS = 2000
DELAY_S = 0.001
AUC_LIMIT = 0.55
Asked = Callable[[str], float]


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


@dataclass(frozen=True)
class Kinds:
    """Codes that are refused, by the reason."""

    hall: Hall
    used: tuple[str, ...]
    void: tuple[str, ...]

    def draw(self, kind: str) -> str:
        """One of them; a nearly right one is no code at all."""
        if kind == "nearly":
            return nearly(secrets.choice(self.hall.codes))
        return secrets.choice(self.used if kind == "used" else self.void)


@pytest.fixture(scope="module")
def kinds(own_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Kinds:
    """Four hundred of each kind, and as many that are still good."""
    store = KeyStore(tmp_path_factory.mktemp("guessed") / "keys")
    hall = open_hall(own_database, n_batches=3, n_codes=400, store=store)
    used, void, _ = hall.batches
    for code in hall.batches[used]:
        hall.cast(code, secrets.token_bytes(16))
    with own_database.transaction() as session:
        void_batch(session, batch_id=void, now=NOW, by=hall.people[0])
    return Kinds(hall, hall.batches[used], hall.batches[void])


by_kind = pytest.mark.parametrize("kind", ["used", "void", "nearly"])


@pytest.mark.faults
@pytest.mark.slow
@by_kind
def test_the_time_at_the_database_does_not_tell_what_a_code_is(
    kinds: Kinds, note: Note, kind: str
) -> None:
    with kinds.hall.database.box() as connection:
        for code in kinds.used[:20]:
            seconds_of(connection, code)
        found = advantage(connection, lambda: kinds.draw(kind))
    note(pairs=N_PAIRS, auc=round(found, 3))
    assert found < AUC_LIMIT


# One worker without the throttle: 4,000 wrong codes would soon be told to wait.
PATIENT = """
import sys
from webapp.commands.serving import serve_application
port = int(sys.argv[sys.argv.index("--port") + 1])
serve_application("tests.faults.patient:application", host="127.0.0.1", port=port, workers=1)
"""


@pytest.fixture(scope="module")
def asked(own_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Asks for a code's paper over HTTP; seconds until the answer is there."""
    with serving(own_database, tmp_path_factory.mktemp("patient"), program=PATIENT) as web:
        phone = Phone(web.port)
        token = dict(HIDDEN.findall(phone.ask("GET", "/b")))["csrf_token"]

        def ask(code: str) -> float:
            phone.hang_up()
            began = time.perf_counter()
            with suppress(Unanswered, Conflict):
                phone.ask("POST", "/b/paper", {"csrf_token": token, "code": code})
            return time.perf_counter() - began

        yield ask
        phone.hang_up()


@pytest.mark.faults
@pytest.mark.slow
@by_kind
def test_the_time_over_http_does_not_tell_what_a_code_is(
    kinds: Kinds, asked: Asked, note: Note, kind: str
) -> None:
    times: tuple[list[float], list[float]] = ([], [])
    for code in kinds.used[:50]:
        asked(code)
    for _ in range(N_PAIRS):
        (unknown,) = new_codes(1, random_bytes=os.urandom)
        pair = [(times[0], kinds.draw(kind)), (times[1], unknown)]
        for seconds, code in pair if secrets.randbelow(2) else reversed(pair):
            seconds.append(asked(code))
    found = area_under_curve(*times)
    medians = [round(1e6 * float(np.median(one))) for one in times]
    note(pairs=N_PAIRS, auc=round(found, 3), medians_us=medians)
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
