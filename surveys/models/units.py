"""Units under assessment, the members of their leading groups, and who assesses whom."""

from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import CheckConstraint, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, Points, enum_by_value
from surveys.models.periods import Period

# Ids of members lie above all ids of units: so an id in `Batch.target_ids` tells what it names.
FIRST_MEMBER_ID: Final = 1_000_000_000


class UnitKind(StrEnum):
    """Department of the county, or township."""

    DEPARTMENT = "department"
    TOWNSHIP = "township"


class MemberRole(StrEnum):
    """The head of a leading group, or another member of it."""

    HEAD = "head"
    OTHER = "other"


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
    __table_args__ = (
        UniqueConstraint("period_id", "code"),
        CheckConstraint(f"id < {FIRST_MEMBER_ID}", name="id_below_those_of_members"),
    )

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
    members: Mapped[list["Member"]] = relationship(
        back_populates="unit", order_by="Member.position"
    )

    @property
    def compared_within(self) -> int:
        """Units are compared with those of their category."""
        return self.category_id


class Member(Base):
    """A member of a unit's leading group; may be rated as a unit may, but never stands on a board.

    `code` is the person's, from period to period, whatever unit the person moves to.
    """

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("period_id", "code"),
        CheckConstraint(f"id >= {FIRST_MEMBER_ID}", name="id_above_those_of_units"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True, start=FIRST_MEMBER_ID), primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    post_zh: Mapped[str]
    post_en: Mapped[str]
    role: Mapped[MemberRole] = mapped_column(enum_by_value(MemberRole))
    position: Mapped[int]

    period: Mapped[Period] = relationship(back_populates="members")
    # A person is named with the unit wherever pages name targets.
    unit: Mapped[Unit] = relationship(back_populates="members", lazy="joined")

    @property
    def compared_within(self) -> int:
        """Members are compared with those of their own group."""
        return self.unit_id


Target: TypeAlias = Unit | Member
"""Whom a ballot rates."""


def target_name(target: Target, language: str) -> str:
    """The name in Chinese or English; a person's with the unit, for several may have one name."""
    name = target.name_en if language == "en" else target.name_zh
    if isinstance(target, Unit):
        return name
    unit = target_name(target.unit, language)
    return f"{name} ({unit})" if language == "en" else f"{name}（{unit}）"


class MemberPoints(Base):
    """A figure on a person, 0 to 100: how the duties of the post were done, a key task.

    `component` is what the scheme calls its component for persons in Chinese, as the sheet has it;
    `part` tells several figures of it apart.
    """

    __tablename__ = "member_points"
    __table_args__ = (CheckConstraint("points >= 0 AND points <= 100", name="points_in_range"),)

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    component: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True, default="")
    points: Mapped[Points]

    member: Mapped[Member] = relationship()


class MemberFact(Base):
    """A fact that was established of a person, by its Chinese name in the scheme and its paper."""

    __tablename__ = "member_fact"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    fact: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(primary_key=True)

    member: Mapped[Member] = relationship()


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
