"""The least that Flask does: one view that says hello, as quickly as the server can serve it."""

import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

THREADS = 24


def application() -> Flask:
    """Build it."""
    app = Flask("hello")
    app.get("/")(lambda: "hello")
    return app


if __name__ == "__main__":
    Granian(
        "benchmarks.hello:application",
        factory=True,
        port=int(sys.argv[1]),
        workers=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
    ).serve()
