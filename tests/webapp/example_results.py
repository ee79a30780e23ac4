"""The worked example behind the web: opened, scored, or published."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.database.engine import Database
from surveys.publishing.certify import certify, countersign, publish
from surveys.scoring.score_period import score_both_ways
from tests.conftest import NOW
from tests.surveys.publishing.left_open import left_open
from tests.surveys.scoring.example_county import example_county


@dataclass(frozen=True)
class ExampleIds:
    """What tests need to name, as ids and codes."""

    period_id: int
    unit_ids: Mapping[str, int]
    codes: Mapping[str, str]
    campaign_ids: Mapping[str, int]
    first: int
    second: int


def opened(database: Database) -> ExampleIds:
    """The example with its boxes opened and examined."""
    with database.transaction() as session:
        county = example_county(session, now=NOW)
        county.period.frozen_at, county.period.manifest_hash = NOW, b"\1" * 32
        return ExampleIds(
            period_id=county.period.id,
            unit_ids={name: unit.id for name, unit in county.units.items()},
            codes={name: unit.code for name, unit in county.units.items()},
            campaign_ids={kind.value: each.id for kind, each in county.campaigns.items()},
            first=county.first.id,
            second=county.second.id,
        )


def scored(database: Database) -> ExampleIds:
    """The example scored both ways."""
    ids = opened(database)
    with database.transaction() as session:
        score_both_ways(session, period_id=ids.period_id, now=NOW, by=ids.first)
    return ids


def published(database: Database) -> ExampleIds:
    """The example certified by two persons and published."""
    ids = scored(database)
    with database.transaction() as session:
        certify(
            session,
            period_id=ids.period_id,
            without_total=left_open(session, ids.period_id),
            now=NOW,
            by=ids.first,
        )
        countersign(
            session,
            period_id=ids.period_id,
            without_total=left_open(session, ids.period_id),
            now=NOW,
            by=ids.second,
        )
        publish(session, period_id=ids.period_id, now=NOW, by=ids.first)
    return ids
