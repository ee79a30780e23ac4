"""The assessment period, within which everything else lives."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, JsonObject, Moment

if TYPE_CHECKING:
    from surveys.models.campaigns import Campaign
    from surveys.models.units import Category, Member, Unit


class Period(Base):
    """A quarter or a year over which results are computed.

    Freezing fixes units, groups, questionnaires, indicators and scheme: `manifest_hash` binds
    them. Figures on the indicators may still arrive.
    """

    __tablename__ = "period"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint(
            "(frozen_at IS NULL) = (manifest_hash IS NULL)", name="frozen_with_its_hash"
        ),
    )

    id: Mapped[Identifier]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    county_zh: Mapped[str]
    county_en: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sample: Mapped[bool] = mapped_column(default=False)
    scheme: Mapped[JsonObject]
    frozen_at: Mapped[Moment | None]
    manifest_hash: Mapped[bytes | None]

    categories: Mapped[list["Category"]] = relationship(
        back_populates="period", order_by="Category.position"
    )
    units: Mapped[list["Unit"]] = relationship(back_populates="period", order_by="Unit.position")
    members: Mapped[list["Member"]] = relationship(
        back_populates="period", order_by="Member.position"
    )
    campaigns: Mapped[list["Campaign"]] = relationship(
        back_populates="period", order_by="Campaign.id"
    )
