"""Where each period stands, and what its organizer does next."""

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from surveys.models import (
    Batch,
    Campaign,
    CampaignState,
    Decision,
    Examination,
    Finding,
    FindingLevel,
    Period,
    Publication,
    ScoreRun,
)

WAITING_LEVELS = (FindingLevel.FACT, FindingLevel.STRONG, FindingLevel.LOOK)


class Stage(IntEnum):
    """The rooms an evaluation walks through, in order."""

    SETUP = 1
    ISSUING = 2
    MONITORING = 3
    OPENING = 4
    EXAMINING = 5
    REVIEW = 6
    SCORING = 7
    PUBLISHING = 8
    PUBLISHED = 9

    @property
    def room(self) -> str:
        """The stage's name in addresses and words."""
        return self.name.lower()


@dataclass(frozen=True)
class CampaignStage:
    """A campaign and the room it stands in; SCORING means that it waits for the others."""

    campaign: Campaign
    stage: Stage
    n_batches: int
    n_waiting_findings: int


@dataclass(frozen=True)
class PeriodStage:
    """A period, the room its slowest campaign stands in, and that campaign."""

    period: Period
    stage: Stage
    campaigns: tuple[CampaignStage, ...]

    @property
    def waits_for(self) -> CampaignStage | None:
        """The campaign whose step comes next, if the next step is a campaign's."""
        if Stage.ISSUING <= self.stage <= Stage.REVIEW:
            return next(each for each in self.campaigns if each.stage is self.stage)
        return None


def period_stages(session: Session) -> tuple[PeriodStage, ...]:
    """All periods, the latest first."""
    periods = session.scalars(select(Period).order_by(Period.starts_on.desc(), Period.id.desc()))
    return tuple(period_stage(session, period_id=period.id) for period in periods)


def period_stage(session: Session, *, period_id: int) -> PeriodStage:
    """Where one period stands."""
    period = session.get_one(Period, period_id)
    campaigns = tuple(campaign_stage(session, campaign) for campaign in period.campaigns)
    if period.frozen_at is None:
        return PeriodStage(period, Stage.SETUP, campaigns)
    slowest = min((each.stage for each in campaigns), default=Stage.SCORING)
    if slowest < Stage.SCORING:
        return PeriodStage(period, slowest, campaigns)
    return PeriodStage(period, closing_stage(session, period_id), campaigns)


def closing_stage(session: Session, period_id: int) -> Stage:
    """SCORING, PUBLISHING or PUBLISHED, once all campaigns are decided."""
    publication = session.scalar(select(Publication).where(Publication.period_id == period_id))
    if publication is not None and publication.published_at is not None:
        return Stage.PUBLISHED
    scored = session.scalar(select(exists().where(ScoreRun.period_id == period_id)))
    return Stage.PUBLISHING if scored else Stage.SCORING


def campaign_stage(session: Session, campaign: Campaign) -> CampaignStage:
    """Where one campaign stands."""
    n_batches = session.scalar(
        select(func.count()).select_from(Batch).where(Batch.campaign_id == campaign.id)
    )
    n_waiting = n_waiting_findings(session, campaign_id=campaign.id)
    stage = {
        CampaignState.DRAFT: Stage.ISSUING,
        CampaignState.OPEN: Stage.MONITORING,
        CampaignState.CLOSED: Stage.OPENING,
    }.get(campaign.state)
    if stage is None:
        stage = examined_stage(session, campaign.id, n_waiting)
    return CampaignStage(campaign, stage, n_batches or 0, n_waiting)


def examined_stage(session: Session, campaign_id: int, n_waiting: int) -> Stage:
    """EXAMINING, REVIEW or SCORING for an opened box."""
    examined = session.scalar(select(exists().where(Examination.campaign_id == campaign_id)))
    if not examined:
        return Stage.EXAMINING
    return Stage.REVIEW if n_waiting else Stage.SCORING


def n_waiting_findings(session: Session, *, campaign_id: int) -> int:
    """Findings above "information" of the latest examination that two persons have not settled."""
    latest = (
        select(func.max(Examination.id))
        .where(Examination.campaign_id == campaign_id)
        .scalar_subquery()
    )
    settled = select(Decision.finding_id).where(
        (Decision.confirmed_by.is_not(None)) | (Decision.excludes_ballots.is_(False))
    )
    waiting = select(func.count()).where(
        Finding.examination_id == latest,
        Finding.level.in_(WAITING_LEVELS),
        Finding.id.not_in(settled),
    )
    return session.scalar(waiting) or 0
