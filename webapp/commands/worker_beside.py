"""A worker beside the server: started with it, started again if it dies, ended with it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Final

# After a death; doubled while workers die young, so that a broken one does not eat the machine.
AGAIN_SECONDS: Final = 1.0
LONGEST_AGAIN_SECONDS: Final = 30.0
YOUNG_SECONDS: Final = 30.0
STOP_SECONDS: Final = 8.0


@contextmanager
def worker_beside(environment: Mapping[str, str]) -> Iterator[None]:
    """Keep one worker process alive until the block ends.

    It has a session of its own, so that Ctrl-C reaches the server alone, which then ends it; and
    it reads its standard input, so that it ends too when the server is killed.
    """
    stopping = Event()
    keeper = Thread(target=keep_alive, args=(environment, stopping), name="worker-keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def keep_alive(environment: Mapping[str, str], stopping: Event) -> None:
    """Start the worker, again and again, until told to stop."""
    again = AGAIN_SECONDS
    while not stopping.is_set():
        process, born = started(environment), monotonic()
        while process.poll() is None and not stopping.wait(0.2):
            pass
        ended(process)
        young = monotonic() - born < YOUNG_SECONDS
        again = min(again * 2, LONGEST_AGAIN_SECONDS) if young else AGAIN_SECONDS
        stopping.wait(again)


def started(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A worker that ends when we do."""
    return subprocess.Popen(
        [sys.executable, "-m", "webapp.commands", "worker", "--with-parent"],
        env=dict(environment),
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[bytes]) -> None:
    """End it, gently first; one that is dead already only leaves its pipe."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
