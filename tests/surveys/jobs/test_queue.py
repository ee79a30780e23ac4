"""The queue's tables in the database are those that the installed library expects."""

import hashlib

from procrastinate.schema import SchemaManager

from surveys.database.engine import Database
from surveys.jobs.standing import n_workers

# Migration 0004 applied the statements with this hash. Where the library brings others, write a
# migration that takes its own steps (procrastinate/sql/migrations), then put their hash here.
APPLIED = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def test_the_library_brings_the_tables_that_were_migrated() -> None:
    found = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert found == APPLIED


def test_without_a_worker_none_is_counted(database: Database) -> None:
    with database.transaction() as session:
        assert n_workers(session) == 0
