"""What people decided where the rules of scoring leave it to them."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import Base, Identifier, Moment, Points
from surveys.models.units import Unit


class Ruling(Base):
    """Points for a component with too few votes, or a grade, set by a decision with its document.

    It is about a `component` with `points`, or else about the unit's `grade`.
    """

    __tablename__ = "ruling"
    __table_args__ = (
        UniqueConstraint("unit_id", "component", postgresql_nulls_not_distinct=True),
        CheckConstraint("(component IS NULL) = (points IS NULL)", name="points_of_a_component"),
        CheckConstraint("(component IS NULL) <> (grade IS NULL)", name="component_or_grade"),
        CheckConstraint("points BETWEEN 0 AND 100", name="points_in_0_100"),
        CheckConstraint("reason <> '' AND document <> ''", name="reason_and_document_are_given"),
    )

    id: Mapped[Identifier]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    component: Mapped[str | None]
    points: Mapped[Points | None]
    grade: Mapped[str | None]
    reason: Mapped[str]
    document: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[Moment]

    unit: Mapped[Unit] = relationship()
    decider: Mapped[Account] = relationship()
