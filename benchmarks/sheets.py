"""How fast codes are issued and go on paper: the whole work of the background job."""

import os
import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.servers import bench_server
from surveys.issuing.handout import hand_out
from surveys.issuing.issue_batch import BatchOrder
from surveys.issuing.printing import Printing
from surveys.issuing.wanted import Wanted
from surveys.jobs.queue import begin_job
from surveys.jobs.sealed_files import SealedFiles
from surveys.models import Batch

BASE_URL = "https://ping.example"
# What 100,000 codes may take on two cores, as promised.
LIMIT_CODES = 100_000
LIMIT_SECONDS = 60.0


@dataclass(frozen=True)
class SheetFigures:
    """Codes drawn, stored and printed a second, and what it took.

    Parameters
    ----------
    limit_seconds : what so many codes may take, by the promise for 100,000
    memory_mb : the most that this process held, and how much more than before
    """

    layout: str
    codes: int
    seconds: float
    limit_seconds: float
    codes_per_s: float
    cpu_seconds: float
    pdf_bytes: int
    memory_mb: int
    memory_grown_mb: int


def measure_sheets(n: int, layout: str) -> SheetFigures:
    """Issue a batch of `n` codes, print it, and lay it down sealed."""
    now = datetime.now(UTC)
    with bench_server({}) as bench:
        database = bench.campaign.database
        printing = Printing(
            BASE_URL,
            os.urandom,
            SealedFiles(bench.config.data_dir / "handouts", bench.config.secret_key),
            layout=layout,
        )
        with database.transaction() as session:
            known = session.get_one(Batch, bench.campaign.batch_id)
            order = BatchOrder(known.campaign_id, known.group_id, tuple(known.target_ids), n)
            by = known.issued_by
            period = known.campaign.period
            period.frozen_at, period.manifest_hash = now, bytes(32)
            job_id = begin_job(session, kind="bench", now=now, by=by)
        before = memory_mb()
        began, cpu = time.perf_counter(), time.process_time()
        with database.transaction() as session:
            handout = hand_out(
                session,
                wanted=Wanted(order.campaign_id, extra=order),
                printing=printing,
                job_id=job_id,
                now=now,
                by=by,
            )
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return SheetFigures(
        layout=layout,
        codes=n,
        seconds=round(seconds, 1),
        limit_seconds=round(LIMIT_SECONDS * max(n / LIMIT_CODES, 0.1), 1),
        codes_per_s=round(n / seconds),
        cpu_seconds=round(cpu, 1),
        pdf_bytes=handout.n_bytes,
        memory_mb=memory_mb(),
        memory_grown_mb=memory_mb() - before,
    )


def memory_mb() -> int:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
