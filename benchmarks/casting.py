"""The casting benchmark: the whole way of a ballot against the least it could cost."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.raw_rate import pgbench_rate
from benchmarks.servers import Bench, bench_server, hello_page, voting_pages
from benchmarks.stages import stages
from benchmarks.voters import Seen, Visit, split_visit, visit_with
from webapp.commands.serving import WORKERS

FEW_ENVELOPES = 10_000
MOST_A_SECOND = 3_000
VOTER_PROCESSES = 2

Say = Callable[[str], None]


@dataclass(frozen=True)
class CastingPlan:
    """What is measured.

    Parameters
    ----------
    seconds : of each closed-loop measurement
    envelopes : to which the box grows for the second measurement; none up to 10,000
    connections : voters at a time, and clients of pgbench
    workers : processes of the web server
    flush_ms : length of an emulated disk flush; 0 for the real disk alone
    arrivals : voters a second of the open loop; 0 leaves it out
    arrival_seconds : its length
    """

    seconds: float = 8
    envelopes: int = 100_000
    connections: int = 64
    workers: int = WORKERS
    flush_ms: float = 0
    arrivals: float = 60
    arrival_seconds: float = 30


@dataclass(frozen=True)
class CastingFigures:
    """What was found.

    Parameters
    ----------
    stored_per_s : ballots over HTTP, page and ballot, answered after the commit
    with_door_per_s : the same, when every voter is a new browser that opens ``/b`` first
    pgbench_per_s : the same INSERT by pgbench on the same server
    ratio : stored_per_s ÷ pgbench_per_s
    p50_ms, p99_ms : of the ballot's POST at `connections` voters
    growth_ratio : stored_per_s in the grown box ÷ in one of 10,000; None if it did not grow
    pgbench_growth_ratio : the same of pgbench
    hello_per_s : requests a second of a bare Flask view on the same settings
    open_p50_ms, open_p95_ms : of the requests of voters who arrive at random
    refused : answers that were no 200, by status (0: no connection)
    voters_share : share of the machine that the voters themselves took
    stages : microseconds by stage
    load_before : load average of the machine before the run
    """

    stored_per_s: float
    with_door_per_s: float
    pgbench_per_s: float
    ratio: float
    p50_ms: float
    p99_ms: float
    growth_ratio: float | None
    pgbench_growth_ratio: float | None
    hello_per_s: float
    open_p50_ms: float | None
    open_p95_ms: float | None
    refused: dict[int, int]
    voters_share: float
    stages: dict[str, float]
    load_before: float
    plan: CastingPlan

    def as_json(self) -> dict[str, object]:
        """All of it, for a program."""
        return asdict(self)


def measure_casting(plan: CastingPlan, say: Say) -> CastingFigures:
    """Measure on servers of its own."""
    load = os.getloadavg()[0]
    with bench_server(_disk(plan.flush_ms)) as bench:
        bench.campaign.fill(FEW_ENVELOPES)
        say("pgbench")
        raw = pgbench_rate(bench, clients=plan.connections, seconds=plan.seconds)
        with voting_pages(bench, workers=plan.workers) as port:
            say("ballots over HTTP")
            vote(bench, plan, port, seconds=2)
            seen = vote(bench, plan, port, seconds=plan.seconds)
            say("ballots over HTTP, each from a new browser")
            doors = vote(bench, plan, port, seconds=plan.seconds, door=True)
            say("voters arriving at random")
            arrivals = arrive(bench, plan, port) if plan.arrivals else None
        say("where the time goes")
        spent = stages(bench)
        growth = grown(bench, plan, say, seen=seen, raw=raw)
    with hello_page(workers=plan.workers) as port:
        say("hello")
        hello = visit(Visit(port, (), plan.connections, plan.seconds / 2, path="/"))
    stored = rate(seen)
    return CastingFigures(
        stored_per_s=stored,
        with_door_per_s=rate(doors),
        pgbench_per_s=round(raw, 1),
        ratio=round(stored / raw, 4),
        p50_ms=milliseconds(seen.ballots, 50),
        p99_ms=milliseconds(seen.ballots, 99),
        growth_ratio=growth[0],
        pgbench_growth_ratio=growth[1],
        hello_per_s=rate(hello),
        open_p50_ms=milliseconds(arrivals.requests, 50) if arrivals else None,
        open_p95_ms=milliseconds(arrivals.requests, 95) if arrivals else None,
        refused={**seen.refused, **doors.refused, **(arrivals.refused if arrivals else {})},
        voters_share=round(seen.spent / seen.elapsed / (os.cpu_count() or 1), 3),
        stages=spent,
        load_before=round(load, 2),
        plan=plan,
    )


def vote(bench: Bench, plan: CastingPlan, port: int, *, seconds: float, door: bool = False) -> Seen:
    """Let `connections` voters vote as fast as they are served."""
    codes = tuple(bench.campaign.codes(int(MOST_A_SECOND * seconds) + plan.connections))
    return visit(Visit(port, codes, plan.connections, seconds, door=door))


def arrive(bench: Bench, plan: CastingPlan, port: int) -> Seen:
    """Let voters arrive at random, as in a meeting hall."""
    n = int(2 * plan.arrivals * plan.arrival_seconds) + 100
    codes = tuple(bench.campaign.codes(n))
    return visit(Visit(port, codes, 1, plan.arrival_seconds, rate=plan.arrivals), processes=1)


def visit(what: Visit, *, processes: int = VOTER_PROCESSES) -> Seen:
    """Let the voters in."""
    return visit_with(split_visit(what, processes))


def grown(
    bench: Bench, plan: CastingPlan, say: Say, *, seen: Seen, raw: float
) -> tuple[float | None, float | None]:
    """Measure again in a box of `envelopes`, against what was seen in the small one."""
    more = plan.envelopes - bench.campaign.n_envelopes()
    if plan.envelopes <= FEW_ENVELOPES:
        return None, None
    if more > 0:
        say(f"filling the box to {plan.envelopes:,} envelopes")
        bench.campaign.fill(more)
    say("the same in the grown box")
    with voting_pages(bench, workers=plan.workers) as port:
        vote(bench, plan, port, seconds=2)
        later = vote(bench, plan, port, seconds=plan.seconds)
    raw_later = pgbench_rate(bench, clients=plan.connections, seconds=plan.seconds)
    return round(rate(later) / rate(seen), 3), round(raw_later / raw, 3)


def rate(seen: Seen) -> float:
    """Stored (or fetched) a second."""
    return round(seen.stored / seen.elapsed, 1)


def milliseconds(seconds: list[float], percent: float) -> float:
    """A percentile."""
    return round(float(np.percentile(seconds, percent)) * 1e3, 2)


def _disk(flush_ms: float) -> dict[str, str]:
    if not flush_ms:
        return {}
    # The first to commit waits this long before it flushes for all who came meanwhile.
    return {"commit_delay": str(round(flush_ms * 1000)), "commit_siblings": "0"}
