"""The runs of pytest of which `make faults` consists, some of them at the same time."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.harnesses import Harness

LONGEST_S = 2400
# A server that was given may be set to anything; these tests want safe ones of their own.
NOT_PASSED_ON = ("GONGPING_TEST_SERVER_URL", "PYTEST_ADDOPTS")


@dataclass(frozen=True)
class Test:
    """A test that ran.

    Parameters
    ----------
    name : with its parameters
    outcome : "passed", "failed" or "skipped"
    """

    __test__ = False

    name: str
    outcome: str
    seconds: float
    figures: tuple[dict[str, Any], ...] = ()
    reason: str = ""

    @property
    def function(self) -> str:
        """Without the parameters."""
        return self.name.partition("[")[0]


@dataclass(frozen=True)
class Job:
    """One run of pytest.

    Parameters
    ----------
    tests : functions, or with their parameters where a part is meant
    """

    harness: Harness
    name: str
    tests: tuple[str, ...]

    def command(self, told: Path) -> list[str]:
        """What is run; of tests in two sizes only the full one."""
        where = f"tests/faults/{self.harness.file}.py"
        return [
            *(sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"),
            *("-p", "tests.faults.telling", f"--told={told}", "-k", "not fast"),
            *(f"{where}::{test}" for test in self.tests),
        ]


@dataclass(frozen=True)
class Done:
    """A job that is over.

    Parameters
    ----------
    status : pytest's; -1 where it took too long
    log : what it printed
    """

    job: Job
    status: int
    seconds: float
    tests: tuple[Test, ...]
    log: Path


def jobs_of(harnesses: Iterable[Harness]) -> list[Job]:
    """First parts first, so that a harness that is broken is known early."""
    made: list[tuple[int, Job]] = []
    for harness in harnesses:
        if harness.parts == 1:
            tests = tuple(dict.fromkeys(harness.holds + harness.noticed))
            made.append((0, Job(harness, harness.what, tests)))
            continue
        for part in range(1, harness.parts + 1):
            tests = tuple(f"{test}[full{part}]" for test in harness.holds)
            name = f"{harness.what}, part {part} of {harness.parts}"
            made.append((part - 1, Job(harness, name, tests)))
        made.append((harness.parts, Job(harness, f"{harness.what}, control", harness.noticed)))
    return [job for _, job in sorted(made, key=lambda each: each[0])]


def run(job: Job, folder: Path, *, longest: float = LONGEST_S) -> Done:
    """Run it to its end."""
    name = "".join(sign if sign.isalnum() else "_" for sign in job.name.lower())
    told, log = folder / f"{name}.jsonl", folder / f"{name}.log"
    told.write_bytes(b"")
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            job.command(told), env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            status = process.wait(longest)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # its servers are stopped in order
            status = -1
            process.wait(60)
    return Done(job, status, time.monotonic() - began, tuple(tests_told(told)), log)


def tests_told(path: Path) -> Iterator[Test]:
    """The tests of which a run told, in its order."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        step = json.loads(line)
        steps.setdefault(step["test"], []).append(step)
    for name, found in steps.items():
        outcomes = {step["outcome"] for step in found}
        yield Test(
            name,
            next((one for one in ("failed", "skipped") if one in outcomes), "passed"),
            sum(step["seconds"] for step in found),
            tuple(figures for step in found for figures in step["figures"]),
            next((step["reason"] for step in found if step["reason"]), ""),
        )


@dataclass
class Lanes:
    """Runs jobs, so many at a time, and says now and then how far it is.

    Parameters
    ----------
    n : how many at a time
    folder : for what the runs print
    """

    n: int
    folder: Path
    done: list[Done] = field(default_factory=list)
    running: dict[str, float] = field(default_factory=dict)

    def through(self, jobs: Sequence[Job]) -> None:
        """Run all of them."""
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            waiting.put(job)
        n_done = len(self.done)
        threads = [
            threading.Thread(target=self._work, args=(waiting, n_done + len(jobs)), daemon=True)
            for _ in range(min(self.n, len(jobs)))
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self._wait(threads)

    def _wait(self, threads: Sequence[threading.Thread]) -> None:
        until = time.monotonic() + 60
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        now = time.monotonic()
        if running := [f"{name} {now - began:.0f} s" for name, began in self.running.items()]:
            say(f"… at work: {'; '.join(running)}")

    def _work(self, waiting: "queue.SimpleQueue[Job]", n_all: int) -> None:
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            self.running[job.name] = time.monotonic()
            done = run(job, self.folder)
            del self.running[job.name]
            self.done.append(done)
            word = "ok" if done.status == 0 else "RED"
            say(f"{len(self.done)} of {n_all}: {job.name}: {word} after {done.seconds:.0f} s")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
