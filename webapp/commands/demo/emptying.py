"""Empties a database that holds nothing but samples."""

from sqlalchemy import inspect, text

from surveys.database.engine import Database
from surveys.database.migrating import upgrade

SCHEMAS = ("audit", "tally", "box", "public")


class Occupied(Exception):
    """There are periods that are no samples."""


def empty_database(database: Database) -> None:
    """Drop everything and migrate anew.

    Raises
    ------
    Occupied : a period is no sample: nothing is touched
    """
    with database.engine.begin() as connection:
        if inspect(connection).has_table("period"):
            real = connection.scalar(text("SELECT count(*) FROM period WHERE NOT sample"))
            if real:
                raise Occupied
        for schema in SCHEMAS:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.dispose()
    upgrade(database.engine)
