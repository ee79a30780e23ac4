"""Calls of the box's functions by the shortest way: prepared once for each connection, in binary.

Through SQLAlchemy and the driver's cursors the same call takes three times the processor time,
a tenth of all that is done for a ballot.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from select import POLLIN, POLLOUT, poll
from typing import Final, NoReturn, cast

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

_PREPARED: Final = "gongping_box_calls"
_BINARY: Final = 1
# Classes of errors that mean "not now": connection, rollback, resources, limits, locks, an
# operator's hand, the system.
_NOT_NOW: Final = ("08", "40", "53", "54", "55", "57", "58")


class BoxFailed(RuntimeError):
    """The box failed as nobody foresaw; `sqlstate` is PostgreSQL's five characters, or None."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


Row = tuple[bytes | None, ...]
Asked = tuple["BoxCall", Sequence[bytes]]


@dataclass(frozen=True)
class BoxCall:
    """A statement that calls one function of the box.

    Parameters
    ----------
    name : under which it is prepared, one for each statement
    sql : with parameters ``$1``, ``$2``, … cast to their types, which are sent in binary
    locks : place of the parameter whose row the call locks
    """

    name: str
    sql: str
    locks: int = 0

    @cached_property
    def key(self) -> bytes:
        """The name as the server knows it."""
        return f"gongping_{self.name}".encode()

    def locked(self, values: Sequence[bytes]) -> bytes:
        """By what calls are put in order before they lock anything."""
        return values[self.locks]


def box_row(connection: Connection, call: BoxCall, values: Sequence[bytes]) -> Row | None:
    """Fetch the one row of a call, or None.

    Parameters
    ----------
    connection : of the public role, each statement its own transaction
    values : the parameters in PostgreSQL's binary format, see `int4`

    Returns
    -------
    the columns in binary format: text as UTF-8

    Raises
    ------
    sqlalchemy.exc.OperationalError : the database is gone, busy or told to end; a connection that
        broke is thrown away (``connection_invalidated``)
    BoxFailed : any other error of the database
    """
    server = _server(connection)
    with _noticing_loss(connection, call):
        _prepare(connection, server, call)
        result = server.exec_prepared(call.key, values, [_BINARY] * len(values), _BINARY)
    return _row(connection, server, call, result)


def box_rows(connection: Connection, asked: Sequence[Asked]) -> list[Row | None]:
    """Fetch the rows of several calls that share one round trip, one transaction and one commit.

    When this returns, all of them are committed. Other threads go on while it waits.

    Raises
    ------
    as `box_row`; then none of the calls took effect, unless the connection broke: then nobody knows
    """
    server = _server(connection)
    first = asked[0][0]
    with _noticing_loss(connection, first):
        for call, _ in asked:
            _prepare(connection, server, call)
        server.enter_pipeline_mode()
        for call, values in asked:
            server.send_query_prepared(
                call.key, values, [_BINARY] * len(values), result_format=_BINARY
            )
        server.pipeline_sync()
        results, confirmed = _results(server)
        if confirmed:
            server.exit_pipeline_mode()
    if not confirmed:
        _lost(connection, first, psycopg.OperationalError("connection lost"))
    if len(results) != len(asked):
        # The commit itself failed: its error came after the last result.
        _fail(connection, server, first, results[-1])
    return [
        _row(connection, server, call, result)
        for (call, _), result in zip(asked, results, strict=True)
    ]


def _results(server: PGconn) -> tuple[list[PGresult], bool]:
    """What was answered, an error of the commit last; and whether the server confirmed the end."""
    ready = poll()
    ready.register(server.socket, POLLIN)
    while server.flush():
        ready.modify(server.socket, POLLIN | POLLOUT)
        ready.poll()
        server.consume_input()
    ready.modify(server.socket, POLLIN)
    found: list[PGresult] = []
    silent = False
    while True:
        # Asking for a result that is not there yet would hold up every thread.
        while server.is_busy():
            ready.poll()
            server.consume_input()
        result = server.get_result()
        if result is None:
            if silent:
                return found, False
            silent = True
            continue
        silent = False
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found, True
        found.append(result)


def int4(number: int) -> bytes:
    """Write a whole number as PostgreSQL's ``integer``."""
    return number.to_bytes(4, signed=True)


def _server(connection: Connection) -> PGconn:
    driver = cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)
    return driver.pgconn


def _prepare(connection: Connection, server: PGconn, call: BoxCall) -> None:
    prepared = connection.info.setdefault(_PREPARED, set())
    if call.name not in prepared:
        result = server.prepare(call.key, call.sql.encode())
        if result.status != ExecStatus.COMMAND_OK:
            _fail(connection, server, call, result)
        prepared.add(call.name)


def _row(connection: Connection, server: PGconn, call: BoxCall, result: PGresult) -> Row | None:
    if result.status != ExecStatus.TUPLES_OK:
        _fail(connection, server, call, result)
    if not result.ntuples:
        return None
    return tuple([result.get_value(0, column) for column in range(result.nfields)])


@contextmanager
def _noticing_loss(connection: Connection, call: BoxCall) -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        # The connection was gone before the question, or broke before the answer.
        _lost(connection, call, error)


def _lost(connection: Connection, call: BoxCall, error: psycopg.OperationalError) -> NoReturn:
    connection.invalidate(error)
    raise OperationalError(call.sql, None, error, connection_invalidated=True) from error


def _fail(connection: Connection, server: PGconn, call: BoxCall, result: PGresult) -> NoReturn:
    state = result.error_field(DiagnosticField.SQLSTATE)
    sqlstate = state.decode("ascii") if state else None
    gone = server.status != ConnStatus.OK
    # Only the state, not the server's words: they may quote the row, and the code's hash must not
    # reach a log.
    if gone or sqlstate is None or sqlstate.startswith(_NOT_NOW):
        error = psycopg.OperationalError(sqlstate or "connection lost")
        if gone:
            _lost(connection, call, error)
        raise OperationalError(call.sql, None, error)
    raise BoxFailed(sqlstate)
