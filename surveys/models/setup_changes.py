"""What was changed of a set-up, by whom, and what stood there before."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import Base, Identifier, JsonObject, Moment, enum_by_value


class ChangeKind(StrEnum):
    """How a change came about."""

    CREATION = "creation"  # a period begun in the browser
    IMPORT = "import"  # a workbook or a text file
    COPY = "copy"  # taken over from another period
    EDIT = "edit"  # a row added or changed by hand
    REMOVAL = "removal"  # rows removed by hand


class ChangeState(StrEnum):
    """A change waits until it is accepted; one that is accepted may be undone."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    UNDONE = "undone"


class SetupChange(Base):
    """Tables of a set-up before and after; only those that differ.

    `before` and `after` hold rows by sheet, each row its cells by header, as
    :mod:`surveys.setup.draft` writes them. A change without a period would begin one.
    """

    __tablename__ = "setup_change"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_with_moment"),
        Index("ix_setup_change_period_id", "period_id"),
    )

    id: Mapped[Identifier]
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id", ondelete="SET NULL"))
    kind: Mapped[ChangeKind] = mapped_column(enum_by_value(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(enum_by_value(ChangeState))
    # The file's name, or the sheet that was changed by hand.
    source: Mapped[str]
    before: Mapped[JsonObject]
    after: Mapped[JsonObject]
    # What the reader of a file passed over: sheets, columns, rows.
    notes: Mapped[JsonObject]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[Moment | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    maker: Mapped[Account | None] = relationship(foreign_keys=made_by)
