"""Units under assessment, their categories, and who assesses whom."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, enum_by_value
from surveys.models.periods import Period


class UnitKind(StrEnum):
    """Department of the county, or township."""

    DEPARTMENT = "department"
    TOWNSHIP = "township"


class Category(Base):
    """Units are ranked against the units of their own category only."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("period_id", "code"),)

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[UnitKind] = mapped_column(enum_by_value(UnitKind))
    position: Mapped[int]

    period: Mapped[Period] = relationship(back_populates="categories")
    units: Mapped[list["Unit"]] = relationship(back_populates="category", order_by="Unit.position")


class Unit(Base):
    """A department or township that receives a result."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("period_id", "code"),)

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]
    n_staff: Mapped[int] = mapped_column(default=0)

    period: Mapped[Period] = relationship(back_populates="units")
    category: Mapped[Category] = relationship(back_populates="units")


class Assessment(Base):
    """`body` scores `unit` on some indicator: so `unit` may rate `body` in return."""

    __tablename__ = "assessment"
    __table_args__ = (CheckConstraint("body_id <> unit_id", name="no_body_assesses_itself"),)

    body_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True
    )

    body: Mapped[Unit] = relationship(foreign_keys=body_id)
    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
