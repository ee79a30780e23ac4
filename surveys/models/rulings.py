"""What people decided where the rules of scoring leave it to them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import Base, Identifier, JsonObject, Moment, Points
from surveys.models.of_targets import OfTarget, one_target


class Ruling(OfTarget, Base):
    """Points for a component with too few votes, or a grade, set by a decision with its document.

    It is about a `component` with `points`, or else about the `grade`.
    """

    __tablename__ = "ruling"
    __table_args__ = (
        UniqueConstraint("unit_id", "member_id", "component", postgresql_nulls_not_distinct=True),
        one_target(),
        CheckConstraint("(component IS NULL) = (points IS NULL)", name="points_of_a_component"),
        CheckConstraint("(component IS NULL) <> (grade IS NULL)", name="component_or_grade"),
        CheckConstraint("points BETWEEN 0 AND 100", name="points_in_0_100"),
        CheckConstraint("reason <> '' AND document <> ''", name="reason_and_document_are_given"),
    )

    id: Mapped[Identifier]
    component: Mapped[str | None]
    points: Mapped[Points | None]
    grade: Mapped[str | None]
    reason: Mapped[str]
    document: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[Moment]

    decider: Mapped[Account] = relationship()


class ProposalDecision(OfTarget, Base):
    """What a named person made of a proposal that followed from a grade: confirmed, or declined.

    `proposal` is the hash of what was proposed: after another scoring the same words keep their
    decision, and other words need a new one.
    """

    __tablename__ = "proposal_decision"
    __table_args__ = (
        UniqueConstraint("unit_id", "member_id", "proposal", postgresql_nulls_not_distinct=True),
        one_target(),
        CheckConstraint("reason <> '' AND document <> ''", name="reason_and_document_are_given"),
    )

    id: Mapped[Identifier]
    proposal: Mapped[str]
    wording: Mapped[JsonObject]
    confirmed: Mapped[bool]
    reason: Mapped[str]
    document: Mapped[str]
    decided_on: Mapped[date]
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[Moment]

    decider: Mapped[Account] = relationship()
