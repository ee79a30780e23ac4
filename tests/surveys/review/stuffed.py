"""An opened recognition survey in which forty ballots for the weakest department are stuffed."""

import random
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.open_voting import open_voting
from surveys.models import (
    Account,
    Ballot,
    Batch,
    CampaignKind,
    CampaignState,
    Role,
    Unit,
)
from tests.small_county import (
    MANIFEST_HASH,
    SmallCounty,
    account,
    build_small_county,
    campaign_keys,
    keyring,
    small_form,
)

N_ITEMS = 6
N_HONEST = 70
N_STUFFED = 40
STUFFER = b"stuffer!"
START = 2_950_000
# Chance of each option, best first, for the departments and the town.
OPINIONS = (
    (0.60, 0.25, 0.10, 0.05),
    (0.30, 0.30, 0.25, 0.15),
    (0.15, 0.30, 0.30, 0.25),
    (0.40, 0.30, 0.20, 0.10),
)


@dataclass(frozen=True)
class StuffedCampaign:
    """What tests need to name.

    Parameters
    ----------
    stuffed : the unit whose score the stuffed ballots raise from the third place to the second
    stuffed_ids : identities of the stuffed ballots
    second : another organizer than `county.organizer`
    """

    county: SmallCounty
    second: Account
    stuffed: Unit
    stuffed_ids: frozenset[UUID]

    @property
    def campaign_id(self) -> int:
        return self.county.campaign.id


def form() -> dict[str, object]:
    """Six rating items of the small county's four options and "don't know"."""
    content = small_form("recognition")
    content["items"] = [
        {
            "code": f"Y{place}",
            "text": {"zh": f"第{place}项", "en": f"Item {place}"},
            "weight": "20" if place <= 4 else "10",
        }
        for place in range(1, N_ITEMS + 1)
    ]
    return content


def build_opened_county(session: Session, *, now: datetime) -> SmallCounty:
    """A recognition survey whose box was opened; no ballot lies in it."""
    county = build_small_county(session, now=now, frozen=False)
    campaign = county.campaign
    campaign.kind = CampaignKind.RECOGNITION
    campaign.questionnaire.content = form()
    county.staff.code, county.citizens.code = "invited", "open"
    county.staff.weight, county.citizens.weight = Decimal("0.6"), Decimal("0.4")
    session.flush()
    county.period.frozen_at, county.period.manifest_hash = now, MANIFEST_HASH
    session.flush()
    for unit in county.units:
        order = BatchOrder(campaign.id, county.staff.id, (unit.id,), n=120)
        issue_batch(
            session,
            order=order,
            random_bytes=random.Random(unit.id).randbytes,
            now=now,
            by=county.organizer.id,
        )
    open_voting(
        session,
        campaign_id=campaign.id,
        keyring=keyring(campaign_keys(campaign.id)),
        keys_kept="server",
        now=now,
        by=county.organizer.id,
    )
    campaign.state, campaign.root = CampaignState.OPENED, b"\0" * 32
    campaign.closed_at = campaign.box_opened_at = now
    session.flush()
    session.refresh(campaign, ["batches"])
    return county


def build_stuffed_campaign(
    session: Session, *, now: datetime, seed: int = 1, stuffed: bool = True
) -> StuffedCampaign:
    """Write the campaign, its honest ballots and the stuffed ones into the session."""
    county = build_opened_county(session, now=now)
    rng = np.random.default_rng(seed)
    weakest = county.units[2]
    batches = {batch.target_ids[0]: batch for batch in county.campaign.batches}
    for unit, chances in zip(county.units, OPINIONS, strict=True):
        session.add_all(honest(rng, batches[unit.id], chances) for _ in range(N_HONEST))
    heap = [stuffer(rng, batches[weakest.id], k) for k in range(N_STUFFED)] if stuffed else []
    session.add_all(heap)
    second = account(session, "organizer-2", Role.ORGANIZER, now=now)
    session.flush()
    return StuffedCampaign(county, second, weakest, frozenset(ballot.id for ballot in heap))


def honest(
    rng: np.random.Generator, batch: Batch, chances: tuple[float, float, float, float]
) -> Ballot:
    """A voter with an opinion, somewhere in the county, some time in the week."""
    return Ballot(
        campaign_id=batch.campaign_id,
        id=UUID(bytes=rng.bytes(16), version=4),
        batch_id=batch.id,
        answers=bytes((rng.choice(4, size=N_ITEMS, p=chances) + 1).astype(np.uint8)),
        bucket=START + int(rng.integers(0, 7 * 144)),
        seconds=int(rng.integers(40, 200)),
        network=rng.bytes(8),
        device=rng.bytes(8),
    )


def stuffer(rng: np.random.Generator, batch: Batch, place: int) -> Ballot:
    """The best marks throughout, from one network within half an hour."""
    return Ballot(
        campaign_id=batch.campaign_id,
        id=UUID(bytes=rng.bytes(16), version=4),
        batch_id=batch.id,
        answers=bytes([1] * N_ITEMS),
        bucket=START + 500 + place // 14,
        seconds=int(rng.integers(9, 16)),
        network=STUFFER,
        device=STUFFER,
    )
