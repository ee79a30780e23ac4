"""Sheets and lists of codes on their way to the office: sealed files, fetched once."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, Identifier, Moment


class Handout(Base):
    """A file that holds codes in clear until it is fetched.

    The file lies sealed in the data directory. Its key is made of the office's secret and `salt`:
    without `salt` what may be left of the file on a disk or in a backup says nothing.
    """

    __tablename__ = "handout"
    __table_args__ = (
        CheckConstraint("octet_length(salt) = 32", name="salt_has_32_bytes"),
        Index("ix_handout_campaign_id", "campaign_id"),
    )

    id: Mapped[Identifier]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    name: Mapped[str]
    media_type: Mapped[str]
    n_codes: Mapped[int]
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[bytes | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[Moment]
    fetched_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    fetched_at: Mapped[Moment | None]
