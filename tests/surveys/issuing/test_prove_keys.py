"""Keys on the server: made once, proven, and only then is voting open."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys.errors import Conflict, DomainError, Invalid
from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.prove_keys import open_with_keys_on_server, prove_keys
from surveys.issuing.readiness import readiness
from surveys.models import CampaignState
from surveys.opening.keys import KeyStore, Role
from tests.small_county import SmallCounty, build_small_county


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path)


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_small_county(session, now=now)


def issue(session: Session, county: SmallCounty, now: datetime) -> None:
    order = BatchOrder(county.campaign.id, county.staff.id, (county.units[0].id,), n=2)
    issue_batch(session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id)


def open_it(session: Session, county: SmallCounty, store: KeyStore, now: datetime) -> None:
    open_with_keys_on_server(
        session,
        campaign_id=county.campaign.id,
        store=store,
        random_bytes=os.urandom,
        now=now,
        by=county.organizer.id,
    )


def test_all_five_keys_are_made(store: KeyStore) -> None:
    prove_keys(store, campaign_id=7, random_bytes=os.urandom)
    assert store.roles(7) == list(Role)


def test_keys_that_are_there_are_taken(store: KeyStore) -> None:
    first = prove_keys(store, campaign_id=7, random_bytes=os.urandom)
    assert prove_keys(store, campaign_id=7, random_bytes=os.urandom) == first


def test_only_missing_keys_are_made(store: KeyStore) -> None:
    made = store.create(7, roles=(Role.OFFICER_A,))
    keyring = prove_keys(store, campaign_id=7, random_bytes=os.urandom)
    assert keyring.part(Role.OFFICER_A) == made.part(Role.OFFICER_A)


def test_a_damaged_key_does_not_pass(store: KeyStore) -> None:
    prove_keys(store, campaign_id=7, random_bytes=os.urandom)
    path = store.path(Role.OFFICER_B, 7)
    path.chmod(0o600)
    path.write_text(path.read_text("ascii")[:-20], "ascii")
    with pytest.raises(DomainError):
        prove_keys(store, campaign_id=7, random_bytes=os.urandom)


def test_another_campaigns_key_does_not_pass(store: KeyStore) -> None:
    for campaign_id in (7, 8):
        prove_keys(store, campaign_id=campaign_id, random_bytes=os.urandom)
    store.path(Role.OFFICER_B, 8).replace(store.path(Role.OFFICER_B, 7))
    with pytest.raises(Invalid):
        prove_keys(store, campaign_id=7, random_bytes=os.urandom)


def test_a_campaign_without_codes_gets_no_keys(
    session: Session, county: SmallCounty, store: KeyStore, now: datetime
) -> None:
    with pytest.raises(Conflict, match="nothing_issued"):
        open_it(session, county, store, now)
    assert store.roles(county.campaign.id) == []


def test_opening_takes_up_where_it_failed(
    session: Session, county: SmallCounty, store: KeyStore, now: datetime
) -> None:
    issue(session, county, now)
    keyring = prove_keys(store, campaign_id=county.campaign.id, random_bytes=os.urandom)
    open_it(session, county, store, now)
    assert county.campaign.manifest is not None
    assert county.campaign.manifest["keys"] == keyring.as_json()


def test_the_voters_are_told_that_the_server_keeps_the_keys(
    session: Session, county: SmallCounty, store: KeyStore, now: datetime
) -> None:
    issue(session, county, now)
    open_it(session, county, store, now)
    assert (county.campaign.manifest or {})["keys_kept"] == "server"


def test_an_open_campaign_does_not_open_again(
    session: Session, county: SmallCounty, store: KeyStore, now: datetime
) -> None:
    issue(session, county, now)
    open_it(session, county, store, now)
    with pytest.raises(Conflict, match="campaign_not_draft"):
        open_it(session, county, store, now)


def test_a_campaign_with_codes_is_ready(
    session: Session, county: SmallCounty, store: KeyStore, now: datetime
) -> None:
    before = readiness(session, campaign_id=county.campaign.id, store=store)
    issue(session, county, now)
    after = readiness(session, campaign_id=county.campaign.id, store=store)
    assert (before.ready, after.ready, after.n_codes) == (False, True, 2)


def test_an_unfrozen_period_is_not_ready(session: Session, store: KeyStore, now: datetime) -> None:
    county = build_small_county(session, now=now, frozen=False)
    assert not readiness(session, campaign_id=county.campaign.id, store=store).frozen


def test_an_open_campaign_is_not_ready_again(
    session: Session, county: SmallCounty, store: KeyStore, now: datetime
) -> None:
    issue(session, county, now)
    open_it(session, county, store, now)
    assert county.campaign.state is CampaignState.OPEN
    assert not readiness(session, campaign_id=county.campaign.id, store=store).ready
