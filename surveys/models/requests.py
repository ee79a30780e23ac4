"""Acts that need two persons: the first asks, the second carries out."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import Base, Identifier, Moment, enum_by_value


class Act(StrEnum):
    """What no single person can do."""

    OPEN_BOX = "open_box"
    ANNUL_CODE = "annul_code"


class Request(Base):
    """One person's half of an act; at most one request waits for each act and campaign.

    `code_h` is the hash of the code to be annulled, and is erased when that is done. `layer_h` is
    the SHA-256 of what officer A handed in, where the officers keep their own keys.
    """

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("answered_by <> requested_by", name="answered_by_another_person"),
        CheckConstraint("act = 'annul_code' OR code_h IS NULL", name="code_only_to_annul"),
        CheckConstraint("act = 'open_box' OR layer_h IS NULL", name="layer_only_to_open"),
        Index(
            "uq_request_waiting",
            "campaign_id",
            "act",
            unique=True,
            postgresql_where="answered_by IS NULL",
        ),
    )

    id: Mapped[Identifier]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    act: Mapped[Act] = mapped_column(enum_by_value(Act))
    requested_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    requested_at: Mapped[Moment]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[Moment | None]
    code_h: Mapped[bytes | None]
    layer_h: Mapped[bytes | None]

    requester: Mapped[Account] = relationship(foreign_keys=requested_by)
