"""All addresses with their marks: whoever opens one sees it in the difference.

``GONGPING_WRITE_SNAPSHOTS=1`` writes the list anew.
"""

import os
from pathlib import Path

from flask import Flask

from surveys.database.engine import Database
from webapp.access import access_of
from webapp.application import create_app
from webapp.config import Config

SNAPSHOT = Path(__file__).with_name("routes.txt")
NOWHERE = "postgresql+psycopg://nobody@/nothing?host=/nonexistent"


def application(data_dir: Path) -> Flask:
    """The application; its database is never asked."""
    config = Config(data_dir=data_dir, secret_key=b"s" * 32)
    return create_app(config, database=Database(NOWHERE, box_url=NOWHERE))


def routes(app: Flask) -> str:
    """One line for each address: methods, who may come, endpoint."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        access = access_of(app.view_functions[rule.endpoint])
        lines.append(f"{rule.rule}  {methods}  [{access}]  {rule.endpoint}\n")
    return "".join(sorted(lines))


def test_the_addresses_and_their_marks_are_the_known_ones(tmp_path: Path) -> None:
    found = routes(application(tmp_path))

    if os.environ.get("GONGPING_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(found, "utf-8")
    assert found == SNAPSHOT.read_text("utf-8")
