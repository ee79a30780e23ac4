"""What is not asked but measured: indicators, special assessments, adjustments, vetoes."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import (
    Base,
    Identifier,
    JsonObject,
    Moment,
    Number,
    Points,
    enum_by_value,
)
from surveys.models.of_targets import OfTarget, one_target
from surveys.models.units import Unit


class IndicatorPart(StrEnum):
    """The component of the total to which an indicator belongs."""

    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    SPECIAL = "special"


class AdjustmentKind(StrEnum):
    """Added to or taken from the weighted sum."""

    BONUS = "bonus"
    DEDUCTION = "deduction"


class Indicator(Base):
    """One measured indicator, scored by a body through a conversion."""

    __tablename__ = "indicator"
    __table_args__ = (
        UniqueConstraint("period_id", "code"),
        CheckConstraint(
            "(part = 'quarterly') = (quarter IS NOT NULL)", name="only_quarterly_has_a_quarter"
        ),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_in_1_4"),
    )

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    part: Mapped[IndicatorPart] = mapped_column(enum_by_value(IndicatorPart))
    quarter: Mapped[int | None]
    weight: Mapped[Number]
    # The conversion as the office calls it: two of its names may mean the same conversion.
    method: Mapped[str] = mapped_column(default="")
    conversion: Mapped[str]
    parameters: Mapped[JsonObject]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    body: Mapped[Unit | None] = relationship()
    values: Mapped[list["IndicatorValue"]] = relationship(back_populates="indicator")


class IndicatorValue(Base):
    """A unit's value on an indicator, with the target set for it."""

    __tablename__ = "indicator_value"

    indicator_id: Mapped[int] = mapped_column(
        ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True
    )
    value: Mapped[Number]
    target: Mapped[Number | None]

    indicator: Mapped[Indicator] = relationship(back_populates="values")


class ValueVersion(Base):
    """A version of a value that was corrected after it had been scored; the latest one counts.

    Number 1 is what was handed in; each further one has the document that it rests on.
    """

    __tablename__ = "value_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["indicator_id", "unit_id"],
            ["indicator_value.indicator_id", "indicator_value.unit_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("number >= 1", name="numbers_begin_with_1"),
        CheckConstraint(
            "number = 1 OR (reason <> '' AND document <> '' AND made_by IS NOT NULL)",
            name="correction_has_its_basis",
        ),
    )

    indicator_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[Number]
    target: Mapped[Number | None]
    reason: Mapped[str]
    document: Mapped[str]
    # Of what was handed in, the moment and the person are known where the set-up kept them.
    made_at: Mapped[Moment | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    maker: Mapped[Account | None] = relationship()


class Adjustment(Base):
    """Bonus or deduction points, each with the document that grants or orders it."""

    __tablename__ = "adjustment"
    __table_args__ = (CheckConstraint("points > 0", name="points_are_positive"),)

    id: Mapped[Identifier]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    kind: Mapped[AdjustmentKind] = mapped_column(enum_by_value(AdjustmentKind))
    points: Mapped[Points]
    reason: Mapped[str]
    document: Mapped[str]

    unit: Mapped[Unit] = relationship()


class Veto(Base):
    """One listed event that caps the grade whatever the score."""

    __tablename__ = "veto"

    id: Mapped[Identifier]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    item: Mapped[str]
    major: Mapped[bool] = mapped_column(default=False)
    document: Mapped[str]

    unit: Mapped[Unit] = relationship()


class AdjustmentClaim(OfTarget, Base):
    """Points proposed during the period, with basis and evidence; they count once approved.

    Proposer and approver are two persons.
    """

    __tablename__ = "adjustment_claim"
    __table_args__ = (
        one_target(),
        CheckConstraint("points > 0 AND times > 0", name="points_and_times_are_positive"),
        CheckConstraint("reason <> '' AND document <> ''", name="reason_and_document_are_given"),
        CheckConstraint("approved_by <> proposed_by", name="approved_by_another_person"),
        CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name="approved_with_its_time"
        ),
        CheckConstraint("octet_length(evidence) BETWEEN 1 AND 5242880", name="evidence_is_small"),
    )

    id: Mapped[Identifier]
    kind: Mapped[AdjustmentKind] = mapped_column(enum_by_value(AdjustmentKind))
    points: Mapped[Points]
    times: Mapped[int]
    reason: Mapped[str]
    document: Mapped[str]
    evidence_name: Mapped[str]
    evidence: Mapped[bytes] = mapped_column(deferred=True)
    evidence_hash: Mapped[bytes]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[Moment]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[Moment | None]

    proposer: Mapped[Account] = relationship(foreign_keys=proposed_by)
    approver: Mapped[Account | None] = relationship(foreign_keys=approved_by)
