"""A Dask cluster as the one who reckons: `--cluster tcp://host:8786`, or `local:2`.

What goes out: each piece of the campaign once, to one worker; a permutation test's arrays once, to
every worker that asks. What comes back: counts, p-values, one number per ballot, and findings.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from socket import create_connection
from typing import Any
from urllib.parse import urlsplit

from stats.work import Work, nothing
from surveys.errors import Invalid

INSTALL = "pip install 'gongping[cluster]'"
LOCAL = "local:"
PATIENCE_SECONDS = 10


class Cluster:
    """Tasks as futures of a Dask client; what they return stays with the worker until fetched.

    Parameters
    ----------
    client : a connected ``distributed.Client``
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.tick: Callable[[], None] = nothing

    def keep(self, values: Sequence[Any]) -> Sequence[Any]:
        """Send every value to a worker, in turn."""
        # Hashing large arrays for a name would cost more than sending them.
        return [self.client.scatter([value], hash=False)[0] for value in values]

    def apply(self, task: Callable[..., Any], *columns: Sequence[Any]) -> Sequence[Any]:
        """Submit the tasks; Dask runs each where most of its arguments lie."""
        rows = zip(*columns, strict=True)
        return [self.client.submit(task, *row, pure=False) for row in rows]

    def fetch(self, kept: Sequence[Any]) -> list[Any]:
        """Wait for the results, saying so after each, and bring them here in order."""
        finished = import_module("distributed").as_completed
        futures = [future for future in kept if hasattr(future, "key")]
        for _ in finished(futures, loop=self.client.loop):
            self.tick()
        fetched: list[Any] = self.client.gather(list(kept))
        return fetched


@contextmanager
def cluster(url: str) -> Iterator[Work]:
    """Connect to a scheduler, or start workers of one thread each on this machine.

    Parameters
    ----------
    url : ``tcp://host:port``, ``tls://…``, or ``local:N`` for N workers here

    Raises
    ------
    Invalid : ``cluster_needs_distributed`` (install), ``cluster_unreachable`` (url, problem),
        ``cluster_lost`` (url, problem) where its workers die
    """
    if find_spec("distributed") is None:
        raise Invalid("cluster_needs_distributed", install=INSTALL)
    distributed = import_module("distributed")
    try:
        address: Any = url
        if url.startswith(LOCAL):
            address = local_cluster(distributed, url)
        else:
            knock(url)
        client = distributed.Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise Invalid("cluster_unreachable", url=url, problem=str(error)) from error
    try:
        yield Cluster(client)
    except (distributed.KilledWorker, CancelledError, OSError) as error:
        raise Invalid("cluster_lost", url=url, problem=str(error) or "connection lost") from error
    finally:
        client.close()
        if address is not url:
            address.close()


def knock(url: str) -> None:
    """See whether anybody listens there: Dask itself would wait, and complain when it is left."""
    parts = urlsplit(url)
    if not parts.hostname or not parts.port:
        raise ValueError("no host and port")
    create_connection((parts.hostname, parts.port), timeout=PATIENCE_SECONDS).close()


def local_cluster(distributed: Any, url: str) -> Any:
    """Workers in processes of their own, reachable from this machine alone."""
    n = int(url.removeprefix(LOCAL))
    if n < 1:
        raise ValueError("expected at least one worker")
    return distributed.LocalCluster(
        n_workers=n, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=40
    )
