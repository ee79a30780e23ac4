"""Calls of the box by the shortest way fail as any other: busy, so that the page comes again."""

import pytest
from sqlalchemy.exc import OperationalError

from surveys.casting.box_call import BoxCall, box_row
from surveys.database.engine import Database

CALL = BoxCall("test_turnout", "SELECT count(*)::text FROM box.turnout(0)")
END_ALL = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE usename = 'gongping_box' AND datname = current_database()
"""


@pytest.mark.parametrize("called_before", [False, True])
def test_a_connection_that_was_ended_is_busy_and_then_replaced(
    database: Database, called_before: bool
) -> None:
    with database.box() as connection:
        if called_before:
            box_row(connection, CALL, ())
        with database.transaction() as session:
            session.connection().exec_driver_sql(END_ALL)
        with pytest.raises(OperationalError):
            box_row(connection, CALL, ())
    with database.box() as connection:
        assert box_row(connection, CALL, ()) == (b"0",)


def test_a_connection_that_was_closed_beside_us_is_busy(database: Database) -> None:
    with database.box() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.pgconn.finish()
        with pytest.raises(OperationalError):
            box_row(connection, CALL, ())
