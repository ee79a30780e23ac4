"""Alive, and ready."""

from pathlib import Path

from sqlalchemy import text

from surveys.database.engine import Database
from tests.webapp.conftest import Browser, config_for_tests
from webapp.application import create_app


def test_a_live_process_says_so(client: Browser) -> None:
    assert client.get("/healthz").json == {"status": "alive"}


def test_a_current_database_is_ready(client: Browser) -> None:
    assert client.get("/readyz").status_code == 200


def test_a_database_of_another_shape_is_not_ready(client: Browser, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("DELETE FROM alembic_version"))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "database needs migration"}


def test_an_unreachable_database_is_not_ready(tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://nobody@/nowhere?host={tmp_path}"
    database = Database(nowhere, box_url=nowhere)
    app = create_app(config_for_tests(tmp_path), database=database)

    answer = app.test_client().get("/readyz")

    database.dispose()
    assert answer.status_code == 503
    assert answer.json == {"status": "database unreachable"}


def test_a_process_for_citizens_has_no_office(database: Database, tmp_path: Path) -> None:
    app = create_app(config_for_tests(tmp_path, audiences=("citizen",)), database=database)

    assert not any(name.startswith(("office.", "accounts.")) for name in app.view_functions)
    assert app.test_client().get("/").status_code == 200
