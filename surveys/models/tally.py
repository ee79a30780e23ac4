"""Opened ballots, detached from their codes: written once, in shuffled order."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class Ballot(Base):
    """One rater's answers on the targets of the batch.

    `answers` holds one byte per (target, item), targets in the batch's order, items in the
    questionnaire's: 0 no answer, 255 "don't know", 1..k the option.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("octet_length(answers) > 0", name="answers_are_not_empty"),
        CheckConstraint("network IS NULL OR octet_length(network) = 8", name="network_is_a_tag"),
        CheckConstraint("device IS NULL OR octet_length(device) = 8", name="device_is_a_tag"),
        {"schema": "tally", "postgresql_partition_by": "LIST (campaign_id)"},
    )

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    answers: Mapped[bytes]
    bucket: Mapped[int | None]
    seconds: Mapped[int | None]
    network: Mapped[bytes | None]
    device: Mapped[bytes | None]


class Comment(Base):
    """Free text about one unit or member, never joined to the ballot it came with."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text_is_not_empty"),
        {"schema": "tally"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    target_id: Mapped[int]
    item: Mapped[str] = mapped_column(server_default="")
    text: Mapped[str]
