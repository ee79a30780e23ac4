"""The start-up interlock refuses each unsafe setting."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from surveys.database.embedded import binaries, running
from surveys.database.embedded.account import account_for
from surveys.database.interlock import ALLOWED, UnsafeSetting, require_safe, unsafe_settings
from surveys.errors import Refused

BAD = {
    "fsync": "off",
    "full_page_writes": "off",
    "track_commit_timestamp": "on",
    "log_statement": "mod",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "log_error_verbosity": "default",
    "synchronous_commit": "local",
}
BY_SESSION = sorted(BAD.keys() - {"fsync", "full_page_writes", "track_commit_timestamp"})


@pytest.fixture(scope="module")
def safe_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with running(tmp_path_factory.mktemp("safe") / "data") as server:
        engine = create_engine(server.url("postgres"))
        yield engine
        engine.dispose()


@pytest.fixture
def safe_connection(safe_engine: Engine) -> Iterator[Connection]:
    """A session on an embedded server; what it sets is undone."""
    with safe_engine.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def bad_connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A session on a server on which every setting is bad."""
    data_dir = tmp_path_factory.mktemp("unsafe") / "data"
    with running(data_dir):
        pass
    account = account_for(data_dir)
    cluster = data_dir / "cluster"
    account.run(
        [binaries() / "pg_checksums", "--disable", "--no-sync", account.name_of(cluster)],
        cwd=cluster,
        step="checksums",
    )
    with running(data_dir, settings=BAD) as server:
        engine = create_engine(server.url("postgres"))
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def test_the_embedded_server_is_safe(safe_connection: Connection) -> None:
    require_safe(safe_connection)


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_each_bad_setting_of_a_server_is_found(bad_connection: Connection, name: str) -> None:
    value = {**BAD, "data_checksums": "off"}[name]
    assert UnsafeSetting(name, value, ALLOWED[name]) in unsafe_settings(bad_connection)


def test_a_bad_server_is_refused_with_its_settings(bad_connection: Connection) -> None:
    with pytest.raises(Refused) as refused:
        require_safe(bad_connection)
    assert refused.value.code == "unsafe_database_settings"
    assert refused.value.facts["settings"] == unsafe_settings(bad_connection)


@pytest.mark.parametrize("name", BY_SESSION)
def test_one_bad_setting_of_a_safe_server_is_enough(safe_connection: Connection, name: str) -> None:
    safe_connection.execute(text(f"SET {name} = '{BAD[name]}'"))
    assert [setting.name for setting in unsafe_settings(safe_connection)] == [name]


@pytest.mark.parametrize("value", ["remote_write", "remote_apply"])
def test_a_stronger_commit_is_safe_too(safe_connection: Connection, value: str) -> None:
    safe_connection.execute(text(f"SET synchronous_commit = {value}"))
    require_safe(safe_connection)


def test_a_bad_setting_of_a_role_is_found(safe_connection: Connection) -> None:
    safe_connection.execute(text("ALTER ROLE postgres SET log_statement = 'all'"))
    assert unsafe_settings(safe_connection) == (
        UnsafeSetting("log_statement", "all", ALLOWED["log_statement"]),
    )
