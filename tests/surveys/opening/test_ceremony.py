"""Officers' own keys: handed in, proven by a canary, and only then used."""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys.errors import Conflict, DomainError, Invalid, NotFound, Refused
from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.open_with_officers import open_with_officers_keys
from surveys.issuing.prove_keys import open_with_keys_on_server
from surveys.models import CampaignState, KeyCeremony
from surveys.opening.ceremony import (
    answer_canary,
    canary_box,
    ceremony_of,
    hand_in_keys,
    take_keys_back,
)
from surveys.opening.keys import OFFICERS, SERVER_ROLES, Key, KeyStore, PublicPart, Role, new_key
from surveys.opening.take_layer_off import canary_answer, take_layer_off
from tests.small_county import SmallCounty, build_small_county


@dataclass
class Ceremony:
    session: Session
    county: SmallCounty
    store: KeyStore
    keys: dict[Role, Key]
    now: datetime

    @property
    def campaign_id(self) -> int:
        return self.county.campaign.id

    def parts(self) -> list[PublicPart]:
        return [self.keys[role].public_part for role in OFFICERS]

    def hand_in(self, parts: list[PublicPart] | None = None) -> KeyCeremony:
        return hand_in_keys(
            self.session,
            campaign_id=self.campaign_id,
            parts=self.parts() if parts is None else parts,
            store=self.store,
            random_bytes=os.urandom,
            now=self.now,
            by=self.county.organizer.id,
        )

    def found(self) -> str:
        """What both officers find in the canary."""
        ceremony = ceremony_of(self.session, campaign_id=self.campaign_id)
        layer = take_layer_off(canary_box(ceremony), key=self.keys[Role.OFFICER_A])
        return canary_answer(take_layer_off(layer, key=self.keys[Role.OFFICER_B]))

    def answer(self, answer: str, by: int | None = None) -> None:
        answer_canary(
            self.session,
            campaign_id=self.campaign_id,
            answer=answer,
            now=self.now,
            by=by or self.county.officer_b.id,
        )

    def open(self) -> None:
        open_with_officers_keys(
            self.session,
            campaign_id=self.campaign_id,
            store=self.store,
            now=self.now,
            by=self.county.organizer.id,
        )


@pytest.fixture
def ceremony(session: Session, now: datetime, tmp_path: Path) -> Ceremony:
    county = build_small_county(session, now=now)
    order = BatchOrder(county.campaign.id, county.staff.id, (county.units[0].id,), n=2)
    issue_batch(session, order=order, random_bytes=os.urandom, now=now, by=county.organizer.id)
    keys = {
        role: new_key(role, campaign=county.campaign.id, random_bytes=os.urandom)
        for role in OFFICERS
    }
    return Ceremony(session, county, KeyStore(tmp_path), keys, now)


def test_with_the_right_answer_the_campaign_opens(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    ceremony.answer(ceremony.found())
    ceremony.open()
    manifest = ceremony.county.campaign.manifest or {}
    state = ceremony.county.campaign.state
    assert (state, manifest["keys_kept"]) == (CampaignState.OPEN, "officers")


def test_before_the_answer_it_does_not(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    with pytest.raises(Conflict, match="canary_unanswered"):
        ceremony.open()


def test_a_wrong_answer_proves_nothing(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    with pytest.raises(Invalid, match="canary_answer_wrong"):
        ceremony.answer("00" * 16)
    with pytest.raises(Conflict, match="canary_unanswered"):
        ceremony.open()


def test_who_handed_the_keys_in_does_not_answer(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    with pytest.raises(Refused, match="same_person"):
        ceremony.answer(ceremony.found(), by=ceremony.county.organizer.id)


def test_the_server_gets_no_officers_key(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    assert ceremony.store.roles(ceremony.campaign_id) == list(SERVER_ROLES)


def test_the_manifest_names_the_keys_that_were_handed_in(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    ceremony.answer(ceremony.found())
    ceremony.open()
    keys = (ceremony.county.campaign.manifest or {})["keys"]
    assert keys[:2] == [part.as_json() for part in ceremony.parts()]


def test_two_keys_of_one_officer_are_refused(ceremony: Ceremony) -> None:
    part = ceremony.keys[Role.OFFICER_A].public_part
    with pytest.raises(Invalid, match="role_twice"):
        ceremony.hand_in([part, part])


def test_one_officer_alone_is_not_enough(ceremony: Ceremony) -> None:
    with pytest.raises(Invalid, match="officer_key_missing") as raised:
        ceremony.hand_in(ceremony.parts()[:1])
    assert raised.value.facts == {"role": "officer_b"}


def test_another_campaigns_key_is_refused(ceremony: Ceremony) -> None:
    a, b = ceremony.parts()
    with pytest.raises(Invalid, match="key_of_other_campaign"):
        ceremony.hand_in([a, replace(b, campaign="999")])


def test_a_key_of_another_suite_is_refused(ceremony: Ceremony) -> None:
    a, b = ceremony.parts()
    with pytest.raises(Invalid, match="unknown_suite"):
        ceremony.hand_in([a, replace(b, suite=2)])


def test_a_public_key_of_no_use_is_refused(ceremony: Ceremony) -> None:
    a, b = ceremony.parts()
    with pytest.raises(DomainError, match="bad_public_key"):
        ceremony.hand_in([a, replace(b, public=b"short")])


def test_keys_are_handed_in_once(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    with pytest.raises(Conflict, match="keys_handed_in"):
        ceremony.hand_in()


def test_the_server_does_not_open_with_its_own_keys_meanwhile(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    with pytest.raises(Conflict, match="keys_handed_in"):
        open_with_keys_on_server(
            ceremony.session,
            campaign_id=ceremony.campaign_id,
            store=ceremony.store,
            random_bytes=os.urandom,
            now=ceremony.now,
            by=ceremony.county.organizer.id,
        )


def test_keys_taken_back_can_be_replaced(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    take_keys_back(
        ceremony.session,
        campaign_id=ceremony.campaign_id,
        now=ceremony.now,
        by=ceremony.county.organizer.id,
    )
    ceremony.keys[Role.OFFICER_B] = new_key(
        Role.OFFICER_B, campaign=ceremony.campaign_id, random_bytes=os.urandom
    )
    ceremony.hand_in()
    ceremony.answer(ceremony.found())
    ceremony.open()
    assert ceremony.county.campaign.state is CampaignState.OPEN


def test_without_keys_there_is_no_canary(ceremony: Ceremony) -> None:
    with pytest.raises(NotFound, match="no_keys_handed_in"):
        ceremony.answer("00")


def test_an_open_campaign_takes_no_keys(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    ceremony.answer(ceremony.found())
    ceremony.open()
    with pytest.raises(Conflict, match="campaign_not_draft"):
        ceremony.hand_in()


def test_a_server_key_that_was_exchanged_stops_the_opening(ceremony: Ceremony) -> None:
    ceremony.hand_in()
    ceremony.answer(ceremony.found())
    ceremony.store.path(Role.CASTING, ceremony.campaign_id).unlink()
    ceremony.store.create(ceremony.campaign_id, roles=[Role.CASTING])
    with pytest.raises(Invalid, match="wrong_key"):
        ceremony.open()
