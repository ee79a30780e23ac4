"""The log of who did what: a hash chain, append only."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, JsonObject


class AuditRecord(Base):
    """`h` = SHA-256 over the previous record's `h` and this record's body."""

    __tablename__ = "log"
    __table_args__ = (
        CheckConstraint("octet_length(h) = 32", name="h_is_a_sha256"),
        {"schema": "audit"},
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[JsonObject]
    h: Mapped[bytes]
