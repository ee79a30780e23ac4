"""For how many units a group's ballots reach the minimum that a score of its own needs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Batch, BatchState, Campaign, CampaignState
from surveys.monitoring.turnout import BatchCount, count_of, returned_by_batch


@dataclass(frozen=True)
class GroupMinimum:
    """One group: the units it rates, and those of them with ballots enough.

    Parameters
    ----------
    minimum : ballots that each unit needs
    n_units, n_reached : units rated; units about which at least the minimum came back
    short_unit_ids : the others
    """

    minimum: int
    n_units: int
    short_unit_ids: frozenset[int]

    @property
    def n_reached(self) -> int:
        """Units with ballots enough."""
        return self.n_units - len(self.short_unit_ids)

    @property
    def reached(self) -> bool:
        """Whether every unit has enough."""
        return not self.short_unit_ids


def group_minimums(
    session: Session, *, campaign_id: int, returned: Mapping[int, int] | None = None
) -> dict[int, GroupMinimum]:
    """By the group's id; counts are as coarse as those of the turnout, `returned` as there."""
    campaign = session.get_one(Campaign, campaign_id)
    if returned is None:
        returned = returned_by_batch(session, campaign_id=campaign_id)
    about: dict[tuple[int, int], list[BatchCount]] = defaultdict(list)
    for batch in session.scalars(
        select(Batch).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED)
    ):
        for unit_id in batch.target_ids:
            about[batch.group_id, unit_id].append(BatchCount(batch, returned.get(batch.id, 0)))
    running = campaign.state is CampaignState.OPEN
    return {
        group.id: GroupMinimum(
            minimum=group.min_valid,
            n_units=sum(group_id == group.id for group_id, _ in about),
            short_unit_ids=frozenset(
                unit_id
                for (group_id, unit_id), counted in about.items()
                if group_id == group.id
                and count_of(counted, coarse_if_small=running).n_returned < group.min_valid
            ),
        )
        for group in campaign.groups
    }
