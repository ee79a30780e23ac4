"""The clock jumps by days, hours, an hour of summer time: closed stays closed, open stays open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from surveys.database.embedded import running
from surveys.database.engine import Database
from surveys.errors import DomainError
from surveys.models import Campaign, Envelope
from surveys.opening.tree import box_root
from tests.faults.bare import HERE, BareServer, started
from tests.faults.halls import Hall, database_on, open_hall

LIBRARIES = [
    *Path("/usr/lib").glob("*/faketime/libfaketime.so.1"),
    *Path("/usr/lib/faketime").glob("libfaketime.so.1"),
]
JUMPS = {
    "a day on": timedelta(days=1),
    "a day back": timedelta(days=-1),
    "summer time begins": timedelta(hours=1),
    "summer time ends": timedelta(hours=-1),
    "a minute back": timedelta(minutes=-1),
    "a year back": timedelta(days=-366),
}
jumping = pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)


@dataclass(frozen=True)
class Clock:
    """The database's clock, and a hall on it."""

    database: Database
    hand: Path

    def jump(self, by: timedelta) -> None:
        """Set it; and see that the database believes it."""
        self.hand.write_text(f"{int(by.total_seconds()):+d}")
        with self.database.transaction() as session:
            told = session.execute(select(func.clock_timestamp())).scalar_one()
        assert abs(told - datetime.now(UTC) - by) < timedelta(seconds=30)


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clock]:
    """A server whose time is read from a file."""
    if not LIBRARIES:
        pytest.skip("wants libfaketime, to set the database's clock")
    data_dir = tmp_path_factory.mktemp("clock") / "data"
    with running(data_dir) as made, database_on(made):
        pass
    hand = data_dir / "cluster" / "clock"
    hand.write_text("+0")
    hand.chmod(0o644)
    lie = {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": f"{HERE}/clock",
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with (
        started(BareServer(data_dir / "cluster", environment=lie)) as bare,
        database_on(bare.server) as database,
    ):
        yield Clock(database, hand)


@pytest.fixture
def hall(clock: Clock) -> Hall:
    """A campaign of its own, at the right time."""
    clock.jump(timedelta())
    return open_hall(clock.database, n_codes=4)


def refusal(hall: Hall, code: str) -> str:
    """Why a ballot is not taken; empty where it is."""
    try:
        hall.cast(code, b"n" * 16)
    except DomainError as error:
        return error.code
    return ""


def in_box(hall: Hall) -> tuple[int, bool]:
    """How many ballots there are, and whether all are under the published root."""
    with hall.database.transaction() as session:
        leaves = session.scalars(
            select(Envelope.leaf).where(Envelope.batch_id.in_(hall.batches)).order_by(Envelope.leaf)
        ).all()
        published = session.get_one(Campaign, hall.campaign_id).root
    return len(leaves), published == box_root(leaves)


@jumping
def test_a_closed_box_stays_closed_when_the_clock_jumps(
    clock: Clock, hall: Hall, jump: timedelta
) -> None:
    assert refusal(hall, hall.codes[0]) == ""
    hall.close()
    clock.jump(jump)
    assert [refusal(hall, code) for code in hall.codes[1:]] == ["campaign_closed"] * 3
    assert in_box(hall) == (1, True)


@jumping
def test_an_open_box_stays_open_until_it_is_closed_in_whatever_time(
    clock: Clock, hall: Hall, jump: timedelta
) -> None:
    clock.jump(jump)
    assert refusal(hall, hall.codes[0]) == ""
    hall.close()
    clock.jump(timedelta())
    assert [refusal(hall, code) for code in hall.codes[1:]] == ["campaign_closed"] * 3
    assert in_box(hall) == (1, True)


def test_a_batchs_window_follows_the_clock_but_reopens_no_closed_box(
    clock: Clock, hall: Hall
) -> None:
    with clock.database.transaction() as session:
        session.execute(
            text("UPDATE batch SET closes_at = now() + interval '1 hour' WHERE campaign_id = :c"),
            {"c": hall.campaign_id},
        )
    clock.jump(timedelta(hours=2))
    assert refusal(hall, hall.codes[0]) == "campaign_closed"
    clock.jump(timedelta())
    assert refusal(hall, hall.codes[0]) == ""
    hall.close()
    assert refusal(hall, hall.codes[1]) == "campaign_closed"


@contextmanager
def closing_by_the_clock(database: Database) -> Iterator[None]:
    """A box that compares times, as one would naively write it."""
    with database.transaction() as session:
        source = str(session.scalar(text("SELECT pg_get_functiondef('box.submit'::regproc)")))
        naive = source.replace("c.state = 'open'", "now() < coalesce(c.closed_at, 'infinity')")
        assert naive != source
        session.connection().exec_driver_sql(naive.replace("%", "%%"))
    yield
    with database.transaction() as session:
        session.connection().exec_driver_sql(source.replace("%", "%%"))


def test_a_box_that_compares_times_takes_late_ballots(clock: Clock, hall: Hall) -> None:
    with closing_by_the_clock(clock.database):
        hall.close()
        assert refusal(hall, hall.codes[0]) == "campaign_closed"
        clock.jump(JUMPS["a year back"])
        assert refusal(hall, hall.codes[1]) == ""
    assert in_box(hall) == (1, False)
