"""Long work done in the background, and how far it has come."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, Identifier, JsonObject, Moment, enum_by_value


class JobState(StrEnum):
    """waiting ⇄ running → done | failed | cancelled; a waiting one may be cancelled too."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One piece of long work; `beat_at` tells whether its process still lives.

    `attempt` counts how often a worker took it up: only the latest may end it, so that work
    counts once, even where two processes did it.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1", name="share_in_0_1"),
        Index("ix_job_campaign_id", "campaign_id"),
    )

    id: Mapped[Identifier]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    kind: Mapped[str]
    # What the work needs to know: ids and choices, never a code, an answer or a key.
    args: Mapped[JsonObject]
    state: Mapped[JobState] = mapped_column(enum_by_value(JobState), default=JobState.WAITING)
    attempt: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    step: Mapped[str]
    share: Mapped[float] = mapped_column(Float, default=0.0)
    error: Mapped[JsonObject | None]
    result: Mapped[JsonObject | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[Moment]
    beat_at: Mapped[Moment]
