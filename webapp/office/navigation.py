"""The eight rooms of an evaluation as links: where it stands, and where the reader is."""

from dataclasses import dataclass
from typing import Final

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from surveys.models import Campaign, Period
from surveys.monitoring.stages import CampaignStage, PeriodStage, Stage, period_stage
from webapp.access import access_of, holds

# The room's last word in its address and in its endpoint, its name, and whether each campaign has
# its own.
ROOMS: Final = (
    (Stage.SETUP, "setup", "setup", _("Set-up"), False),
    (Stage.ISSUING, "issuing", "issuing", _("Issuing codes"), True),
    (Stage.MONITORING, "turnout", "turnout_page", _("Turnout"), True),
    (Stage.OPENING, "opening", "opening", _("Closing and opening"), True),
    (Stage.EXAMINING, "examining", "examining", _("Examining"), True),
    (Stage.REVIEW, "review", "review", _("Review"), True),
    (Stage.SCORING, "scores", "scores", _("Scores"), False),
    (Stage.PUBLISHING, "publishing", "publishing", _("Publishing"), False),
)


@dataclass(frozen=True)
class Room:
    """One link: done, now (where the evaluation stands) or later; `here` is the open page.

    The address is empty for a reader whom the room is closed to.
    """

    name: str
    url: str
    state: str
    here: bool


@dataclass(frozen=True)
class CampaignTab:
    """The same room of a sibling campaign."""

    campaign: Campaign
    url: str
    here: bool


@dataclass(frozen=True)
class NextStep:
    """What is to be done next, in words, and where: nowhere for a reader who may not go there."""

    text: str
    url: str
    done: bool


@dataclass(frozen=True)
class Navigation:
    """All rooms of a period, as seen from one page."""

    period: Period
    campaign: Campaign | None
    stage: Stage
    rooms: tuple[Room, ...]
    tabs: tuple[CampaignTab, ...]
    next: NextStep


def room_name(stage: Stage) -> str:
    """Return the stage's name in the page's language."""
    return str({room[0]: room[3] for room in ROOMS}.get(stage, gettext("Published")))


def room_url(stage: Stage, *, period_id: int, campaign_id: int | None) -> str:
    """Return a room's address; a campaign's room without a campaign is its set-up."""
    word, of_campaign = next(
        ((word, each) for room, word, _end, _name, each in ROOMS if room is stage),
        ("publishing", False),
    )
    if not of_campaign:
        return f"/office/periods/{period_id}/{word}"
    if campaign_id is None:
        return f"/office/periods/{period_id}/setup"
    return f"/office/campaigns/{campaign_id}/{word}"


def navigation(
    session: Session, *, path: str, period_id: int | None, campaign_id: int | None
) -> Navigation:
    """Lay out the rooms as seen from the page at `path`."""
    if period_id is None:
        period_id = session.get_one(Campaign, campaign_id).period_id
    standing = period_stage(session, period_id=period_id)
    ours = next((each for each in standing.campaigns if each.campaign.id == campaign_id), None)
    word = (path.split("/") + [""] * 5)[4]
    return Navigation(
        period=standing.period,
        campaign=ours.campaign if ours else None,
        stage=ours.stage if ours else standing.stage,
        rooms=rooms(standing, ours, word),
        tabs=_tabs(standing, ours, word),
        next=next_step(standing),
    )


def next_step(standing: PeriodStage) -> NextStep:
    """Say what the office does next for a period."""
    waits = standing.waits_for
    return NextStep(
        text=_step_words(standing.stage, waits),
        url=_open_url(
            standing.stage,
            period_id=standing.period.id,
            campaign_id=waits.campaign.id if waits else None,
        ),
        done=standing.stage is Stage.PUBLISHED,
    )


def _open_url(stage: Stage, *, period_id: int, campaign_id: int | None) -> str:
    """Return a room's address if the reader may enter it, nothing otherwise."""
    endpoint = {room[0]: room[2] for room in ROOMS}.get(stage, "publishing")
    access = access_of(current_app.view_functions[f"office.{endpoint}"])
    may = access is not None and holds(*access.roles)
    return room_url(stage, period_id=period_id, campaign_id=campaign_id) if may else ""


def _step_words(stage: Stage, waits: CampaignStage | None) -> str:
    if stage is Stage.ISSUING and waits and waits.n_batches:
        return str(gettext("Open the campaign for voting"))
    words = {
        Stage.SETUP: gettext("Complete the set-up and freeze the period"),
        Stage.ISSUING: gettext("Issue codes and print the sheets"),
        Stage.MONITORING: gettext("Watch the turnout; close when it is enough"),
        Stage.OPENING: gettext("Open the box: two officers"),
        Stage.EXAMINING: gettext("Examine the opened ballots"),
        Stage.REVIEW: gettext("Decide on the findings"),
        Stage.SCORING: gettext("Compute the scores"),
        Stage.PUBLISHING: gettext("Certify and publish"),
    }
    return str(words.get(stage, gettext("Nothing: the results are public")))


def rooms(
    standing: PeriodStage, ours: CampaignStage | None = None, word: str = ""
) -> tuple[Room, ...]:
    """Return all rooms of a period, or as one campaign (`ours`) sees them from page `word`."""
    waits = ours or standing.waits_for or next(iter(standing.campaigns), None)
    campaign_id = waits.campaign.id if waits else None
    reached = campaign_reached(standing, ours) if ours else standing.stage
    return tuple(
        Room(
            name=str(name),
            url=_open_url(stage, period_id=standing.period.id, campaign_id=campaign_id),
            state="done" if stage < reached else "now" if stage is reached else "later",
            here=room == word,
        )
        for stage, room, _endpoint, name, _each in ROOMS
    )


def campaign_reached(standing: PeriodStage, ours: CampaignStage) -> Stage:
    """Return the room a campaign stands in: none before the freeze, the period's at the end."""
    return standing.stage if standing.stage is Stage.SETUP else max(standing.stage, ours.stage)


def _tabs(standing: PeriodStage, ours: CampaignStage | None, word: str) -> tuple[CampaignTab, ...]:
    if ours is None:
        return ()
    return tuple(
        CampaignTab(
            campaign=each.campaign,
            url=f"/office/campaigns/{each.campaign.id}/{word}",
            here=each is ours,
        )
        for each in standing.campaigns
    )
