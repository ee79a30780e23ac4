"""The turnout's page over a full box, while viewers look at it and ballots stream in."""

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from sqlalchemy import text

from benchmarks.casting import milliseconds
from benchmarks.full_county import FullCounty, full_county
from benchmarks.raw_rate import pgbench
from benchmarks.servers import Bench, bench_server, office_pages
from benchmarks.watchers import watch
from surveys.accounts.sessions import start_session
from surveys.casting.sealing import SEALED_LENGTH
from surveys.monitoring.turnout import returned_by_batch
from webapp.commands.serving import WORKERS

LIMIT_MS: Final = 200.0
# The server's own habits come to rest: first counts, connections, compiled templates.
WARM_UP_S: Final = 8.0
# Nothing of the filling is logged: see `full_county`.
SETTINGS: Final = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB"}

# As many ballots at a time as a small hall sends.
CLIENTS: Final = 8

Say = Callable[[str], None]

_STREAM = f"""\\set number :next + :client_id + :clients * :k
\\set batch :first_batch + :number % :n_batches
\\set k :k + 1
SELECT * FROM box.submit(
    (:batch)::integer,
    sha256(convert_to('county|' || (:number)::bigint, 'UTF8')),
    sha256(int8send(:number)), sha256(int8send(:number + 1)),
    decode(repeat('c5', {SEALED_LENGTH}), 'hex'))
"""


@dataclass(frozen=True)
class TurnoutPlan:
    """What is measured.

    Parameters
    ----------
    envelopes : in the box before anybody looks
    units : each with a batch of every group and channel
    viewers : browsers with the page open
    ballots : that come in a second meanwhile
    seconds : of the measurement
    workers : processes of the web server
    full_size : whether the ballots laid into the box have their real size; else a tenth of the disk
        is enough
    """

    envelopes: int = 1_000_000
    units: int = 300
    viewers: int = 20
    ballots: float = 300
    seconds: float = 30
    workers: int = WORKERS
    full_size: bool = False


@dataclass(frozen=True)
class TurnoutFigures:
    """What was found.

    Parameters
    ----------
    page_p50_ms, page_p95_ms : of the whole page
    part_p50_ms, part_p95_ms : of the parts that a page renews, by an event or after ten seconds
    limit_ms, ratio : what the median of the page may take, and page_p50_ms of that
    n_pages, n_parts, n_events, n_listening : how often
    refused : answers that were no 200, by status
    count_ms : one count of the whole box, with nobody else about
    stored_per_s : ballots that came in while they looked
    stored_wait_ms : mean time of one of them, and the same with nobody looking
    load_before : load average of the machine before the run
    """

    page_p50_ms: float
    page_p95_ms: float
    part_p50_ms: float
    part_p95_ms: float
    limit_ms: float
    ratio: float
    n_pages: int
    n_parts: int
    n_events: int
    n_listening: int
    refused: dict[int, int]
    count_ms: float
    stored_per_s: float
    stored_wait_ms: float
    stored_wait_alone_ms: float
    n_batches: int
    load_before: float
    plan: TurnoutPlan

    def as_json(self) -> dict[str, object]:
        """All of it, for a program."""
        return asdict(self)


