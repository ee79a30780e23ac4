"""What the schema itself promises: no traces in the box, and one shape from two sources."""

import re
import subprocess
from collections.abc import Iterator
from secrets import token_hex

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from surveys.database import embedded
from surveys.database.engine import Database
from surveys.models import Base
from tests.conftest import administration

TELLTALE_TYPES = re.compile(r"timestamp|date|time|inet|cidr|macaddr|oid|serial")
TELLTALE_NAMES = re.compile(
    r"(^|_)(at|on|time|date|seq|serial|ip|addr|address|agent|host|user)(_|$)"
)
SEALED_SCHEMAS = ("box", "tally")

COLUMNS = text(
    """
    SELECT table_schema, table_name, column_name, data_type, is_identity, column_default
    FROM information_schema.columns WHERE table_schema = ANY (:schemas)
    """
)


def telltales(engine: Engine, schemas: tuple[str, ...]) -> list[str]:
    """Columns that could tell when, in which order or from where a ballot came."""
    with engine.connect() as connection:
        rows = connection.execute(COLUMNS, {"schemas": list(schemas)}).all()
    assert rows
    return [
        f"{row.table_schema}.{row.table_name}.{row.column_name}"
        for row in rows
        if TELLTALE_TYPES.search(row.data_type)
        or TELLTALE_NAMES.search(row.column_name)
        or row.is_identity == "YES"
        or "nextval" in (row.column_default or "")
    ]


def test_no_column_beside_a_ballot_tells_time_order_or_address(database: Database) -> None:
    assert telltales(database.engine, SEALED_SCHEMAS) == []


def test_the_lint_finds_a_time_and_an_order_that_somebody_adds(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE box.envelope ADD COLUMN cast_at timestamptz"))
        connection.execute(text("ALTER TABLE tally.comment ADD COLUMN no serial"))
    found = sorted(telltales(database.engine, SEALED_SCHEMAS))
    assert found == ["box.envelope.cast_at", "tally.comment.no"]


@pytest.fixture
def modelled(server_url: str) -> Iterator[Engine]:
    """A database made from the models alone."""
    name = f"gongping_{token_hex(6)}"
    with administration(server_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        engine = create_engine(make_url(server_url).set(database=name))
        with engine.begin() as made:
            for schema in ("box", "tally", "audit"):
                made.execute(text(f"CREATE SCHEMA {schema}"))
            Base.metadata.create_all(made)
            # What the models cannot say.
            made.execute(text("ALTER TABLE box.envelope ALTER sealed SET STORAGE PLAIN"))
        yield engine
        engine.dispose()
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def tables_of(engine: Engine) -> set[str]:
    """Every statement that makes a table, a constraint or an index."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    dumped = subprocess.run(
        [
            embedded.binaries() / "pg_dump",
            f"--dbname={url}",
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--exclude-table=alembic_version",
            # The queue's own tables: tests/surveys/jobs/test_queue.py looks after them.
            "--exclude-table=procrastinate_*",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    statements = (part.strip() for part in re.split(r";\n", re.sub(r"--.*\n", "", dumped)))
    return {
        " ".join(statement.split())
        for statement in statements
        if re.match(r"(CREATE TABLE|ALTER TABLE|CREATE (UNIQUE )?INDEX)", statement)
    }


def test_migrations_and_models_make_the_same_tables(database: Database, modelled: Engine) -> None:
    assert tables_of(database.engine) == tables_of(modelled)


DENIED = (
    "SELECT * FROM box.token",
    "SELECT * FROM box.envelope",
    "SELECT * FROM box.published_leaf",
    "SELECT * FROM tally.ballot",
    "SELECT * FROM public.account",
    "SELECT * FROM audit.log",
    "INSERT INTO box.token VALUES ('\\x00', 1, 'issued')",
    "UPDATE box.token SET state = 'void'",
    "DELETE FROM box.envelope",
    "TRUNCATE box.envelope",
    "COPY box.envelope TO STDOUT",
    "SELECT audit.append('{}')",
    "SELECT box.standing('\\x00')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SET ROLE postgres",
    "CREATE TABLE public.mine (a int)",
    "ALTER ROLE gongping_box SUPERUSER",
)


@pytest.mark.parametrize("statement", DENIED)
def test_the_public_role_may_only_call_the_boxs_functions(
    database: Database, statement: str
) -> None:
    refused = pytest.raises(DBAPIError, match=r"denied|permission|must be")
    with database.box() as connection, refused:
        connection.execute(text(statement))


def test_the_public_role_may_make_no_temporary_tables(server_url: str, template: str) -> None:
    url = make_url(server_url).set(database=template, username="gongping_box")
    engine = create_engine(url)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text("CREATE TEMPORARY TABLE mine (a int)"))
    engine.dispose()


def test_the_public_role_may_look_a_code_up(database: Database) -> None:
    with database.box() as connection:
        assert connection.scalar(text("SELECT standing FROM box.lookup('\\x00')")) is None


def test_the_audit_log_refuses_changes_even_to_its_owner(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text('SELECT audit.append(\'{"act": "tried"}\')'))
    with database.engine.begin() as connection, pytest.raises(DBAPIError, match="append only"):
        connection.execute(text("DELETE FROM audit.log"))
