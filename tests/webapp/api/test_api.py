"""The API: published results, and its own description."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from surveys.casting.receipts import receipt_number
from surveys.database.engine import Database
from surveys.models import (
    Campaign,
    CampaignKind,
    CampaignState,
    Category,
    Period,
    Publication,
    PublishedLeaf,
    Questionnaire,
    Role,
    ScoreLine,
    ScoreRun,
    Unit,
    UnitKind,
)
from surveys.opening.tree import box_root, verify_inclusion
from tests.conftest import NOW
from tests.webapp.conftest import Browser, MakeAccount
from webapp.api.description import PATHS, description

ANNUAL = {
    "key": "annual",
    "points": "91.0000",
    "weight": "0.45",
    "weighted": "40.9500",
    "groups": [{"key": "A", "n_valid": 3}],
}
LEAF = bytes(range(32))
MANIFEST = {"campaign": {"name": {"zh": "反向评", "en": "Reverse"}}, "county": {}, "keys": []}


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
            scheme={"preset": "liuyang"},
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
            components={"lines": [ANNUAL]},
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
def test_components_do_not_tell_of_groups(client: Browser) -> None:
    answer = client.get("/api/v1/board/2025")

    assert answer.json is not None
    (unit,) = answer.json["categories"][0]["units"]
    assert [part["points"] for part in unit["components"]] == ["91.0000"]
    assert "n_valid" not in answer.text


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


def test_a_receipt_in_no_list_is_told_as_such(client: Browser) -> None:
    answer = client.get("/api/v1/receipts/0123-4567-89AB-CDEF").json

    assert answer is not None
    assert (answer["verdict"], answer["leaf"]) == ("not_found", None)


def test_a_receipt_in_no_list_has_no_proof(client: Browser) -> None:
    answer = client.get("/api/v1/receipts/0123-4567-89AB-CDEF/proof")

    assert answer.status_code == 404


def test_a_receipt_that_is_too_short_is_422_with_the_facts(client: Browser) -> None:
    answer = client.get("/api/v1/receipts/0123")

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["facts"] == {"length": 4, "expected": 16}


def test_a_receipt_in_a_published_list_is_found(client: Browser, database: Database) -> None:
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
        session.add(period)
        session.flush()
        form = Questionnaire(period_id=period.id, code="q", content={})
        session.add(form)
        session.flush()
        campaign = Campaign(
            period=period,
            questionnaire=form,
            code="c",
            kind=CampaignKind.REVERSE,
            name_zh="反向评",
            name_en="Reverse",
            state=CampaignState.CLOSED,
            manifest=MANIFEST,
            root=box_root([LEAF]),
            n_envelopes=1,
            closed_at=NOW,
        )
        session.add(campaign)
        session.flush()
        session.add(PublishedLeaf(leaf=LEAF, campaign_id=campaign.id))
    number = receipt_number(LEAF)

    found = client.get(f"/api/v1/receipts/{number}").json
    proof = client.get(f"/api/v1/receipts/{number}/proof").json

    assert found is not None
    assert proof is not None
    assert (found["verdict"], found["leaf"]) == ("found", LEAF.hex())
    assert verify_inclusion(
        LEAF, index=proof["index"], size=proof["size"], proof=[], root=bytes.fromhex(proof["root"])
    )
