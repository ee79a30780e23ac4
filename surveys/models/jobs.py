"""Long work done in the background, and how far it has come."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, Identifier, JsonObject, Moment, enum_by_value


class JobState(StrEnum):
    """running → done | failed."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of long work; `beat_at` tells whether its process still lives."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("share BETWEEN 0 AND 1", name="share_in_0_1"),)

    id: Mapped[Identifier]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    kind: Mapped[str]
    state: Mapped[JobState] = mapped_column(enum_by_value(JobState), default=JobState.RUNNING)
    step: Mapped[str]
    share: Mapped[float] = mapped_column(Float, default=0.0)
    error: Mapped[JsonObject | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[Moment]
    beat_at: Mapped[Moment]
