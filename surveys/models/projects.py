"""The ledger of projects: where each stands against its plan."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.accounts import Account
from surveys.models.base import Base, Identifier, JsonObject, Moment


class ProjectLedger(Base):
    """One reading of a period's ledger; the latest counts, the earlier ones are kept.

    `projects` holds the rows by the project's name, as :mod:`surveys.scoring.project_ledger`
    writes them.
    """

    __tablename__ = "project_ledger"
    __table_args__ = (Index("ix_project_ledger_period_id", "period_id"),)

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    filename: Mapped[str]
    projects: Mapped[JsonObject]
    read_at: Mapped[Moment]
    read_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    reader: Mapped[Account] = relationship()
