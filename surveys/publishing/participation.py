"""How many took part in what a period's results rest on."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.models import Campaign, Period
from surveys.monitoring.turnout import turnout
from surveys.review.decide import excluded_ballots


@dataclass(frozen=True)
class Participation:
    """One campaign in numbers.

    Parameters
    ----------
    n_issued, n_returned : personal codes handed out, and ballots that came back with them
    n_open : ballots through open codes, which anybody could scan
    n_left_out : ballots that two persons decided to leave out
    """

    campaign: Campaign
    n_issued: int
    n_returned: int
    n_open: int
    n_left_out: int

    @property
    def n_ballots(self) -> int:
        """All ballots in the box."""
        return self.n_returned + self.n_open

    @property
    def share(self) -> float | None:
        """Returned of issued, 0..1; None without personal codes."""
        return self.n_returned / self.n_issued if self.n_issued else None


def participation(session: Session, *, period_id: int) -> tuple[Participation, ...]:
    """The campaigns of a period in numbers."""
    period = session.get_one(Period, period_id)
    return tuple(of_campaign(session, campaign) for campaign in period.campaigns)


def of_campaign(session: Session, campaign: Campaign) -> Participation:
    """One campaign in numbers."""
    counts = [count for _, count in turnout(session, campaign_id=campaign.id).groups]
    personal = [count for count in counts if count.n_issued is not None]
    return Participation(
        campaign=campaign,
        n_issued=sum(count.n_issued or 0 for count in personal),
        n_returned=sum(count.n_returned for count in personal),
        n_open=sum(count.n_returned for count in counts if count.n_issued is None),
        n_left_out=len(excluded_ballots(session, campaign_id=campaign.id)),
    )
