"""The least that Flask does: one view that says hello, on the settings of ``gongping serve``."""

import sys

from flask import Flask

from webapp.commands.serving import serve_application


def application() -> Flask:
    """Build it."""
    app = Flask("hello")
    app.get("/")(lambda: "hello")
    return app


if __name__ == "__main__":
    serve_application(
        "benchmarks.hello:application",
        host="127.0.0.1",
        port=int(sys.argv[1]),
        workers=int(sys.argv[2]),
    )
