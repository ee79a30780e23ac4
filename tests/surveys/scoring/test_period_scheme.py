"""A period keeps its scheme whole: later presets do not change it, and freezing locks it."""

from datetime import datetime

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys.models import Period
from surveys.scoring.period_scheme import kept_scheme, scheme_of
from surveys.scoring.schemes import preset, preset_keys
from tests.surveys.scoring.example_county import ExampleCounty


@pytest.mark.parametrize("key", preset_keys())
def test_a_kept_scheme_is_the_preset_it_came_from(key: str) -> None:
    assert scheme_of(Period(scheme=kept_scheme(key))) == preset(key)


def test_a_period_reckons_by_the_rules_it_keeps() -> None:
    kept = kept_scheme("changsha")
    for grade, share in zip(kept["rules"]["grades"], ("0.22", "0.74", "0.04"), strict=True):
        grade["quota"]["share"] = share
    shares = [grade.quota.share for grade in scheme_of(Period(scheme=kept)).grades if grade.quota]
    assert [str(share) for share in shares] == ["0.22", "0.74", "0.04"]


def test_proportions_are_locked_when_the_period_is_frozen(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    period = county.period
    period.scheme = kept_scheme("changsha")
    session.flush()
    period.frozen_at, period.manifest_hash = now, bytes(32)
    session.flush()
    changed = kept_scheme("changsha")
    changed["rules"]["grades"][0]["quota"]["share"] = "0.30"
    period.scheme = changed
    with pytest.raises(DBAPIError, match="frozen"):
        session.flush()
    session.rollback()
