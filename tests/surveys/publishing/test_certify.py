"""Two persons sign scores that are up to date; then nothing changes again."""

import random
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound, Refused
from surveys.models import CampaignKind, CampaignState, ScoreRun
from surveys.opening.keys import KeyStore
from surveys.publishing.certify import (
    certify,
    countersign,
    publication_of,
    publish,
    withdraw_certification,
)
from surveys.publishing.destroy_keys import destroy_keys
from surveys.publishing.history import history
from surveys.publishing.without_total import without_total
from surveys.scoring.rulings import Word, rule
from tests.surveys.publishing.left_open import left_open, sign
from tests.surveys.scoring.example_county import TWIN, ExampleCounty, cast


def test_unscored_periods_are_not_certified(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    with pytest.raises(NotFound) as caught:
        sign(certify, session, period_id=county.period.id, now=now, by=county.first.id)
    assert caught.value.code == "no_scores"


def test_the_first_signature_is_on_the_run_without_excluded_ballots(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    signed = sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    assert (signed.run_id, signed.first_certifier) == (run.id, county.first.id)


def test_nobody_certifies_twice(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    with pytest.raises(Conflict) as caught:
        sign(certify, session, period_id=run.period_id, now=now, by=county.second.id)
    assert caught.value.code == "already_certified"


def test_scores_that_miss_a_ballot_are_out_of_date(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    campaign = county.campaigns[CampaignKind.DEMOCRATIC]
    cast(session, campaign, "A", county.units[TWIN], [4], by=county.first)
    session.expire(campaign)
    with pytest.raises(Conflict) as caught:
        sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    assert caught.value.code == "scores_out_of_date"


def test_scores_that_miss_a_decision_are_out_of_date(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    word = Word(grade="poor", reason="样例", document="1")
    rule(session, target_id=county.units[TWIN].id, word=word, now=now, by=county.first.id)
    with pytest.raises(Conflict) as caught:
        sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    assert caught.value.code == "scores_out_of_date"


def test_the_second_signature_is_another_persons(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    with pytest.raises(Refused) as caught:
        sign(countersign, session, period_id=run.period_id, now=now, by=county.first.id)
    assert caught.value.code == "same_person"


def test_the_second_signature_is_refused_on_scores_out_of_date(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    campaign = county.campaigns[CampaignKind.DEMOCRATIC]
    cast(session, campaign, "A", county.units[TWIN], [4], by=county.first)
    session.expire(campaign)
    with pytest.raises(Conflict) as caught:
        sign(countersign, session, period_id=run.period_id, now=now, by=county.second.id)
    assert caught.value.code == "scores_out_of_date"


def test_two_signatures_certify_every_campaign(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    sign(countersign, session, period_id=run.period_id, now=now, by=county.second.id)
    states = {campaign.state for campaign in county.campaigns.values()}
    assert states == {CampaignState.CERTIFIED}


def test_nobody_signs_over_a_unit_without_a_total_unawares(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    period, ids = run.period_id, left_open(session, run.period_id)
    codes = {each.code for each in without_total(session, run=run)}
    assert codes == {county.units["己局"].code}
    with pytest.raises(Conflict) as caught:
        certify(session, period_id=period, now=now, by=county.first.id)
    assert (caught.value.code, caught.value.facts["codes"]) == ("totals_missing", *codes)
    named_wrongly = {*ids, county.units[TWIN].id}
    with pytest.raises(Conflict, match="scores_out_of_date"):
        certify(session, period_id=period, without_total=named_wrongly, now=now, by=county.first.id)
    certify(session, period_id=period, without_total=ids, now=now, by=county.first.id)
    with pytest.raises(Conflict, match="totals_missing"):
        countersign(session, period_id=period, now=now, by=county.second.id)
    (deed,) = (each for each in history(session, period_id=period) if "certified" in each.act)
    assert {deed.facts["without_total"]} == codes


def test_the_first_signature_can_be_withdrawn(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    withdraw_certification(session, period_id=run.period_id, now=now, by=county.first.id)
    assert publication_of(session, period_id=run.period_id) is None


def test_two_signatures_are_not_withdrawn(
    session: Session, published: ExampleCounty, now: datetime
) -> None:
    with pytest.raises(Conflict) as caught:
        withdraw_certification(
            session, period_id=published.period.id, now=now, by=published.first.id
        )
    assert caught.value.code == "already_certified"


def test_one_signature_publishes_nothing(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    with pytest.raises(Conflict) as caught:
        publish(session, period_id=run.period_id, now=now, by=county.first.id)
    assert caught.value.code == "second_signature_missing"


def test_nothing_is_published_twice(
    session: Session, published: ExampleCounty, now: datetime
) -> None:
    with pytest.raises(Conflict) as caught:
        publish(session, period_id=published.period.id, now=now, by=published.first.id)
    assert caught.value.code == "already_published"


def keys_of(county: ExampleCounty, directory: Path) -> KeyStore:
    store = KeyStore(directory, random_bytes=random.Random(5).randbytes)
    store.create(county.campaigns[CampaignKind.DEMOCRATIC].id)
    return store


def test_keys_are_destroyed_after_two_signatures(
    session: Session, published: ExampleCounty, now: datetime, tmp_path: Path
) -> None:
    store = keys_of(published, tmp_path)
    period, by = published.period.id, published.first.id
    assert destroy_keys(session, period_id=period, store=store, now=now, by=by) == 5
    assert store.roles(published.campaigns[CampaignKind.DEMOCRATIC].id) == []


def test_keys_that_are_gone_are_no_error(
    session: Session, published: ExampleCounty, now: datetime, tmp_path: Path
) -> None:
    store = KeyStore(tmp_path)
    period, by = published.period.id, published.first.id
    assert destroy_keys(session, period_id=period, store=store, now=now, by=by) == 0


def test_keys_stay_before_the_second_signature(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime, tmp_path: Path
) -> None:
    store = keys_of(county, tmp_path)
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    with pytest.raises(Conflict) as caught:
        destroy_keys(session, period_id=run.period_id, store=store, now=now, by=county.first.id)
    assert caught.value.code == "second_signature_missing"
    assert len(store.roles(county.campaigns[CampaignKind.DEMOCRATIC].id)) == 5


def test_the_history_tells_the_latest_act_first(session: Session, published: ExampleCounty) -> None:
    deeds = history(session, period_id=published.period.id)
    assert [(deed.act, deed.name) for deed in deeds] == [
        ("scores_published", "First"),
        ("scores_countersigned", "Second"),
        ("scores_certified", "First"),
        ("period_scored", "First"),
        ("period_scored", "First"),
    ]


def test_the_history_passes_over_acts_that_name_the_period_by_its_code(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    record(session, "period_frozen", at=now, by=county.first.id, period="2026Q1")
    session.flush()
    deeds = history(session, period_id=run.period_id)
    assert {deed.act for deed in deeds} == {"period_scored"}