def measure_turnout(plan: TurnoutPlan, say: Say) -> TurnoutFigures:
    """Measure on servers of its own."""
    load = os.getloadavg()[0]
    alone_s = min(plan.seconds, 10)
    whole_s = plan.seconds + WARM_UP_S
    n_unused = tokens_of(plan.ballots, alone_s) + tokens_of(plan.ballots, whole_s)
    with bench_server(SETTINGS) as bench:
        say(f"filling a box with {plan.envelopes:,} envelopes")
        county = full_county(
            bench.campaign,
            n_units=plan.units,
            n_envelopes=plan.envelopes,
            n_unused=n_unused,
            full_size=plan.full_size,
        )
        count_ms = counting_ms(bench, county)
        say(f"one count takes {count_ms} ms")
        say("ballots, with nobody looking")
        alone = Stream(bench, county, plan.ballots, county.n_envelopes, alone_s)
        with alone.running():
            time.sleep(alone_s)
        cookies = log_ins(bench, plan.viewers)
        path = f"/office/campaigns/{county.campaign_id}/turnout"
        with office_pages(bench, workers=plan.workers) as port:
            say(f"{plan.viewers} viewers")
            stream = Stream(bench, county, plan.ballots, alone.next_number, whole_s)
            with stream.running():
                watch(port, path, cookies, seconds=WARM_UP_S)
                looked = watch(port, path, cookies, seconds=plan.seconds)
    page = milliseconds(looked.pages, 50)
    return TurnoutFigures(
        page_p50_ms=page,
        page_p95_ms=milliseconds(looked.pages, 95),
        part_p50_ms=milliseconds(looked.parts, 50),
        part_p95_ms=milliseconds(looked.parts, 95),
        limit_ms=LIMIT_MS,
        ratio=round(page / LIMIT_MS, 3),
        n_pages=len(looked.pages),
        n_parts=len(looked.parts),
        n_events=looked.n_events,
        n_listening=looked.n_listening,
        refused=looked.refused,
        count_ms=count_ms,
        stored_per_s=stream.stored_per_s,
        stored_wait_ms=stream.wait_ms,
        stored_wait_alone_ms=alone.wait_ms,
        n_batches=county.n_batches,
        load_before=round(load, 2),
        plan=plan,
    )


@dataclass
class Stream:
    """Ballots that come in, so many a second, at random moments; read when it is over.

    Parameters
    ----------
    first : number of the first token
    """

    bench: Bench
    county: FullCounty
    a_second: float
    first: int
    seconds: float
    stored_per_s: float = 0.0
    wait_ms: float = 0.0

    @property
    def next_number(self) -> int:
        """From there on tokens are unused: clients do not come equally often."""
        return self.first + tokens_of(self.a_second, self.seconds)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let them come while the block lasts."""
        before = n_stored(self.bench, self.county)
        script = Path(self.bench.config.data_dir) / "stream.sql"
        script.write_text(_STREAM)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(
                pgbench,
                self.bench,
                script,
                f"--client={CLIENTS}",
                f"--rate={self.a_second}",
                f"--time={round(self.seconds)}",
                f"--define=next={self.first}",
                f"--define=first_batch={self.county.first_batch}",
                f"--define=n_batches={self.county.n_batches}",
                f"--define=clients={CLIENTS}",
                "--define=k=0",
            )
            yield
            done = running.result()
        calls = re.search(r"actually processed: ([0-9]+)", done.stdout)
        wait = re.search(r"latency average = ([0-9.]+)", done.stdout)
        if done.returncode or not calls or not wait:
            raise RuntimeError(done.stderr or done.stdout)
        stored = n_stored(self.bench, self.county) - before
        if stored != int(calls[1]):
            raise RuntimeError(f"pgbench made {calls[1]} calls and stored {stored} envelopes")
        self.stored_per_s = round(stored / self.seconds, 1)
        self.wait_ms = float(wait[1])


def tokens_of(a_second: float, seconds: float) -> int:
    """Tokens laid out for a stream."""
    return int(1.5 * a_second * seconds) + 1_000


def n_stored(bench: Bench, county: FullCounty) -> int:
    """Ballots in the county's box."""
    with bench.campaign.database.transaction() as session:
        return sum(returned_by_batch(session, campaign_id=county.campaign_id).values())


def counting_ms(bench: Bench, county: FullCounty) -> float:
    """The least of three counts of the whole box."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        n_stored(bench, county)
        taken.append(time.perf_counter() - began)
    return round(min(taken) * 1e3, 1)


def log_ins(bench: Bench, n: int) -> list[str]:
    """Cookies of so many browsers, each logged in."""
    secrets = [token_urlsafe(32) for _ in range(n)]
    with bench.campaign.database.transaction() as session:
        by = session.scalar(text("SELECT min(id) FROM account")) or 0
        for secret in secrets:
            start_session(
                session,
                account_id=by,
                secret=secret.encode(),
                now=datetime.now(UTC),
                lifetime=timedelta(hours=1),
            )
    return [f"gongping_login={secret}" for secret in secrets]
