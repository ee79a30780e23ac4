"""`make faults`: all harnesses at their full size, then one table; anything red ends with status 1.

Harnesses that only count run at the same time. Those that measure time run alone, at the end.
"""

import argparse
import os
import shutil
import time
from pathlib import Path

from tests.faults.harnesses import HARNESSES
from tests.faults.jobs import Lanes, jobs_of, say
from tests.faults.summary import Row, rows_of, table

FOLDER = Path("build/faults")
LAST_LINES = 60


def main() -> int:
    """Run what was asked for; 0 if all of it is green."""
    asked = arguments()
    chosen = [one for one in HARNESSES if asked.only.lower() in f"{one.what} {one.file}".lower()]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    began = time.monotonic()
    lanes = Lanes(asked.lanes, FOLDER)
    lanes.through(jobs_of(one for one in chosen if not one.alone))
    lanes.n = 1
    lanes.through(jobs_of(one for one in chosen if one.alone))
    for done in lanes.done:
        if done.status:
            say(f"\n── {done.job.name} ──")
            say("\n".join(done.log.read_text(errors="replace").splitlines()[-LAST_LINES:]))
    rows = rows_of(chosen, lanes.done)
    say("\n" + table(rows))
    say(verdict(rows, time.monotonic() - began))
    return 0 if rows and not any(row.troubles for row in rows) else 1


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", default="", help="harnesses whose name or file contains this")
    parser.add_argument(
        "--lanes",
        type=int,
        # Most of them wait for disks and servers: one more than there are processors.
        default=(os.cpu_count() or 1) + 1,
        help="how many at the same time (default: processors + 1)",
    )
    return parser.parse_args()


def verdict(rows: list[Row], seconds: float) -> str:
    """All of it in a line."""
    n_red = sum(bool(row.troubles) for row in rows)
    state = f"{n_red} RED" if n_red else "all green" if rows else "NOTHING RAN"
    return f"{len(rows)} harnesses, {state}, {seconds / 60:.1f} minutes"


if __name__ == "__main__":
    raise SystemExit(main())
