"""What was certified and shown to everybody."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, Moment
from surveys.models.periods import Period
from surveys.models.scores import ScoreRun


class Publication(Base):
    """A run certified by two persons; published when the board shows it."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("second_certifier <> first_certifier", name="certified_by_two_persons"),
        CheckConstraint(
            "published_at IS NULL OR second_certifier IS NOT NULL",
            name="published_only_when_certified",
        ),
    )

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id"))
    first_certifier: Mapped[int] = mapped_column(ForeignKey("account.id"))
    first_certified_at: Mapped[Moment]
    second_certifier: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_certified_at: Mapped[Moment | None]
    published_at: Mapped[Moment | None]

    period: Mapped[Period] = relationship()
    run: Mapped[ScoreRun] = relationship()
