"""Everything that is to be seen of a campaign's turnout at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Batch, Campaign, CampaignState, Unit
from surveys.monitoring.attention import Note, attention
from surveys.monitoring.forecast import LOOK_BACK, Forecast, forecast
from surveys.monitoring.minimums import GroupMinimum, minimums_of
from surveys.monitoring.papers import papers_by_batch, papers_by_group
from surveys.monitoring.samples import first_samples, sudden_arrivals
from surveys.monitoring.turnout import (
    Count,
    Turnout,
    counted_batches,
    turnout_of,
)
from surveys.setup.expected_ballots import Expected


# Each is another one, whatever it says: what was drawn of it is kept as long as it.
@dataclass(frozen=True, eq=False)
class Watch:
    """What is to be seen.

    Parameters
    ----------
    at : the moment of the count
    returned : ballots by batch, exact: not to be shown of small ones
    turnout, minimums : as the functions of that name
    papers : by group, of the ballots returned those keyed in from paper
    expected : by group with an open code how many voters were expected
    forecasts : by group; while voting runs
    notes : what to look at; while voting runs
    units : those that the notes are about, by id
    """

    at: datetime
    returned: Mapping[int, int]
    turnout: Turnout
    minimums: Mapping[int, GroupMinimum]
    papers: Mapping[int, Count]
    expected: Mapping[int, int]
    forecasts: Mapping[int, Forecast | None]
    notes: tuple[Note, ...]
    units: Mapping[int, Unit]


def watch(
    session: Session, *, campaign_id: int, returned: Mapping[int, int], now: datetime
) -> Watch:
    """Lay out what was counted.

    Parameters
    ----------
    returned : as `surveys.monitoring.turnout.returned_by_batch` gave it at `now`
    """
    campaign = session.get_one(Campaign, campaign_id)
    counted = counted_batches(session, campaign_id=campaign_id, returned=returned)
    running = campaign.state is CampaignState.OPEN
    minimums = minimums_of(campaign, counted)
    papers = papers_by_batch(session, campaign_id=campaign_id)
    forecasts: dict[int, Forecast | None] = {}
    notes: tuple[Note, ...] = ()
    if running:
        batches = [row.batch for row in counted]
        forecasts = forecasts_of(session, campaign, batches, returned, now)
        notes = attention(
            batches,
            returned=returned,
            sudden=sudden_arrivals(session, campaign_id=campaign_id),
            minimums=minimums,
            now=now,
        )
    wanted = {note.unit_id for note in notes if note.unit_id is not None}
    units = session.scalars(select(Unit).where(Unit.id.in_(wanted))) if wanted else ()
    return Watch(
        at=now,
        returned=returned,
        turnout=turnout_of(session, campaign, counted),
        minimums=minimums,
        papers=papers_by_group(counted, papers, running=running),
        expected=expected_voters(session, campaign),
        forecasts=forecasts,
        notes=notes,
        units={unit.id: unit for unit in units},
    )


def forecasts_of(
    session: Session,
    campaign: Campaign,
    batches: list[Batch],
    returned: Mapping[int, int],
    now: datetime,
) -> dict[int, Forecast | None]:
    """By group."""
    since = first_samples(session, campaign_id=campaign.id, since=now - LOOK_BACK)
    return {
        group.id: forecast(
            [batch for batch in batches if batch.group_id == group.id],
            since=since,
            returned=returned,
            now=now,
        )
        for group in campaign.groups
    }


def expected_voters(session: Session, campaign: Campaign) -> dict[int, int]:
    """By group with an open code, where a number was planned."""
    opened = [group for group in campaign.groups if group.open_code and group.size]
    if not opened:
        return {}
    expected = Expected(session, campaign.period)
    return {group.id: expected.total(group) for group in opened}
