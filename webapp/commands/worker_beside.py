"""A worker beside the server: started with it, started again if it dies, ended with it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

AGAIN_SECONDS: Final = 1.0
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
    while not stopping.is_set():
        process = started(environment)
        while process.poll() is None and not stopping.wait(0.2):
            pass
        if stopping.is_set():
            ended(process)
        elif process.poll() is not None:
            stopping.wait(AGAIN_SECONDS)


def started(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A worker that ends when we do."""
    return subprocess.Popen(
        [sys.executable, "-m", "webapp.commands", "worker", "--with-parent"],
        env=dict(environment),
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[bytes]) -> None:
    """End it, gently first."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
