"""Where scanners drop what follows "#", the office has codes printed into the path."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from surveys.database.engine import Database
from surveys.models import Role
from tests.surveys.issuing.test_sheets import read_back
from tests.webapp.conftest import SignIn
from tests.webapp.office.polling import planned_county
from tests.webapp.office.test_issuing import fetched
from webapp.context import EXTENSION


@pytest.mark.parametrize(("in_path", "before_the_code"), [(False, "/B#"), (True, "/B/")])
def test_the_picture_carries_the_code_as_configured(
    app: Flask,
    database: Database,
    sign_in: SignIn,
    tmp_path: Path,
    in_path: bool,
    before_the_code: str,
) -> None:
    context = app.extensions[EXTENSION]
    config = replace(context.config, code_in_path=in_path)
    app.extensions[EXTENSION] = replace(context, config=config)
    polling = planned_county(database, tmp_path)
    fields: dict[str, object] = {
        "group_id": polling.staff.id,
        "target_ids": polling.units[1].id,
        "home_unit_id": polling.units[1].id,
        "n": 2,
    }
    organizer = sign_in(Role.ORGANIZER, login="office")
    answer = organizer.post_form(f"{polling.url}/issuing/extra", fields)
    assert answer.status_code == 302, answer.text
    payloads = read_back(fetched(organizer, polling).data)
    assert payloads
    assert all(before_the_code in payload for payload in payloads)
