"""Calls of the box's functions by the shortest way: prepared once for each connection, in binary.

Through SQLAlchemy and the driver's cursors the same call takes three times the processor time,
a tenth of all that is done for a ballot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class BoxCall:
    """A statement that calls one function of the box.

    Parameters
    ----------
    name : under which it is prepared, one for each statement
    sql : with parameters ``$1``, ``$2``, … cast to their types, which are sent in binary
    """

    name: str
    sql: str

    @cached_property
    def key(self) -> bytes:
        """The name as the server knows it."""
        return f"gongping_{self.name}".encode()


def box_row(
    connection: Connection, call: BoxCall, values: Sequence[bytes]
) -> tuple[bytes | None, ...] | None:
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
        broke is thrown away
    BoxFailed : any other error of the database
    """
    driver = cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)
    server = driver.pgconn
    prepared = connection.info.setdefault(_PREPARED, set())
    try:
        if call.name not in prepared:
            result = server.prepare(call.key, call.sql.encode())
            if result.status != ExecStatus.COMMAND_OK:
                _fail(connection, server, call, result)
            prepared.add(call.name)
        result = server.exec_prepared(call.key, values, [_BINARY] * len(values), _BINARY)
    except psycopg.OperationalError as error:
        # The connection was gone before the question.
        connection.invalidate(error)
        raise OperationalError(call.sql, None, error) from error
    if result.status != ExecStatus.TUPLES_OK:
        _fail(connection, server, call, result)
    if not result.ntuples:
        return None
    return tuple([result.get_value(0, column) for column in range(result.nfields)])


def int4(number: int) -> bytes:
    """Write a whole number as PostgreSQL's ``integer``."""
    return number.to_bytes(4, signed=True)


def _fail(connection: Connection, server: PGconn, call: BoxCall, result: PGresult) -> NoReturn:
    state = result.error_field(DiagnosticField.SQLSTATE)
    sqlstate = state.decode("ascii") if state else None
    gone = server.status != ConnStatus.OK
    # Only the state, not the server's words: they may quote the row, and the code's hash must not
    # reach a log.
    if gone or sqlstate is None or sqlstate.startswith(_NOT_NOW):
        error = psycopg.OperationalError(sqlstate or "connection lost")
        if gone:
            connection.invalidate(error)
        raise OperationalError(call.sql, None, error)
    raise BoxFailed(sqlstate)
