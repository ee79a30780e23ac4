"""For how many of those rated a group's ballots reach the minimum that a score of its own needs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.models import Campaign, CampaignKind, CampaignState
from surveys.monitoring.turnout import (
    BatchCount,
    count_of,
    counted_batches,
    returned_by_batch,
    units_of_members,
)


@dataclass(frozen=True)
class GroupMinimum:
    """One group: the units or members it rates, and those of them with ballots enough.

    Parameters
    ----------
    minimum : ballots that each of them needs
    n_units, n_reached : how many are rated; about how many at least the minimum came back
    short_ids : the others
    short_unit_ids : units that are among them, or a member of whose group is
    """

    minimum: int
    n_units: int
    short_ids: frozenset[int]
    short_unit_ids: frozenset[int]

    @property
    def n_reached(self) -> int:
        """Units with ballots enough."""
        return self.n_units - len(self.short_ids)

    @property
    def reached(self) -> bool:
        """Whether every unit has enough."""
        return not self.short_ids


def group_minimums(session: Session, *, campaign_id: int) -> dict[int, GroupMinimum]:
    """By the group's id; counts are as coarse as those of the turnout."""
    campaign = session.get_one(Campaign, campaign_id)
    returned = returned_by_batch(session, campaign_id=campaign_id)
    counted = counted_batches(session, campaign_id=campaign_id, returned=returned)
    return minimums_of(campaign, counted)


def minimums_of(campaign: Campaign, counted: Iterable[BatchCount]) -> dict[int, GroupMinimum]:
    """By the group's id, of batches that were counted."""
    about: dict[int, dict[int, list[BatchCount]]] = defaultdict(lambda: defaultdict(list))
    for row in counted:
        of_group = about[row.batch.group_id]
        for target_id in row.batch.target_ids:
            of_group[target_id].append(row)
    running = campaign.state is CampaignState.OPEN
    units = units_of_members(campaign) if campaign.kind is CampaignKind.MEMBER else {}
    found: dict[int, GroupMinimum] = {}
    for group in campaign.groups:
        short = frozenset(
            target_id
            for target_id, rows in about[group.id].items()
            if count_of(rows, coarse_if_small=running).n_returned < group.min_valid
        )
        found[group.id] = GroupMinimum(
            minimum=group.min_valid,
            n_units=len(about[group.id]),
            short_ids=short,
            short_unit_ids=frozenset(units.get(each, each) for each in short),
        )
    return found
