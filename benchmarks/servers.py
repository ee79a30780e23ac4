"""The servers of a benchmark: an embedded PostgreSQL and granian, each of its own."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.campaign import BenchCampaign, open_campaign
from benchmarks.voters import wait_for
from surveys.database import embedded
from surveys.database.engine import Database
from surveys.database.migrating import upgrade
from surveys.opening.keys import KeyStore
from webapp.config import AUDIENCES, Config

DATABASE = "gongping"


@dataclass(frozen=True)
class Bench:
    """A database with an open campaign, and the keys of it."""

    config: Config
    server: embedded.Server
    campaign: BenchCampaign

    @property
    def environment(self) -> dict[str, str]:
        """What a serving process reads."""
        return {
            **os.environ,
            "GONGPING_DATA_DIR": str(self.config.data_dir),
            "GONGPING_DATABASE_URL": self.config.database_url or "",
            "GONGPING_BOX_DATABASE_URL": self.config.box_database_url or "",
            "GONGPING_AUDIENCES": "citizen",
        }


@contextmanager
def bench_server(settings: Mapping[str, str]) -> Iterator[Bench]:
    """Start a PostgreSQL of its own in a temporary folder, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="gongping-bench-") as folder:
        data_dir = Path(folder)
        with embedded.running(data_dir / "postgresql", settings=settings) as server:
            embedded.create_database(server, DATABASE)
            owner, public = server.url(DATABASE), server.url(DATABASE, user="gongping_box")
            database = Database(owner, box_url=public)
            upgrade(database.engine)
            store = KeyStore(data_dir / "keys", random_bytes=os.urandom)
            config = Config(
                data_dir=data_dir,
                secret_key=b"bench" * 8,
                database_url=owner,
                box_database_url=public,
            )
            yield Bench(config, server, open_campaign(database, store))
            database.dispose()


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], *, port: int) -> Iterator[None]:
    """Run a web server until the block ends; its lines go to a file, as to a journal."""
    with tempfile.TemporaryFile() as lines:
        process = subprocess.Popen(
            [*command], env=dict(environment), stdout=subprocess.DEVNULL, stderr=lines
        )
        try:
            wait_for(port, running=lambda: process.poll() is None)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def voting_pages(bench: Bench, *, workers: int) -> Iterator[int]:
    """Serve the citizen's pages as ``gongping serve`` does; give the port."""
    with _gongping(bench.environment, workers) as port:
        yield port


@contextmanager
def office_pages(bench: Bench, *, workers: int) -> Iterator[int]:
    """Serve all pages, with the worker beside them that the office has; give the port."""
    environment = {**bench.environment, "GONGPING_AUDIENCES": ",".join(AUDIENCES)}
    with _gongping(environment, workers) as port:
        yield port


@contextmanager
def _gongping(environment: Mapping[str, str], workers: int) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-c", "from webapp.commands import gongping; gongping()", "serve"]
    with serving([*command, f"--port={port}", f"--workers={workers}"], environment, port=port):
        yield port


@contextmanager
def hello_page(*, workers: int) -> Iterator[int]:
    """Serve a bare Flask application with the same settings; give the port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.hello", str(port), str(workers)]
    with serving(command, os.environ, port=port):
        yield port


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
