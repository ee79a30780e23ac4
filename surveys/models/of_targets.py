"""What is decided of a unit or of a person: rows that name one of the two."""

from typing import cast

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from surveys.models.units import FIRST_MEMBER_ID, Member, Target, Unit


class OfTarget:
    """A row about a unit, or about a member of its leading group: always one of them."""

    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))

    @declared_attr
    @classmethod
    def unit(cls) -> Mapped[Unit | None]:
        """The unit, where it is about one."""
        return relationship(Unit)

    @declared_attr
    @classmethod
    def member(cls) -> Mapped[Member | None]:
        """The person, where it is about one."""
        return relationship(Member)

    @property
    def target(self) -> Target:
        """The unit or the person."""
        return cast("Target", self.unit or self.member)

    @hybrid_property
    def target_id(self) -> int:
        """The id of either: their ranges do not meet."""
        return self.unit_id or self.member_id or 0

    @target_id.inplace.setter
    def _set_target_id(self, target_id: int) -> None:
        of_member = target_id >= FIRST_MEMBER_ID
        self.unit_id, self.member_id = (None, target_id) if of_member else (target_id, None)

    @target_id.inplace.expression
    @classmethod
    def _target_id(cls) -> ColumnElement[int]:
        return func.coalesce(cls.unit_id, cls.member_id)


def one_target() -> CheckConstraint:
    """The constraint that goes with `OfTarget`."""
    return CheckConstraint("num_nonnulls(unit_id, member_id) = 1", name="one_target")
