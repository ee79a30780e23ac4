"""What all tables have in common: names of constraints, and a few column types."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from sqlalchemy import DateTime, Enum, Identity, LargeBinary, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

JsonObject: TypeAlias = dict[str, Any]

Identifier = Annotated[int, mapped_column(Identity(always=True), primary_key=True)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Points = Annotated[Decimal, mapped_column(Numeric(12, 4))]
Number = Annotated[Decimal, mapped_column(Numeric(20, 6))]


class Base(DeclarativeBase):
    """Every table of ours; constraints get predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, bytes: LargeBinary, JsonObject: JSONB}


def enum_by_value(kind: type[StrEnum], length: int = 20) -> Enum:
    """A text column with a CHECK, holding the enum's values rather than its names."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=length,
        name=kind.__name__.lower(),
    )
