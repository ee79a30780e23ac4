"""Who closed, asked and opened, and when: told from the log of acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import NotFound, Refused
from surveys.models import Account, AuditRecord, Campaign, Request
from surveys.opening.keys import KeyStore, Role
from surveys.opening.open_box import OfficerKeys, closed_campaign, waiting_request

ACTS: Final = (
    "voting_opened",
    "campaign_closed",
    "opening_requested",
    "opening_withdrawn",
    "box_opened",
)


@dataclass(frozen=True)
class Step:
    """One act: who and when. `name` is empty where the system itself acted."""

    at: datetime
    name: str


@dataclass(frozen=True)
class OpeningStory:
    """How far a campaign's box has come, and who brought it there.

    Parameters
    ----------
    voting, closed, requested, opened : the acts, or None while they are to come
    waiting : the request that waits for a second officer
    """

    campaign: Campaign
    voting: Step | None
    closed: Step | None
    requested: Step | None
    opened: Step | None
    waiting: Request | None


def opening_story(session: Session, *, campaign_id: int) -> OpeningStory:
    """Tell a campaign's story up to now."""
    campaign = session.get_one(Campaign, campaign_id)
    acts = last_acts(session, campaign_id=campaign_id)
    waiting = waiting_request(session, campaign_id=campaign_id)
    opened = acts.get("box_opened")
    return OpeningStory(
        campaign=campaign,
        voting=acts.get("voting_opened"),
        closed=acts.get("campaign_closed"),
        # A request that was withdrawn is no step of the story.
        requested=acts.get("opening_requested") if waiting or opened else None,
        opened=opened,
        waiting=waiting,
    )


def last_acts(session: Session, *, campaign_id: int) -> dict[str, Step]:
    """The latest of each act of the story."""
    body = AuditRecord.body
    records = session.scalars(
        select(body)
        .where(body["campaign"].as_integer() == campaign_id, body["act"].as_string().in_(ACTS))
        .order_by(AuditRecord.seq)
    ).all()
    actors = {record["by"] for record in records if record["by"] is not None}
    names = {
        account.id: account.name
        for account in session.scalars(select(Account).where(Account.id.in_(actors)))
    }
    return {
        record["act"]: Step(datetime.fromisoformat(record["at"]), names.get(record["by"], ""))
        for record in records
    }


def require_second_officer(session: Session, *, campaign_id: int, by: int) -> None:
    """Refuse at once what `open_box` would refuse after its work has begun.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state)
    NotFound : ``no_request``
    Refused : ``same_person``
    """
    closed_campaign(session, campaign_id)
    request = waiting_request(session, campaign_id=campaign_id)
    if request is None:
        raise NotFound("no_request")
    if request.requested_by == by:
        raise Refused("same_person")


def keys_on_server(store: KeyStore, *, campaign_id: int) -> OfficerKeys:
    """Both officers' keys, where they lie on the server; errors of `KeyStore.load`."""
    return OfficerKeys(
        store.load(Role.OFFICER_A, campaign_id), store.load(Role.OFFICER_B, campaign_id)
    )
