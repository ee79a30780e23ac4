"""The API: published results, and its own description."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from surveys.database.engine import Database
from surveys.models import (
    Category,
    Period,
    Publication,
    Role,
    ScoreLine,
    ScoreRun,
    Unit,
    UnitKind,
)
from tests.conftest import NOW
from tests.webapp.conftest import Browser, MakeAccount
from webapp.api.description import PATHS, description


@pytest.fixture
def published(database: Database, make_account: MakeAccount) -> None:
    """One published period with one unit."""
    first = make_account(Role.ORGANIZER, login="first").id
    second = make_account(Role.ORGANIZER, login="second").id
    with database.transaction() as session:
        period = Period(
            code="2025",
            name_zh="2025年度",
            name_en="Year 2025",
            county_zh="样例县",
            county_en="Sample County",
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
            sample=True,
            scheme={},
        )
        category = Category(
            period=period,
            code="T1",
            name_zh="镇",
            name_en="Towns",
            kind=UnitKind.TOWNSHIP,
            position=1,
        )
        unit = Unit(
            period=period, category=category, code="A", name_zh="甲镇", name_en="A Town", position=1
        )
        run = ScoreRun(
            period=period,
            leaves_out_excluded=True,
            scored_at=NOW,
            scheme_hash=b"s",
            input_hash=b"i",
            software_version="0",
            seats={"T1": {"seats": {"excellent": 1}}},
        )
        line = ScoreLine(
            run=run,
            unit=unit,
            components={"annual": "91.0000"},
            bonus=Decimal(1),
            deduction=Decimal(0),
            total=Decimal("92.5"),
            total_low=91.8,
            total_high=93.1,
            place=1,
            grade="excellent",
            colour="green",
            consequences={},
            notes={},
        )
        session.add_all([period, category, unit, run, line])
        session.flush()
        session.add(
            Publication(
                period=period,
                run=run,
                first_certifier=first,
                first_certified_at=NOW,
                second_certifier=second,
                second_certified_at=NOW,
                published_at=NOW,
            )
        )


@pytest.mark.usefixtures("published")
def test_published_periods_are_listed(client: Browser) -> None:
    answer = client.get("/api/v1/board").json

    assert answer is not None
    assert [period["code"] for period in answer["periods"]] == ["2025"]


@pytest.mark.usefixtures("published")
def test_points_are_strings_of_four_places(client: Browser) -> None:
    answer = client.get("/api/v1/board/2025").json

    assert answer is not None
    (unit,) = answer["categories"][0]["units"]
    assert (unit["total"], unit["bonus"]) == ("92.5000", "1.0000")
    assert unit["total_range"] == [91.8, 93.1]
    assert unit["place_range"] is None


@pytest.mark.usefixtures("published")
def test_results_may_be_kept_for_a_minute(client: Browser) -> None:
    assert client.get("/api/v1/board/2025").headers["Cache-Control"] == "public, max-age=60"


def test_a_period_that_is_not_published_is_404(client: Browser) -> None:
    answer = client.get("/api/v1/board/2099")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"] == "no_board"


def test_every_address_of_the_api_is_described(app: Flask) -> None:
    routes = {
        rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }

    assert routes == set(PATHS)


def test_every_reference_of_the_description_leads_somewhere(client: Browser) -> None:
    answer = client.get("/api/v1/openapi.json")
    whole = description("https://vote.example")

    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"
    references = [part.split('"')[0] for part in answer.text.split("#/components/schemas/")[1:]]
    assert references
    assert set(references) <= set(whole["components"]["schemas"])
