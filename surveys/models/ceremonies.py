"""How two officers bring their own keys to a campaign, and prove them before it opens."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, JsonObject, Moment


class KeyCeremony(Base):
    """The public keys that were handed in, and the canary that waits for its answer.

    `keyring` holds the public parts of all five keys, `canary` an envelope like a ballot's,
    `answer_h` the SHA-256 of what both officers together find in it.
    """

    __tablename__ = "key_ceremony"
    __table_args__ = (
        CheckConstraint("octet_length(answer_h) = 32", name="answer_h_is_a_sha256"),
        CheckConstraint("(proven_by IS NULL) = (proven_at IS NULL)", name="proven_by_somebody"),
    )

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    keyring: Mapped[JsonObject]
    canary: Mapped[bytes]
    answer_h: Mapped[bytes]
    handed_in_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    handed_in_at: Mapped[Moment]
    proven_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proven_at: Mapped[Moment | None]
