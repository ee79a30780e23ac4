"""What the checks found, and what people decided about it."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import Base, Identifier, JsonObject, Moment, enum_by_value
from surveys.models.campaigns import Campaign


class FindingLevel(StrEnum):
    """How much a finding says, strongest first."""

    FACT = "fact"
    STRONG = "strong"
    LOOK = "look"
    INFORMATION = "information"


class Verdict(StrEnum):
    """What a person makes of a finding."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Examination(Base):
    """One run of the checks over one opened box, with all that is needed to run it again."""

    __tablename__ = "examination"

    id: Mapped[Identifier]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    examined_at: Mapped[Moment]
    seed: Mapped[int]
    input_hash: Mapped[bytes]
    software_version: Mapped[str]
    n_ballots: Mapped[int]
    parameters: Mapped[JsonObject]
    not_run: Mapped[JsonObject]

    campaign: Mapped[Campaign] = relationship()
    findings: Mapped[list["Finding"]] = relationship(
        back_populates="examination", order_by="Finding.position"
    )


class Finding(Base):
    """Evidence for a person: what was seen, how unlikely it is, what harm it does."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("pvalue IS NULL OR (pvalue >= 0 AND pvalue <= 1)", name="pvalue_in_0_1"),
        CheckConstraint("qvalue IS NULL OR (qvalue >= 0 AND qvalue <= 1)", name="qvalue_in_0_1"),
    )

    id: Mapped[Identifier]
    examination_id: Mapped[int] = mapped_column(ForeignKey("examination.id", ondelete="CASCADE"))
    position: Mapped[int]
    check: Mapped[str]
    level: Mapped[FindingLevel] = mapped_column(enum_by_value(FindingLevel))
    subject: Mapped[JsonObject]
    n_ballots: Mapped[int]
    statistic: Mapped[float | None] = mapped_column(Float)
    pvalue: Mapped[float | None] = mapped_column(Float)
    qvalue: Mapped[float | None] = mapped_column(Float)
    effect: Mapped[float | None] = mapped_column(Float)
    harm: Mapped[JsonObject | None]
    evidence_zh: Mapped[str]
    evidence_en: Mapped[str]

    examination: Mapped[Examination] = relationship(back_populates="findings")
    decision: Mapped["Decision | None"] = relationship(back_populates="finding")


class FindingBallot(Base):
    """A ballot that a finding is about."""

    __tablename__ = "finding_ballot"

    finding_id: Mapped[int] = mapped_column(
        ForeignKey("finding.id", ondelete="CASCADE"), primary_key=True
    )
    ballot_id: Mapped[UUID] = mapped_column(primary_key=True)


class Decision(Base):
    """A person's word on a finding; ballots are left out only after a second person confirmed."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_is_given"),
        CheckConstraint("confirmed_by <> decided_by", name="confirmed_by_another_person"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_with_its_time"
        ),
        CheckConstraint(
            "NOT excludes_ballots OR verdict = 'upheld'", name="only_upheld_findings_exclude"
        ),
    )

    id: Mapped[Identifier]
    finding_id: Mapped[int] = mapped_column(
        ForeignKey("finding.id", ondelete="CASCADE"), unique=True
    )
    verdict: Mapped[Verdict] = mapped_column(enum_by_value(Verdict))
    excludes_ballots: Mapped[bool]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[Moment]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[Moment | None]

    finding: Mapped[Finding] = relationship(back_populates="decision")
    decider: Mapped[Account] = relationship(foreign_keys=decided_by)
    confirmer: Mapped[Account | None] = relationship(foreign_keys=confirmed_by)
